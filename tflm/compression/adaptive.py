"""Tables of a lower rank for rarer words."""

import dataclasses
import itertools
import math

import numpy as np
import tensorflow as tf

from tflm.compression.analysis import self_text
from tflm.compression.analysis.importance import measure
from tflm.compression.base import (
    Fit,
    Method,
    WeightedInitial,
    check_initial,
    check_scope,
    factorise,
    in_scope,
    skip_training,
)
from tflm.layers.adaptive import check_cutoffs, splits
from tflm.model.config import TABLES
from tflm.model.network import Network
from tflm.model.surgery import reshaped

_WORDS = 20  # Of self-generated text, for each number to be found.
_SMALLEST = 1e-3  # Of singular values that count, over the largest.


@dataclasses.dataclass(frozen=True)
class Adaptive(Method):
    """Spends the weights of tables on the most frequent words, then trains.

    Words are sorted by frequency, the most frequent first. `cutoffs` split
    them into clusters, and the rows of cluster i get the rank
    `width / reduction**i`: the first stays dense, the others are products of
    two thin matrices. The first factors are those of the truncated singular
    value decomposition of each block (GroupReduce, Chen et al. 2018, arXiv
    1806.06950); or of one that weighs errors by how likely words are and by
    what the softmax reads (`layers.low_rank.factorize_weighted`), the best
    without training; or random ones, to train the adaptive embedding of
    Baevski and Auli 2019 (arXiv 1809.10853) from scratch.

    A hierarchical softmax (Grave et al. 2017, arXiv 1609.04309) chooses among
    the first words and the other clusters before it does within a cluster,
    which trains faster. Its logits of clusters begin near what their words
    add up to, fitted on self-generated text.

    Attributes:
        cutoffs: first word of each cluster but the first.
        reduction: what divides the rank from one cluster to the next.
        hierarchical: whether the softmax is made hierarchical, too.
        scope: regular expression of map names; only tables have words.
        initial: `svd`, `weighted` or `random`.

    Raises:
        ValueError: the cutoffs do not split the vocabulary, the scope matches
            what is no table or lacks that of a hierarchical softmax, the
            model has a hierarchical softmax already, or no table is smaller.
    """

    cutoffs: tuple[int, ...] = (2000, 6000)
    reduction: int = 4
    hierarchical: bool = False
    scope: str = "embedding|softmax"
    initial: WeightedInitial = "svd"

    def __post_init__(self):
        is_tuple = isinstance(self.cutoffs, tuple)
        if not is_tuple or not splits(self.cutoffs, math.inf):
            raise ValueError(
                f"cutoffs must be rising whole numbers above 0, got "
                f"{self.cutoffs!r}: write them as in (2000, 6000)"
            )
        if not isinstance(self.reduction, int) or self.reduction < 2:
            raise ValueError(
                f"reduction must be a whole number of at least 2, "
                f"got {self.reduction!r}"
            )
        check_scope(self.scope)
        check_initial(self.initial, WeightedInitial)

    def __call__(self, model: Network, fit: Fit) -> Network:
        names = in_scope(model, self.scope)
        self._check(model, names)
        fields = {
            name: self.fields(model.maps[name].inputs, model.maps[name].outputs)
            for name in names
        }
        matters = measure(model, names) if self.initial == "weighted" else None
        smaller = factorise(
            model, fields, self.initial, skip_training, repr(self), matters
        )
        if self.hierarchical:
            smaller = with_clusters(smaller, _text(model))
        fit(smaller)
        return smaller

    def _check(self, model: Network, names: list[str]) -> None:
        for name in names:
            if name not in TABLES:
                raise ValueError(
                    f"scope {self.scope!r} matches {name}, which is no table "
                    f"of words: give embedding, softmax or both"
                )
            check_cutoffs(name, self.cutoffs, model.maps[name].inputs)
        table = model.config.softmax_table
        if model.config.hierarchical and table in names:
            raise ValueError(
                f"the softmax is hierarchical over the clusters of {table} "
                f"already: give a model with a plain softmax"
            )
        if self.hierarchical and table not in names:
            raise ValueError(
                f"scope {self.scope!r} lacks {table}, whose clusters a "
                f"hierarchical softmax needs: add it"
            )

    def fields(self, words: int, width: int) -> dict:
        """Returns the fields of a map of [words] to [width]."""
        edges = (0, *self.cutoffs, words)
        ranks = [
            _rank(last - first, width, self.reduction**c)
            for c, (first, last) in enumerate(itertools.pairwise(edges))
        ]
        return {
            "kind": "adaptive",
            "cutoffs": list(self.cutoffs),
            "ranks": ranks,
        }


def _rank(rows: int, width: int, reduction: int) -> int:
    """Returns the rank of a cluster: `width` if it is better kept dense."""
    # Even, because 4-bit rows of an odd length cannot be looked up.
    rank = max(2, width // reduction // 2 * 2)
    is_smaller = rank * (rows + width) < rows * width
    return rank if reduction > 1 and is_smaller else width


def _text(model: Network) -> np.ndarray:
    """Returns self-generated text, enough to fit numbers by its width."""
    words = _WORDS * model.config.outputs
    rows = max(self_text.ROWS, math.ceil(words / self_text.STEPS))
    return self_text.write(model, rows)


def with_clusters(model: Network, text: np.ndarray) -> Network:
    """Returns `model` with a hierarchical softmax that predicts nearly alike.

    The logits of its clusters are the nearest linear function of the hidden
    vector, by least squares, to the log-sums of their words' exponentials.

    Args:
        model: its softmax is plain, and its table adaptive.
        text: what it reads meanwhile, int32 [rows, steps].
    """
    config = dataclasses.replace(model.config, hierarchical=True)
    result = reshaped(model, config)
    parts = np.array_split(text, math.ceil(len(text) / self_text.ROWS))
    pairs = [_read_and_sums(model, rows) for rows in parts]
    vectors, sums = map(np.concatenate, zip(*pairs, strict=True))
    mean = vectors.mean(0)
    # Directions that hardly occur would get numbers without meaning.
    kernel = np.linalg.lstsq(vectors - mean, sums, rcond=_SMALLEST)[0]
    result.softmax.clusters.assign(kernel.T)
    result.softmax.clusters_bias.assign(sums.mean(0) - mean @ kernel)
    return result


def _read_and_sums(
    model: Network, text: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns what a softmax reads, and log-sums of each tail's exponentials.

    These are float32 [words of the text, width] and [words, tails].
    """
    state = tf.zeros([len(text), model.state_size])
    vectors, _ = model.hidden(tf.constant(text), state)
    vectors = tf.reshape(vectors, [-1, model.config.outputs])
    logits = model.softmax(vectors)
    sums = [
        tf.reduce_logsumexp(logits[:, first:last], 1)
        for first, last in itertools.pairwise(model.softmax.table.edges[1:])
    ]
    return vectors.numpy(), np.stack(sums, axis=1)
