"""Products of two thin matrices."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tflm.layers.dense import DenseMap
from tflm.layers.map import (
    Chain,
    End,
    Importance,
    Map,
    check_rank,
    factor_scale,
)
from tflm.layers.repeated import repeated_product
from tflm.layers.weight_view import look_up, product


class LowRankMap(Map):
    """M = left right, with [inputs, rank] and [rank, outputs].

    It holds `rank * (inputs + outputs)` weights.

    Raises:
        ValueError: `rank` is not between 1 and that of a matrix of this size.
    """

    KIND = "low_rank"
    FIELDS = ("rank",)

    def __init__(
        self, inputs: int, outputs: int, scale: float, name: str, rank: int
    ):
        super().__init__(inputs, outputs, name)
        check_rank(name, rank, min(inputs, outputs))
        self.rank = rank
        scale = factor_scale(scale, factors=2, summands=rank)
        self.left = self._weight("left", (inputs, rank), scale)
        self.right = self._weight("right", (rank, outputs), scale)

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.view, self._inner(x), self.viewed(self.right))

    def _inner(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.view, x, self.viewed(self.left))

    def repeated(self) -> Callable[[tf.Tensor], tf.Tensor]:
        """Returns the two products, whose gradients are one each, too."""
        left, right = (
            repeated_product(self.view, self.viewed(factor))
            for factor in (self.left, self.right)
        )
        return lambda x: right(left(self.view.read(x)))

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns rows of `left`, times `right`."""
        x = look_up(self.view, self.viewed(self.left), ids)
        return product(self.view, x, self.viewed(self.right))

    def _transposed(self, x: tf.Tensor) -> tf.Tensor:
        x = product(self.view, x, self.viewed(self.right), transpose=True)
        return product(self.view, x, self.viewed(self.left), transpose=True)

    def approximate(
        self, matrix: np.ndarray, importance: Importance | None = None
    ) -> None:
        """Makes M the nearest matrix of its rank, see `factorize`."""
        self.set_weights(factorize(matrix, self.rank, importance))

    def chains(self) -> list[Chain]:
        """Returns the one product of the two."""
        return [(slice(None), [self.left, self.right])]

    def end(self) -> End:
        """Returns `right`, after the product with `left`."""
        return self._inner, self.right

    def part(
        self, rows: np.ndarray, columns: np.ndarray
    ) -> tuple[dict, list[np.ndarray]]:
        """Returns rows of `left` and columns of `right`.

        If they are fewer than the rank, their product is smaller: it is dense.
        """
        left, right = self.left.numpy()[rows], self.right.numpy()[:, columns]
        if self.rank > min(len(left), right.shape[1]):
            return {"kind": DenseMap.KIND}, [left @ right]
        return self.fields(), [left, right]


def factorize(
    matrix: np.ndarray, rank: int, importance: Importance | None = None
) -> list[np.ndarray]:
    """Returns the factors [m, rank], [rank, n] nearest to `matrix` [m, n].

    Their product is its truncated singular value decomposition, the nearest
    matrix of that rank in Frobenius norm (Eckart and Young, 1936); the
    singular values are shared equally, so that both quantize alike. With an
    `importance` of errors they are those of `factorize_weighted`.
    """
    if importance is not None:
        return factorize_weighted(matrix, rank, *importance)
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    root = np.sqrt(s[:rank])
    return [u[:, :rank] * root, root[:, np.newaxis] * v[:rank]]


def factorize_weighted(
    matrix: np.ndarray, rank: int, rows: np.ndarray, columns: np.ndarray
) -> list[np.ndarray]:
    """Returns the factors whose product serves best where it is used.

    They minimise tr(R E C E^T) for the error E = M - left right [m, n]. With R
    the second moment E[x x^T] of the inputs and C = I that is the expected
    square of x E. With R the likelihood of a table's words and C the second
    moment of what it is multiplied by it is near the divergence of the
    predictions, to second order; exact if a word were as likely at each place.
    It is the whitened matrix that is truncated instead of M (Chen et al. 2021,
    DRONE; Yuan et al. 2023, arXiv 2312.05821).

    Args:
        matrix: M, [m, n].
        rank: at most that of M.
        rows: R, positive definite [m, m], or its diagonal [m].
        columns: C, [n, n] or [n].
    """
    u, s, v = np.linalg.svd(
        whitened(matrix, rows, columns), full_matrices=False
    )
    root = np.sqrt(s[:rank])
    left = weighed(_power(rows, -0.5), u[:, :rank] * root)
    right = weighed(_power(columns, -0.5), v[:rank].T * root).T
    # Of equal norm, column by row, so that both quantize alike.
    tiny = np.finfo(float).tiny  # Both are zero beyond the rank of M.
    norms = np.linalg.norm(right, axis=1) + tiny
    scale = np.sqrt(norms / (np.linalg.norm(left, axis=0) + tiny))
    return [left * scale, right / scale[:, np.newaxis]]


def whitened(
    matrix: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Returns R^(1/2) M C^(1/2), with `factorize_weighted`'s R, M and C.

    The sum of the squared singular values that its truncation drops is the
    weighted error of the factors.
    """
    half = weighed(_power(rows, 0.5), matrix)
    return weighed(_power(columns, 0.5), half.T).T


def moment_of(moment: np.ndarray, some: slice) -> np.ndarray:
    """Returns the part of a moment, or of its diagonal, for `some` rows."""
    return moment[some] if moment.ndim == 1 else moment[some, some]


def _power(moment: np.ndarray, exponent: float) -> np.ndarray:
    """Returns the symmetric power of a moment, or of its diagonal."""
    if moment.ndim == 1:
        return moment**exponent
    values, vectors = np.linalg.eigh(moment)
    return (vectors * values**exponent) @ vectors.T


def weighed(moment: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Returns S M for a moment S [m, m], or its diagonal, and M [m, n]."""
    if moment.ndim == 1:
        return moment[:, np.newaxis] * matrix
    return moment @ matrix
