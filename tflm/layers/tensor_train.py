"""Tensor trains: chains of small cores."""

import math
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tflm.layers.map import Importance, Map, check_rank, factor_scale
from tflm.layers.tt_svd import Rank, core_shapes, decompose, full_ranks
from tflm.layers.weight_view import look_up, product

_FEW = 16  # Rows of a core that cost less to multiply by than to look up.


class TensorTrainMap(Map):
    """M is a tensor train of small cores (Oseledets 2011, Novikov et al. 2015).

    Core k has shape [r_k-1, m_k, n_k, r_k], with `in_dims` m and `out_dims`
    n, and r_0 = r_d = 1. For a row with the digits (i_1 ... i_d) and a column
    with the digits (j_d ... j_1), the most significant first,

        M[row, column] = core_1[:, i_1, j_1, :] ... core_d[:, i_d, j_d, :].

    The digits of columns run the other way than those of rows because then
    each core is applied with one transpose before the next (`_contract`), and
    none after the last.

    Where the dimensions multiply to more than the matrix's size, M is the
    corner of a larger matrix, its first rows and columns:
    vectors are padded with zeros before a product and cut after it.

    Attributes:
        rank: the highest of all, r_k = min(rank, what a matrix of this size
            can need at bond k); or d - 1 numbers, r_1 ... r_d-1.

    Raises:
        ValueError: the dimensions multiply to less than the matrix's size or
            to twice as much, the rank is below 1 or above what any matrix of
            this size needs, or there is not one for each bond.
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
        rank: Rank,
    ):
        super().__init__(inputs, outputs, name)
        self.in_dims, self.out_dims = tuple(in_dims), tuple(out_dims)
        self.rank = tuple(rank) if isinstance(rank, Sequence) else rank
        check_dims(self, self.in_dims, self.out_dims)
        _check_ranks(self)
        shapes = core_shapes(self.in_dims, self.out_dims, self.rank)
        paths = math.prod(shape[-1] for shape in shapes)
        scale = factor_scale(scale, factors=len(shapes), summands=paths)
        self.cores = [
            self._weight(f"core_{k}", shape, scale)
            for k, shape in enumerate(shapes)
        ]

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        x = _padded(x, math.prod(self.in_dims))
        return _cut(self._contract(x, transpose=False), self.outputs)

    def _transposed(self, x: tf.Tensor) -> tf.Tensor:
        x = _padded(x, math.prod(self.out_dims))
        return _cut(self._contract(x, transpose=True), self.inputs)

    def _contract(self, x: tf.Tensor, transpose: bool) -> tf.Tensor:
        """Returns x M from the last core to the first, x M^T the other way.

        Each step is a product with one constant matrix, which becomes a
        FULLY_CONNECTED op; batched products would stay float and be slow.
        """
        columns = 1
        for core in self.cores if transpose else self.cores[::-1]:
            r, m, n, s = core.shape
            if transpose:
                r, m, n, s = s, n, m, r
            if columns > 1:  # [rows to come, this digit, columns so far, rank]
                x = tf.reshape(x, [-1, m, columns, s])
                x = tf.transpose(x, [0, 2, 1, 3])
            kernel = self.viewed(core, _kernel)
            x = tf.reshape(x, [-1, m * s])
            x = product(self.view, x, kernel, transpose)
            columns *= n
        return tf.reshape(x, [-1, columns])

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns rows of M: products of x that are zero but for one number.

        The last core is looked up. Of the others, those of few rows are
        multiplied by and the rest is masked, which is one product of integers;
        those of many are looked up, too.
        """
        digits = self._digits(tf.cast(ids, tf.int32))
        table = self.viewed(self.cores[-1], _kernel)
        row = look_up(self.view, table, digits[-1])
        for core, digit in zip(self.cores[-2::-1], digits[-2::-1], strict=True):
            s = core.shape[3]
            row = tf.reshape(row, [-1, row.shape[1] // s, s])
            row = self._through(core, digit, row)
            row = tf.reshape(row, [-1, math.prod(row.shape[1:])])
        return _cut(row, self.outputs)

    def _through(
        self, core: tf.Variable, digit: tf.Tensor, row: tf.Tensor
    ) -> tf.Tensor:
        """Returns [ids, columns so far, n r] of a core's slices for digits."""
        _, m, _, s = core.shape
        columns, kernel = row.shape[1], self.viewed(core, _kernel)
        if m > _FEW:
            table = tf.reshape(kernel, [m, -1])
            slices = look_up(self.view, table, digit)
            return tf.matmul(row, tf.reshape(slices, [-1, s, kernel.shape[1]]))
        if m > 1:
            here = tf.equal(tf.reshape(digit, [-1, 1, 1, 1]), _numbers(m))
            mask = tf.cast(here, tf.float32)
            row = tf.reshape(row, [-1, columns, 1, s]) * mask
        row = product(self.view, tf.reshape(row, [-1, m * s]), kernel)
        return tf.reshape(row, [-1, columns, kernel.shape[1]])

    def approximate(
        self, matrix: np.ndarray, importance: Importance | None = None
    ) -> None:
        """Makes M near the matrix by TT-SVD, which weighs all errors alike."""
        self.set_weights(
            decompose(matrix, self.in_dims, self.out_dims, self.rank)
        )

    @property
    def multiplications(self) -> int:
        """How many multiplications one product with a vector takes."""
        count, rows, columns = 0, math.prod(self.in_dims), 1
        for core in reversed(self.cores):
            rows //= core.shape[1]
            count += rows * columns * math.prod(core.shape)
            columns *= core.shape[2]
        return count

    def _digits(self, ids: tf.Tensor) -> list[tf.Tensor]:
        """Returns the digits of each row's number, as many as `in_dims`."""
        digits: list[tf.Tensor] = []
        for k in reversed(range(len(self.in_dims))):
            if math.prod(self.in_dims[:k]) == 1:
                return [tf.zeros_like(ids)] * k + [ids, *digits]
            digits.insert(0, tf.math.floormod(ids, self.in_dims[k]))
            ids = tf.math.floordiv(ids, self.in_dims[k])
        return digits


def _kernel(core: tf.Variable | tf.Tensor) -> tf.Tensor:
    """Returns the matrix of a core's product, [m s, n r] of [r, m, n, s]."""
    r, m, n, s = core.shape
    return tf.reshape(tf.transpose(core, [1, 3, 2, 0]), [m * s, n * r])


def _numbers(m: int) -> tf.Tensor:
    """Returns 0 ... m - 1, int32 [1, 1, m, 1]."""
    return tf.reshape(tf.range(m), [1, 1, m, 1])


def _padded(x: tf.Tensor, size: int) -> tf.Tensor:
    """Returns x [rows, n] with zeros after its last column, [rows, size]."""
    extra = size - x.shape[-1]
    return tf.pad(x, [[0, 0], [0, extra]]) if extra else x


def _cut(x: tf.Tensor, size: int) -> tf.Tensor:
    """Returns the first columns of x [rows, n], [rows, size]."""
    return x[:, :size] if size < x.shape[-1] else x


def check_dims(
    linear: Map, in_dims: Sequence[int], out_dims: Sequence[int]
) -> None:
    """Raises a ValueError if no tensor train of these can stand for a map."""
    for side, dims, size in (
        ("in_dims", tuple(in_dims), linear.inputs),
        ("out_dims", tuple(out_dims), linear.outputs),
    ):
        whole = all(isinstance(dim, int) and dim > 0 for dim in dims)
        # Twice the size or more is a slip, not padding.
        if not whole or not dims or not size <= math.prod(dims) < 2 * size:
            raise ValueError(
                f"{side}={dims} do not factor {linear.name}: give positive "
                f"whole numbers whose product is {size}, or up to "
                f"{2 * size - 1} to pad it"
            )
    if len(in_dims) != len(out_dims):
        raise ValueError(
            f"in_dims={tuple(in_dims)} and out_dims={tuple(out_dims)} of "
            f"{linear.name} differ in length: give as many of each"
        )


def _check_ranks(tt: TensorTrainMap) -> None:
    full, bonds = full_ranks(tt.in_dims, tt.out_dims), len(tt.in_dims) - 1
    if not isinstance(tt.rank, tuple):
        check_rank(tt.name, tt.rank, max(full))
        return
    if len(tt.rank) != bonds:
        raise ValueError(
            f"rank={tt.rank} does not fit {tt.name}: give {bonds}, one for "
            f"each bond of its {bonds + 1} cores, or one number for all"
        )
    before = 1
    for k, rank in enumerate(tt.rank):
        # A core has no more columns than its rows can tell apart.
        rows = before * tt.in_dims[k] * tt.out_dims[k]
        check_rank(f"bond {k + 1} of {tt.name}", rank, min(rows, full[k + 1]))
        before = rank
