"""Products of two thin matrices."""

import numpy as np
import tensorflow as tf

from tflm.layers.lens import look_up, product
from tflm.layers.map import Map, check_rank, factor_scale


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

    def call(self, x: tf.Tensor) -> tf.Tensor:
        x = product(self.lens, x, self.seen(self.left))
        return product(self.lens, x, self.seen(self.right))

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        x = look_up(self.lens, self.seen(self.left), ids)
        return product(self.lens, x, self.seen(self.right))

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        x = product(self.lens, x, self.seen(self.right), transpose=True)
        return product(self.lens, x, self.seen(self.left), transpose=True)

    def approximate(self, matrix: np.ndarray) -> None:
        self.set_weights(factorize(matrix, self.rank))


def factorize(matrix: np.ndarray, rank: int) -> list[np.ndarray]:
    """Returns the factors [m, rank], [rank, n] nearest to `matrix` [m, n].

    Their product is its truncated singular value decomposition, the nearest
    matrix of that rank in Frobenius norm (Eckart and Young, 1936); the
    singular values are shared equally, so that both quantize alike.
    """
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    root = np.sqrt(s[:rank])
    return [u[:, :rank] * root, root[:, np.newaxis] * v[:rank]]


def factorize_weighted(
    matrix: np.ndarray, rank: int, rows: np.ndarray, columns: np.ndarray
) -> list[np.ndarray]:
    """Returns the factors whose product serves best where it is used.

    They minimise tr(R E C E^T) for the error E = M - left right [m, n]. With R
    the second moment E[x x^T] of the inputs and C = I that is the expected
    square of x E; with C the second moment of what a table is multiplied by
    and R the likelihood of its words it is, to second order, the divergence
    of the predictions. By whitening, R^(1/2) M C^(1/2) is truncated instead
    of M (Chen et al. 2021, DRONE; Yuan et al. 2023, arXiv 2312.05821).

    Args:
        matrix: M, [m, n].
        rank: at most that of M.
        rows: R, positive definite [m, m], or its diagonal [m].
        columns: C, [n, n] or [n].
    """
    left_root, left_inverse = _roots(rows)
    right_root, right_inverse = _roots(columns)
    whitened = _times(left_root, matrix)
    whitened = _times(right_root, whitened.T).T
    u, s, v = np.linalg.svd(whitened, full_matrices=False)
    left = _times(left_inverse, u[:, :rank] * s[:rank])
    right = _times(right_inverse, v[:rank].T).T
    # Of equal norm, column by row, so that both quantize alike.
    norms = np.linalg.norm(right, axis=1) / np.linalg.norm(left, axis=0)
    root = np.sqrt(norms)
    return [left * root, right / root[:, np.newaxis]]


def _roots(moment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the symmetric square root of a moment, and its inverse."""
    if moment.ndim == 1:
        return np.sqrt(moment), 1 / np.sqrt(moment)
    values, vectors = np.linalg.eigh(moment)
    root = np.sqrt(values)
    return (vectors * root) @ vectors.T, (vectors / root) @ vectors.T


def _times(moment: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    if moment.ndim == 1:
        return moment[:, np.newaxis] * matrix
    return moment @ matrix
