"""Layers without a matrix: normalization, and a gain and a bias alone."""

from collections.abc import Callable

import tensorflow as tf
import tf_keras as keras

from tflm.layers import activations
from tflm.layers.cells import Step


def layer_norm(x: tf.Tensor, epsilon: float) -> tf.Tensor:
    """Returns rows of mean 0 and variance 1 (Ba et al. 2016)."""
    centred = x - tf.reduce_mean(x, -1, keepdims=True)
    return rms_norm(centred, epsilon)


def rms_norm(x: tf.Tensor, epsilon: float) -> tf.Tensor:
    """Returns rows whose mean square is 1 (Zhang and Sennrich 2019)."""
    square = tf.reduce_mean(x * x, -1, keepdims=True)
    return x * tf.math.rsqrt(square + epsilon)


def unchanged(x: tf.Tensor, epsilon: float) -> tf.Tensor:
    """Returns x: the layer is a gain and a bias, and its activation."""
    return x


NORMALIZATIONS: dict[str, Callable[[tf.Tensor, float], tf.Tensor]] = {
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
    "scale": unchanged,
}


class NormalizationLayer(keras.layers.Layer):
    """y = activation(gain norm(x) + bias), number by number, without state."""

    def __init__(
        self, kind: str, units: int, activation: str, epsilon: float, name: str
    ):
        super().__init__(name=name)
        self.norm = NORMALIZATIONS[kind]
        self.epsilon = epsilon
        self.activation = activations.get(activation)
        self.outputs = units
        self.gain = self.add_weight("gain", (units,), initializer="ones")
        self.bias = self.add_weight("bias", (units,), initializer="zeros")
        self.state_sizes: list[int] = []

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the layer's function of one word, as a cell's `stepper`."""
        return lambda x, states: (
            self.activation(self.gain * self.norm(x, self.epsilon) + self.bias),
            states,
        )
