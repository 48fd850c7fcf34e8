"""Tables that spend their weights on the words that are used most."""

import functools
import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from tflm.layers.low_rank import factorize, moment_of
from tflm.layers.map import Chain, Importance, Map, factor_scale
from tflm.layers.weight_view import look_up, product


class AdaptiveMap(Map):
    """M is made of blocks of rows, of a lower rank the rarer the words are.

    Rows are words, the most frequent first. `cutoffs` (c_1 ... c_k) split
    them into k + 1 clusters, [0, c_1), [c_1, c_2) ... [c_k, inputs), and the
    rows of cluster i are

        M_i = left_i right_i, with [n_i, ranks[i]] and [ranks[i], outputs],

    or one array, `kernel_i` [n_i, outputs], if `ranks[i]` is `outputs`. As an
    embedding it is the adaptive input of Baevski and Auli 2019 (arXiv
    1809.10853), as an approximation of a trained table the blockwise low rank
    of GroupReduce (Chen et al. 2018, arXiv 1806.06950).

    Attributes:
        edges: cluster i is [edges[i], edges[i + 1]).

    Raises:
        ValueError: the cutoffs do not split the rows, or there are more or
            fewer ranks than clusters, or a rank does not fit its cluster.
    """

    KIND = "adaptive"
    FIELDS = ("cutoffs", "ranks")
    HAS_CLUSTERS = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        scale: float,
        name: str,
        cutoffs: Sequence[int],
        ranks: Sequence[int],
    ):
        super().__init__(inputs, outputs, name)
        self.cutoffs, self.ranks = tuple(cutoffs), tuple(ranks)
        self.edges = (0, *self.cutoffs, inputs)
        check_cutoffs(name, self.cutoffs, inputs)
        self._check_ranks()
        self.factors = [self._block(c, scale) for c in range(self.clusters)]

    @property
    def clusters(self) -> int:
        """How many clusters of rows there are."""
        return len(self.edges) - 1

    def size(self, c: int) -> int:
        """Returns how many rows cluster `c` has."""
        return self.edges[c + 1] - self.edges[c]

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        sizes = [self.size(c) for c in range(self.clusters)]
        blocks = tf.split(x, sizes, axis=1)
        return _sum(map(self._through, blocks, self.factors))

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns rows of M, each from the factors of its cluster."""
        # Each cluster looks up every id, as a graph without branches must:
        # one that it had to move is of another cluster and adds nothing.
        rows = []
        for c, (table, *others) in enumerate(self.factors):
            own = ids - self.edges[c]
            near = tf.clip_by_value(own, 0, self.size(c) - 1)
            row = look_up(self.view, self.viewed(table), near)
            row *= tf.reshape(tf.cast(tf.equal(near, own), tf.float32), [-1, 1])
            rows.append(self._through(row, others))
        return _sum(rows)

    def _transposed(self, x: tf.Tensor) -> tf.Tensor:
        return tf.concat(
            [self.cluster(x, c) for c in range(self.clusters)], axis=1
        )

    def cluster(self, x: tf.Tensor, c: int) -> tf.Tensor:
        """Returns x M_c^T: [rows, outputs] to [rows, size(c)]."""
        for factor in reversed(self.factors[c]):
            x = product(self.view, x, self.viewed(factor), transpose=True)
        return x

    def approximate(
        self, matrix: np.ndarray, importance: Importance | None = None
    ) -> None:
        """Makes each block the nearest of its rank; exact if it is dense."""
        for (block, factors), rank in zip(
            self.chains(), self.ranks, strict=True
        ):
            of_block = importance and (
                moment_of(importance[0], block),
                importance[1],
            )
            found = [matrix[block]]
            if len(factors) > 1:
                found = factorize(matrix[block], rank, of_block)
            for factor, value in zip(factors, found, strict=True):
                factor.assign(value)

    def chains(self) -> list[Chain]:
        """Returns one product for each cluster."""
        blocks = itertools.starmap(slice, itertools.pairwise(self.edges))
        return list(zip(blocks, self.factors, strict=True))

    def _through(self, x: tf.Tensor, factors: Sequence) -> tf.Tensor:
        for factor in factors:
            x = product(self.view, x, self.viewed(factor))
        return x

    def _block(self, c: int, scale: float) -> list[tf.Variable]:
        size, rank = self.size(c), self.ranks[c]
        if rank == self.outputs:
            return [self._weight(f"kernel_{c}", (size, rank), scale)]
        scale = factor_scale(scale, factors=2, summands=rank)
        return [
            self._weight(f"left_{c}", (size, rank), scale),
            self._weight(f"right_{c}", (rank, self.outputs), scale),
        ]

    def _check_ranks(self) -> None:
        if len(self.ranks) != self.clusters:
            raise ValueError(
                f"ranks={self.ranks} do not fit {self.name}: give "
                f"{self.clusters}, one for each cluster of its cutoffs"
            )
        for c, rank in enumerate(self.ranks):
            highest = min(self.size(c), self.outputs)
            whole = isinstance(rank, int) and 1 <= rank <= highest
            if not whole and rank != self.outputs:
                rows = f"{self.name}[{self.edges[c]}:{self.edges[c + 1]}]"
                raise ValueError(
                    f"rank {rank} does not fit {rows}: give 1 to {highest}, "
                    f"or {self.outputs} for one array"
                )


def _sum(tensors: Iterable[tf.Tensor]) -> tf.Tensor:
    # Not ADD_N, which XNNPACK does not take over.
    return functools.reduce(tf.add, tensors)


def splits(cutoffs: Sequence[int], rows: float) -> bool:
    """Whether rising whole numbers split so many rows into two or more."""
    edges = [0, *cutoffs, rows]
    whole = all(isinstance(cutoff, int) for cutoff in cutoffs)
    return bool(cutoffs) and whole and edges == sorted(set(edges))


def check_cutoffs(name: str, cutoffs: Sequence[int], rows: int) -> None:
    """Raises a ValueError unless `cutoffs` split so many rows."""
    if not splits(cutoffs, rows):
        raise ValueError(
            f"cutoffs={tuple(cutoffs)} do not split {name}: "
            f"give rising whole numbers, 1 to {rows - 1}"
        )
