"""A layer without state."""

import tensorflow as tf
import tf_keras as keras

from tflm.layers import activations
from tflm.layers.cells import Step
from tflm.layers.map import Map


class DenseLayer(keras.layers.Layer):
    """A layer without state between the recurrent layers and the softmax."""

    def __init__(self, input_map: Map, activation: str, name: str):
        super().__init__(name=name)
        self.input_map = input_map
        self.activation = activations.get(activation)
        self.outputs = input_map.outputs
        self.bias = self.add_weight(
            name="bias", shape=(input_map.outputs,), initializer="zeros"
        )
        self.state_sizes: list[int] = []

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the layer's function of one word, as a cell's `stepper`."""
        return lambda x, states: (
            self.activation(self.input_map(x) + self.bias),
            states,
        )
