"""Trains of small cores."""

import math
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tflm.layers.lens import Lens, look_up, product
from tflm.layers.map import Map, check_rank, factor_scale


class TensorTrainMap(Map):
    """M is a train of small cores (Oseledets 2011, Novikov et al. 2015).

    Core k has shape [r_k-1, m_k, n_k, r_k], with `in_dims` m and `out_dims`
    n, and r_0 = r_d = 1. For a row with the digits (i_1 ... i_d) and a column
    with the digits (j_d ... j_1), the most significant first,

        M[row, column] = core_1[:, i_1, j_1, :] ... core_d[:, i_d, j_d, :].

    The digits of columns run the other way than those of rows because then
    each core is applied with one transpose before the next (`_contract`), and
    none after the last.

    Raises:
        ValueError: the dimensions do not multiply to the matrix's size, or
            the rank is below 1 or above what any matrix of this size needs.
    """

    KIND = "tensor_train"
    FIELDS = ("in_dims", "out_dims", "rank")

    def __init__(
        self,
        inputs: int,
        outputs: int,
        scale: float,
        name: str,
        in_dims: Sequence[int],
        out_dims: Sequence[int],
        rank: int,
    ):
        super().__init__(inputs, outputs, name)
        self.in_dims, self.out_dims = tuple(in_dims), tuple(out_dims)
        self.rank = rank
        _check_dims(self)
        shapes = core_shapes(in_dims, out_dims, rank)
        check_rank(name, rank, max(_full_ranks(in_dims, out_dims)))
        paths = math.prod(shape[-1] for shape in shapes)
        scale = factor_scale(scale, factors=len(shapes), summands=paths)
        self.cores = [
            self._weight(f"core_{k}", shape, scale)
            for k, shape in enumerate(shapes)
        ]

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return _contract(self.lens, x, [self.seen(c) for c in self.cores])

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        swapped = [tf.transpose(self.seen(c), [3, 2, 1, 0]) for c in self.cores]
        return _contract(self.lens, x, swapped[::-1])

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        row = tf.ones([1, 1, 1])  # [ids, r_k, columns so far]
        for core, digit in zip(
            self.cores[::-1], self._digits(ids), strict=True
        ):
            r, m, n, s = core.shape
            table = tf.reshape(
                tf.transpose(self.seen(core), [1, 0, 2, 3]), [m, -1]
            )
            slices = tf.reshape(
                look_up(self.lens, table, digit), [-1, r * n, s]
            )
            row = tf.reshape(tf.matmul(slices, row), [-1, r, n, row.shape[2]])
            row = tf.transpose(row, [0, 1, 3, 2])
            row = tf.reshape(row, [-1, r, row.shape[2] * n])
        return tf.reshape(row, [-1, self.outputs])

    def approximate(self, matrix: np.ndarray) -> None:
        self.set_weights(
            decompose(matrix, self.in_dims, self.out_dims, self.rank)
        )

    @property
    def multiplications(self) -> int:
        count, rows, columns = 0, self.inputs, 1
        for core in reversed(self.cores):
            rows //= core.shape[1]
            count += rows * columns * math.prod(core.shape)
            columns *= core.shape[2]
        return count

    def _digits(self, ids: tf.Tensor) -> list[tf.Tensor]:
        """Returns the digits of each row's number, the least one first."""
        digits = []
        for m in self.in_dims[:0:-1]:
            digits.append(tf.math.floormod(ids, m))
            ids = tf.math.floordiv(ids, m)
        return [*digits, ids]


def _contract(
    lens: Lens, x: tf.Tensor, cores: Sequence[tf.Tensor]
) -> tf.Tensor:
    """Returns x M for the M of `cores`: from the last core to the first.

    Each step is a product with one constant matrix, which becomes a
    FULLY_CONNECTED op; batched products would stay float and be slow.
    """
    columns = 1
    for core in cores[::-1]:
        r, m, n, s = core.shape
        kernel = tf.reshape(tf.transpose(core, [1, 3, 2, 0]), [m * s, n * r])
        if columns > 1:  # [rows to come, this digit, columns so far, rank]
            x = tf.reshape(x, [-1, m, columns, s])
            x = tf.transpose(x, [0, 2, 1, 3])
        x = product(lens, tf.reshape(x, [-1, m * s]), kernel)
        columns *= n
    return tf.reshape(x, [-1, columns])


def core_shapes(
    in_dims: Sequence[int], out_dims: Sequence[int], rank: int
) -> list[tuple[int, int, int, int]]:
    """Returns the shapes of the cores when no rank may exceed `rank`."""
    ranks = [min(rank, full) for full in _full_ranks(in_dims, out_dims)]
    return list(zip(ranks, in_dims, out_dims, ranks[1:], strict=False))


def decompose(
    matrix: np.ndarray,
    in_dims: Sequence[int],
    out_dims: Sequence[int],
    rank: int,
) -> list[np.ndarray]:
    """Returns cores whose train is near `matrix`, by TT-SVD.

    Successive truncated singular value decompositions (Oseledets 2011,
    algorithm 1): the error is at most sqrt(d - 1) times the least possible.
    """
    d = len(in_dims)
    rest = matrix.reshape(*in_dims, *reversed(out_dims))
    rest = rest.transpose([a for k in range(d) for a in (k, 2 * d - 1 - k)])
    cores = []
    for shape in core_shapes(in_dims, out_dims, rank)[:-1]:
        r, m, n, s = shape
        u, sigma, v = np.linalg.svd(
            rest.reshape(r * m * n, -1), full_matrices=False
        )
        cores.append(u[:, :s].reshape(shape))
        rest = sigma[:s, np.newaxis] * v[:s]
    return _balanced([*cores, rest.reshape(-1, in_dims[-1], out_dims[-1], 1)])


def _balanced(cores: list[np.ndarray]) -> list[np.ndarray]:
    """Returns the same train with cores of equal norm.

    TT-SVD leaves the whole norm in the last core; one learning rate and one
    quantization scale suit cores of like size.
    """
    norms = [np.linalg.norm(core) for core in cores]
    if not all(norms):
        return cores
    mean = math.exp(sum(map(math.log, norms)) / len(norms))
    return [
        core * (mean / norm) for core, norm in zip(cores, norms, strict=True)
    ]


def _full_ranks(in_dims: Sequence[int], out_dims: Sequence[int]) -> list[int]:
    modes = [m * n for m, n in zip(in_dims, out_dims, strict=True)]
    return [
        min(math.prod(modes[:k]), math.prod(modes[k:]))
        for k in range(len(modes) + 1)
    ]


def _check_dims(tt: TensorTrainMap) -> None:
    for side, dims, size in (
        ("in_dims", tt.in_dims, tt.inputs),
        ("out_dims", tt.out_dims, tt.outputs),
    ):
        whole = all(isinstance(dim, int) and dim > 0 for dim in dims)
        if not whole or not dims or math.prod(dims) != size:
            raise ValueError(
                f"{side}={dims} do not factor {tt.name}: "
                f"give positive whole numbers whose product is {size}"
            )
    if len(tt.in_dims) != len(tt.out_dims):
        raise ValueError(
            f"in_dims={tt.in_dims} and out_dims={tt.out_dims} of {tt.name} "
            f"differ in length: give as many of each"
        )
