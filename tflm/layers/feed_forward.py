"""A layer without state."""

import tf_keras as keras

from tflm.layers.map import Map


class DenseLayer(keras.layers.Layer):
    """A layer without state between the recurrent layers and the softmax."""

    def __init__(self, input_map: Map, activation: str, name: str):
        super().__init__(name=name)
        self.input_map = input_map
        self.activation = keras.activations.get(activation)
        self.outputs = input_map.outputs
        self.bias = self.add_weight(
            name="bias", shape=(input_map.outputs,), initializer="zeros"
        )
        self.state_sizes = []

    def stepper(self, mask: None = None):
        return lambda x, states: (
            self.activation(self.input_map(x) + self.bias),
            states,
        )
