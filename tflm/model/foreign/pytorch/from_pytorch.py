"""A user's own PyTorch model to ours, weights and all, and back.

PyTorch keeps a matrix by its outputs and we by its inputs. Its LSTM adds two
biases where we have one; the rows of its GRU are r, z, g where ours are z, r,
g, and like ours it resets after the product.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from absl import logging

from tflm import files
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.description import Imported, build
from tflm.model.foreign.pytorch import parts, tensors
from tflm.model.foreign.pytorch.chain import Part
from tflm.model.foreign.pytorch.parts import Names
from tflm.model.language_model import LanguageModel


def from_pytorch(model: Any, names: Names | None = None) -> LanguageModel:
    """Returns a PyTorch language model in the toolkit's form.

    It may have an nn.Embedding, then nn.LSTM, nn.GRU, nn.RNN and nn.Linear
    layers, the last of which has one unit for each word. They follow one
    another as the module registers them. Its logits are those before a softmax
    that the model may have. PyTorch need not be installed.

    Args:
        model: an nn.Module, or its state dict: arrays of PyTorch or NumPy by
            name.
        names: what a tensor or module is, where names and shapes do not tell:
            `embedding`, `softmax`, the activation of an nn.Linear between
            layers, or `none` for what is not of the model; or the place of a
            layer, as in `1` or `2:relu`, where tensors are sorted by name.

    Raises:
        ValueError: something is not one of these, or what it is is not clear;
            it is named.

    Examples:
        >>> import numpy as np
        >>> shapes = {
        ...     "encoder.weight": (30, 8), "decoder.weight": (30, 16),
        ...     "rnn.weight_ih_l0": (64, 8), "rnn.weight_hh_l0": (64, 16),
        ... }
        >>> theirs = {name: np.ones(shape) for name, shape in shapes.items()}
        >>> [*tflm.from_pytorch(theirs).maps]
        ['embedding', 'layer_0/input', 'layer_0/recurrent', 'softmax']
    """
    known = dict(names or {})
    if hasattr(model, "state_dict"):
        known = _nonlinearities(model) | known
        model = model.state_dict()
    if not isinstance(model, Mapping):
        raise ValueError(
            f"{type(model).__name__} is no PyTorch model: give an nn.Module or "
            f"its state_dict()"
        )
    return model_of(parts.find(tensors.floats(model), known))


def _nonlinearities(module: Any) -> dict[str, str]:
    """Returns those of each nn.RNN, which its state dict does not tell."""
    return {
        name: part.nonlinearity
        for name, part in module.named_modules()
        if type(part).__name__ in ("RNN", "RNNCell")
    }


def load(path: files.Path, names: Names | None = None) -> Imported:
    """Reads a state dict from a `.safetensors` or `.npz` file.

    Raises:
        ValueError: it is no such file, or `from_pytorch` refuses it.
    """
    arrays = tensors.load(path)
    try:
        found = parts.find(arrays, names or {})
        model = model_of(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    logging.info("%s: %s", path, parts.summary(found))
    return Imported(model)


def model_of(found: Sequence[Part]) -> LanguageModel:
    """Returns the model of these layers, from embedding to softmax.

    Raises:
        ValueError: they do not fit one another.
    """
    embedding, *layers, softmax = found
    table, softmax_table = (x.tensors["weight"] for x in (embedding, softmax))
    config = ModelConfig(
        vocabulary_size=embedding.outputs,
        embedding_size=embedding.inputs,
        layers=tuple(_layer(part) for part in layers),
        tied=softmax_table is table,
    )
    weights = {"embedding/kernel": table}
    for k, part in enumerate(layers):
        of_layer = _WEIGHTS[part.kind](part.tensors)
        weights |= {f"layer_{k}/{name}": w for name, w in of_layer.items()}
    if not config.tied:
        weights["softmax/kernel"] = softmax_table
    if "bias" in softmax.tensors:
        weights["softmax/bias"] = softmax.tensors["bias"]
    return build(config, weights)


def _layer(part: Part) -> LayerConfig:
    if part.kind == "dense":
        activation = part.activation
        return LayerConfig("dense", part.units, activation=activation)
    if part.kind == "rnn":
        return LayerConfig("rnn", part.units, state_activation=part.activation)
    projected = part.outputs if "weight_hr" in part.tensors else 0
    return LayerConfig(part.kind, part.units, projected)


def _lstm(theirs: tensors.Tensors) -> tensors.Tensors:
    ours = {
        "input/kernel": theirs["weight_ih"].T,
        "recurrent/kernel": theirs["weight_hh"].T,
    }
    if "weight_hr" in theirs:
        ours["projection/kernel"] = theirs["weight_hr"].T
    if "bias_ih" in theirs:
        ours["bias"] = theirs["bias_ih"] + theirs["bias_hh"]
    return ours


def _gru(theirs: tensors.Tensors) -> tensors.Tensors:
    ours = {
        "input/kernel": swapped(theirs["weight_ih"].T),
        "recurrent/kernel": swapped(theirs["weight_hh"].T),
    }
    if "bias_ih" in theirs:
        biases = theirs["bias_ih"], theirs["bias_hh"]
        ours["bias"] = np.stack([swapped(bias) for bias in biases])
    return ours


def swapped(columns: np.ndarray) -> np.ndarray:
    """Returns those of gates r, z, g in the order z, r, g, and back."""
    first, second, third = np.split(columns, 3, axis=-1)
    return np.concatenate([second, first, third], axis=-1)


def _dense(theirs: tensors.Tensors) -> tensors.Tensors:
    ours = {"input/kernel": theirs["weight"].T}
    return ours | {k: b for k, b in theirs.items() if k == "bias"}


def _reset_before(theirs: tensors.Tensors) -> tensors.Tensors:
    ours = _gru(theirs)
    return ours | {k: bias.sum(0) for k, bias in ours.items() if k == "bias"}


_WEIGHTS = {
    "gru_reset_before": _reset_before,
    "lstm": _lstm,
    "gru": _gru,
    "rnn": _lstm,
    "dense": _dense,
}
