"""Functions of one number, by name, of ops that the runtime has built in."""

import difflib
import re
from collections.abc import Callable

import tensorflow as tf

Activation = Callable[[tf.Tensor], tf.Tensor]


def _hard_sigmoid(x: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)


def _hard_sigmoid_6(x: tf.Tensor) -> tf.Tensor:
    return tf.nn.relu6(x + 3) / 6


def _softplus(x: tf.Tensor) -> tf.Tensor:
    # Never the exponential of a large number.
    return tf.maximum(x, 0) + tf.math.log(1 + tf.exp(-tf.abs(x)))


def _mish(x: tf.Tensor) -> tf.Tensor:
    return x * tf.tanh(_softplus(x))


ACTIVATIONS: dict[str, Activation] = {
    "linear": tf.identity,
    "tanh": tf.tanh,
    "sigmoid": tf.sigmoid,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "hard_sigmoid": _hard_sigmoid,  # of tf_keras: slope 0.2
    "hard_sigmoid_6": _hard_sigmoid_6,  # of Keras 3 and PyTorch: slope 1 / 6
    "hard_swish": lambda x: x * _hard_sigmoid_6(x),
    "hard_tanh": lambda x: tf.clip_by_value(x, -1.0, 1.0),
    "elu": tf.nn.elu,
    "selu": lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772),
    "gelu": tf.nn.gelu,
    "gelu_tanh": lambda x: tf.nn.gelu(x, approximate=True),
    "swish": lambda x: x * tf.sigmoid(x),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + tf.abs(x)),
    "mish": _mish,
    "exponential": tf.exp,
    "softmax": lambda x: tf.nn.softmax(x, -1),
}


def _leaky_relu(x: tf.Tensor, slope: float) -> tf.Tensor:
    return tf.nn.relu(x) - slope * tf.nn.relu(-x)


def _elu(x: tf.Tensor, alpha: float) -> tf.Tensor:
    return tf.nn.relu(x) + alpha * (tf.exp(tf.minimum(x, 0.0)) - 1)


WITH_A_NUMBER = {"leaky_relu": _leaky_relu, "elu": _elu}


def get(name: str) -> Activation:
    """Returns the function of a name: `relu`, `leaky_relu(0.2)`, `elu(0.5)`.

    Raises:
        ValueError: there is none of that name; the nearest is told.
    """
    if name in ACTIVATIONS:
        return ACTIVATIONS[name]
    match = re.fullmatch(r"(\w+)\(([-+.e\d]+)\)", name)
    if match and match[1] in WITH_A_NUMBER:
        function, number = WITH_A_NUMBER[match[1]], float(match[2])
        return lambda x: function(x, number)
    names = [*ACTIVATIONS, *(f"{key}(0.2)" for key in WITH_A_NUMBER)]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
    raise ValueError(
        f"activation {name!r} is unknown: did you mean {near}? "
        f"There are {', '.join(names)}"
    )
