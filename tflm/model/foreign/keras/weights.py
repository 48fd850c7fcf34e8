"""Which weights the layers of Keras have, in the order of Keras."""

from collections.abc import Mapping
from typing import Any

Shape = tuple[int, ...]
GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}
FIXED = ("moving_mean", "moving_variance")  # Training does not change them.


def shapes(
    layer_kind: str, config: Mapping[str, Any], width: int
) -> dict[str, Shape]:
    """Returns weight names to shapes, in the order of `get_weights()`.

    Args:
        layer_kind: of Keras; one that has no weights gives none.
        config: of the layer.
        width: of what it reads.
    """
    if layer_kind == "Embedding":
        return {"embeddings": (config["input_dim"], config["output_dim"])}
    if layer_kind == "Dense":
        units = config["units"]
        return _with_bias(config, {"kernel": (width, units)}, (units,))
    if layer_kind in GATES:
        return _recurrent(layer_kind, config, width)
    if layer_kind == "LayerNormalization":
        return _gain_and_bias(config, width)
    if layer_kind == "RMSNormalization":
        return {"scale": (width,)}
    if layer_kind == "BatchNormalization":
        fixed = dict.fromkeys(FIXED, (width,))
        return {**_gain_and_bias(config, width), **fixed}
    return {}


def outputs(layer_kind: str, config: Mapping[str, Any], width: int) -> int:
    """Returns the width of what a layer writes."""
    if layer_kind == "Embedding":
        return config["output_dim"]
    if layer_kind in (*GATES, "Dense"):
        return config["units"]
    return width


def _recurrent(
    layer_kind: str, config: Mapping[str, Any], width: int
) -> dict[str, Shape]:
    units = config["units"]
    columns = GATES[layer_kind] * units
    bias: Shape = (columns,)
    if layer_kind == "GRU" and config.get("reset_after"):
        bias = (2, columns)
    kernels: dict[str, Shape] = {
        "kernel": (width, columns),
        "recurrent_kernel": (units, columns),
    }
    return _with_bias(config, kernels, bias)


def _with_bias(
    config: Mapping[str, Any], kernels: dict[str, Shape], bias: Shape
) -> dict[str, Shape]:
    return (
        {**kernels, "bias": bias} if config.get("use_bias", True) else kernels
    )


def _gain_and_bias(config: Mapping[str, Any], width: int) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    if config.get("scale", True):
        found["gamma"] = (width,)
    if config.get("center", True):
        found["beta"] = (width,)
    return found
