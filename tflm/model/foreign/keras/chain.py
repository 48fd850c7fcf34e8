"""A chain of layers of Keras as a language model of ours."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.description import Layer, build
from tflm.model.foreign.keras import activations, blocks
from tflm.model.foreign.keras.blocks import Block
from tflm.model.foreign.keras.kinds import DROPPED
from tflm.model.foreign.keras.weights import outputs
from tflm.model.language_model import LanguageModel

_CELLS = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"}
_NORMS = {
    "LayerNormalization": "layer_norm",
    "RMSNormalization": "rms_norm",
    "BatchNormalization": "scale",
}


def from_layers(layers: Sequence[Layer], is_keras_3: bool) -> LanguageModel:
    """Returns the language model that a chain of layers of Keras is.

    Raises:
        ValueError: it is none, or has a layer or a setting that the toolkit
            has not; it is named.
    """
    weighted = [x for x in layers if x.kind not in DROPPED]
    embedding = weighted[0]
    table, chain = blocks.folded(
        embedding.weights["embeddings"],
        [*_chain(weighted[1:], embedding.config["output_dim"], is_keras_3)],
    )
    *middle, last = chain
    _check_last(embedding, last)
    first = next(k for k, x in enumerate(layers) if x.kind in _CELLS)
    config = ModelConfig(
        vocabulary_size=table.shape[0],
        embedding_size=table.shape[1],
        layers=tuple(block.layer for block in middle),
        tied=False,
        # Dropout is fine-tuned with as it is before and after the first cell.
        input_dropout=_dropout(layers[:first]),
        output_dropout=_dropout(layers[first:]),
    )
    weights = {
        f"layer_{k}/{name}": value
        for k, block in enumerate(middle)
        for name, value in block.weights.items()
    }
    weights["embedding/kernel"] = table
    weights["softmax/kernel"] = np.transpose(last.weights["input/kernel"])
    if "bias" in last.weights:
        weights["softmax/bias"] = last.weights["bias"]
    return build(config, weights)


def _check_last(embedding: Layer, last: Block) -> None:
    if last.layer.kind != "dense":
        raise ValueError(
            "the model ends with a normalization after an activation: only a "
            "Dense layer over the vocabulary is supported there"
        )
    if last.layer.activation not in ("linear", "softmax", "log_softmax"):
        raise ValueError(
            f"the model ends with activation {last.layer.activation!r}: only "
            f"linear and softmax are supported"
        )
    if embedding.config["input_dim"] != last.layer.units:
        raise ValueError(
            f"{embedding.name} has {embedding.config['input_dim']} words and "
            f"the last layer {last.layer.units}: both must have the whole "
            f"vocabulary"
        )


def _chain(
    layers: Sequence[Layer], width: int, is_keras_3: bool
) -> Iterator[Block]:
    """Yields a block for each layer that changes what it reads."""
    rank = 3
    for layer in layers:
        owner = f"{layer.kind} {layer.name}"
        if layer.kind in _CELLS:
            rank = 3 if layer.config.get("return_sequences") else 2
            yield _cell(layer, is_keras_3, owner)
        elif layer.kind == "Dense":
            yield _dense(layer, is_keras_3, owner)
        elif layer.kind in _NORMS:
            yield _norm(layer, width, rank)
        else:
            name = activations.of_layer(
                layer.kind, layer.config, is_keras_3, owner
            )
            ones, zeros = np.ones(width), np.zeros(width)
            yield _gain(ones, zeros, name)
        width = outputs(layer.kind, layer.config, width)


def _gain(gain, bias, activation: str = "linear") -> Block:
    layer = LayerConfig("scale", len(gain), activation=activation)
    return Block(layer, {"gain": np.float32(gain), "bias": np.float32(bias)})


def _dense(layer: Layer, is_keras_3: bool, owner: str) -> Block:
    activation = activations.name_of(
        layer.config.get("activation"), is_keras_3, owner
    )
    units = layer.config["units"]
    shape = LayerConfig("dense", units, activation=activation)
    return Block(shape, _renamed(layer))


def _renamed(layer: Layer) -> dict[str, np.ndarray]:
    names = {
        "kernel": "input/kernel",
        "recurrent_kernel": "recurrent/kernel",
        "bias": "bias",
    }
    return {names[name]: value for name, value in layer.weights.items()}


def _cell(layer: Layer, is_keras_3: bool, owner: str) -> Block:
    config = layer.config
    for setting in ("go_backwards", "time_major"):
        if config.get(setting):
            raise ValueError(
                f"{owner} has {setting}=True: only False is supported"
            )
    kind = _CELLS[layer.kind]
    if layer.kind == "GRU" and not config.get("reset_after"):
        kind = "gru_reset_before"
    names = [
        activations.name_of(config.get(key, usual), is_keras_3, owner)
        for key, usual in (
            ("activation", "tanh"),
            ("recurrent_activation", "sigmoid"),
        )
    ]
    shape = LayerConfig(
        kind,
        config["units"],
        state_activation=names[0],
        gate_activation=names[1],
    )
    return Block(shape, _renamed(layer))


def _norm(layer: Layer, width: int, rank: int) -> Block:
    config, weights = layer.config, layer.weights
    _check_axis(layer, rank)
    if config.get("rms_scaling"):
        raise ValueError(
            f"{layer.kind} {layer.name} has rms_scaling=True: only False is "
            f"supported"
        )
    gain = weights.get("gamma", weights.get("scale", np.ones(width)))
    bias = weights.get("beta", np.zeros(width))
    if layer.kind == "BatchNormalization":
        variance = weights["moving_variance"] + config["epsilon"]
        gain = gain / np.sqrt(variance)
        return _gain(gain, bias - weights["moving_mean"] * gain)
    shape = LayerConfig(
        _NORMS[layer.kind], width, epsilon=float(config["epsilon"])
    )
    return dataclasses.replace(_gain(gain, bias), layer=shape)


def _check_axis(layer: Layer, rank: int) -> None:
    axis = layer.config.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if axis not in (-1, rank - 1):
        raise ValueError(
            f"{layer.kind} {layer.name} has axis={axis}: only the last is "
            f"supported"
        )


def _dropout(layers: Sequence[Layer]) -> float:
    """Returns the highest rate of these layers' dropout."""
    rates = [
        x.config.get("rate", 0.0) for x in layers if x.kind.endswith("ropout")
    ]
    return max(rates, default=0.0)
