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
