"""Matrices as they are."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tflm.layers.map import Chain, End, Importance, Map
from tflm.layers.repeated import repeated_product
from tflm.layers.weight_view import look_up, product


class DenseMap(Map):
    """M is one array, `kernel` [inputs, outputs]."""

    KIND = "dense"
    kernel: tf.Variable

    def __init__(self, inputs: int, outputs: int, scale: float, name: str):
        super().__init__(inputs, outputs, name)
        self.kernel = self._weight("kernel", (inputs, outputs), scale)

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.view, x, self.viewed(self.kernel))

    def repeated(self) -> Callable[[tf.Tensor], tf.Tensor]:
        """Returns the product with the array, whose gradient is one, too."""
        multiply = repeated_product(self.view, self.viewed(self.kernel))
        return lambda x: multiply(self.view.read(x))

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns rows of the array."""
        return look_up(self.view, self.viewed(self.kernel), ids)

    def _transposed(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.view, x, self.viewed(self.kernel), transpose=True)

    def approximate(
        self, matrix: np.ndarray, importance: Importance | None = None
    ) -> None:
        """Makes M the matrix itself."""
        self.kernel.assign(matrix)

    def chains(self) -> list[Chain]:
        """Returns the array alone."""
        return [(slice(None), [self.kernel])]

    def end(self) -> End:
        """Returns the array, by which x itself is multiplied."""
        return tf.identity, self.kernel

    def part(
        self, rows: np.ndarray, columns: np.ndarray
    ) -> tuple[dict, list[np.ndarray]]:
        """Returns a part of the array."""
        return self.fields(), [self.kernel.numpy()[rows][:, columns]]
