"""The activations of Keras by the names that the toolkit has for them."""

from collections.abc import Mapping
from typing import Any

from absl import logging

from tflm.layers import activations

# Where Keras and TensorFlow say it otherwise.
_NAMES = {
    "hard_silu": "hard_swish",
    "silu": "swish",
    "exp": "exponential",
    "softmax_v2": "softmax",
    "log_softmax_v2": "log_softmax",
    "identity": "linear",
    "swish_impl": "swish",
}
_PACKAGES = ("keras", "tf_keras", "builtins", "tensorflow", "jax", "torch")
# Layers that are an activation, by the setting that is their number.
_SLOPES = ("negative_slope", "alpha")


def name_of(value: Any, is_keras_3: bool, owner: str) -> str:
    """Returns the toolkit's name of an activation that a file names.

    Args:
        value: a name, None, or what Keras writes of a function or a layer.
        is_keras_3: whether Keras 3 wrote it.
        owner: of it, for errors.

    Raises:
        ValueError: the toolkit has no such function.
    """
    if value is None:
        return "linear"
    if isinstance(value, Mapping):
        return _of_mapping(value, is_keras_3, owner)
    name = _NAMES.get(value, value)
    if name == "hard_sigmoid" and is_keras_3:
        return "hard_sigmoid_6"
    if name == "leaky_relu":
        return "leaky_relu(0.2)"
    if name == "log_softmax" or name in activations.ACTIVATIONS:
        return name
    raise ValueError(
        f"{owner} has activation {name!r}: only some of Keras are supported, "
        f"{', '.join(activations.ACTIVATIONS)}"
    )


def _of_mapping(value: Mapping[str, Any], is_keras_3: bool, owner: str) -> str:
    module = str(value.get("module") or "builtins")
    config = value.get("config")
    if module.partition(".")[0] not in _PACKAGES:
        raise ValueError(
            f"{owner} has an activation of {module}: only those of Keras are "
            f"supported"
        )
    if isinstance(config, str):
        name = name_of(config, is_keras_3, owner)
        if module == "builtins" and not name.endswith("softmax"):
            logging.warning(
                "%s has a function of your program as activation: it is "
                "taken for Keras' %s; tflm.from_keras compares the two",
                owner,
                name,
            )
        return name
    return of_layer(
        str(value.get("class_name")), config or {}, is_keras_3, owner
    )


def of_layer(
    kind: str, config: Mapping[str, Any], is_keras_3: bool, owner: str
) -> str:
    """Returns the toolkit's name of a layer that is an activation.

    Args:
        kind: `Activation`, `Softmax`, `ReLU`, `LeakyReLU` or `ELU`.
        config: of the layer.
        is_keras_3: whether Keras 3 wrote it.
        owner: of it, for errors.

    Raises:
        ValueError: the toolkit has no such function.
    """
    if kind == "Activation":
        return name_of(config["activation"], is_keras_3, owner)
    if kind == "Softmax" and config.get("axis", -1) in (-1, 2):
        return "softmax"
    if kind == "ELU":
        return f"elu({config.get('alpha', 1.0)})"
    slopes = [config[key] for key in _SLOPES if key in config]
    if kind == "LeakyReLU" and slopes:
        return f"leaky_relu({float(slopes[0])})"
    if kind == "ReLU":
        return _of_relu(config, owner)
    raise ValueError(f"{owner} has activation {kind!r}, which is not supported")


def _of_relu(config: Mapping[str, Any], owner: str) -> str:
    highest = config.get("max_value")
    slope = float(config.get("negative_slope") or 0)
    if config.get("threshold") or (slope and highest):
        raise ValueError(f"{owner} is a ReLU of more than one setting")
    if slope:
        return f"leaky_relu({slope})"
    if highest not in (None, 6):
        raise ValueError(
            f"{owner} has max_value={highest}: only 6 is supported"
        )
    return "relu6" if highest else "relu"
