"""A layer without state."""

import tf_keras as keras

from tflm.layers.map import Map


class DenseLayer(keras.layers.Layer):
    """A layer without state between the recurrent layers and the softmax."""

    def __init__(self, input: Map, activation: str, name: str):
        super().__init__(name=name)
        self.input_map = input
        self.activation = keras.activations.get(activation)
        self.outputs = input.outputs
        self.bias = self.add_weight(
            name="bias", shape=(input.outputs,), initializer="zeros"
        )
        self.state_sizes = []

    def stepper(self, mask: None = None):
        return lambda x, states: (
            self.activation(self.input_map(x) + self.bias),
            states,
        )
