"""Word ids to vectors."""

import tensorflow as tf
import tf_keras as keras

from tflm.layers.map import Map


class Embedding(keras.layers.Layer):
    """Looks up rows of `table`, a map of [vocabulary] to [width]."""

    def __init__(self, table: Map):
        super().__init__(name="embedding")
        self.table = table

    def call(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns the vectors of int32 ids [n]: [n, width]."""
        return self.table.rows(ids)
