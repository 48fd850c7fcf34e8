"""Our model as one of PyTorch's: its layers there, and their weights.

Every cell of the toolkit is one of torch.nn with other weights, as `to_keras`
says. Only an nn.LSTM has a projection, and only a narrower one; others are
multiplied into the matrices behind them.
"""

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from tflm.layers.cells import Cell
from tflm.layers.normalization import NormalizationLayer
from tflm.model.config import LayerConfig
from tflm.model.foreign.pytorch.from_pytorch import swapped
from tflm.model.foreign.pytorch.tensors import Tensors
from tflm.model.foreign.stock_weights import absorbed, uncoupled
from tflm.model.language_model import LanguageModel

if TYPE_CHECKING:
    from tflm.model.foreign.pytorch.module import LanguageModule


@dataclasses.dataclass(frozen=True)
class TorchLayer:
    """A layer of torch.nn.

    Attributes:
        kind: its name there, as in `LSTM`.
        inputs: width of what it reads.
        units: width of what it remembers, or writes if it is an nn.Linear.
        tensors: its weights by PyTorch's names.
        projection: width of what an nn.LSTM writes, 0 for `units`.
        activation: behind an nn.Linear, or of an nn.RNN, a Keras name.
    """

    kind: str
    inputs: int
    units: int
    tensors: Tensors
    projection: int = 0
    activation: str = "linear"


def to_pytorch(model: LanguageModel) -> "LanguageModule":
    """Returns the same model as an nn.Module; it needs PyTorch.

    `module(ids)` returns logits [rows, steps, words] of ids [rows, steps], and
    the states, to be given with the next ids. Its parts are `encoder`,
    `layers.K` and `decoder`, which `from_pytorch` reads.

    Args:
        model: it is left as it was; its maps become dense.

    Raises:
        ValueError: PyTorch is not there, or has no such layer.

    Examples:
        >>> module = tflm.to_pytorch(model)  # doctest: +SKIP
        >>> logits, states = module(torch.tensor(ids))  # doctest: +SKIP
    """
    try:
        from tflm.model.foreign.pytorch import module
    except ModuleNotFoundError as error:
        raise ValueError(
            f"there is no PyTorch here ({error}): pip install torch"
        ) from None
    return module.LanguageModule(model.config, layers(model), state_dict(model))


def state_dict(model: LanguageModel) -> Tensors:
    """Returns the weights of `to_pytorch`'s module; it needs no PyTorch.

    Raises:
        ValueError: PyTorch has no such layer.
    """
    found = {"encoder.weight": model.maps["embedding"].matrix()}
    for k, layer in enumerate(layers(model)):
        found |= {f"layers.{k}.{n}": w for n, w in layer.tensors.items()}
    found["decoder.weight"] = model.softmax.table.matrix()
    found["decoder.bias"] = model.softmax.bias.numpy()
    return found


def layers(model: LanguageModel) -> list[TorchLayer]:
    """Returns what is between the embedding and the softmax.

    Raises:
        ValueError: PyTorch has no such layer.
    """
    if model.config.hierarchical:
        raise ValueError(
            "PyTorch has no such hierarchical softmax: give the model that it "
            "was made from"
        )
    found: list[TorchLayer] = []
    pending = None  # The projection of the layer before.
    for layer, ours in zip(model.config.layers, model.cells, strict=True):
        if isinstance(ours, NormalizationLayer):
            raise _unknown(layer.kind)
        if layer.has_blocks:
            raise _unknown(f"layer of {layer.blocks}")
        kernel = absorbed(pending, ours.input_map.matrix())
        pending = None
        if isinstance(ours, Cell):
            made, pending = _cell(layer, ours, kernel)
        else:
            made = _linear(kernel, ours.bias.numpy(), layer.activation)
        found.append(made)
    if pending is not None:
        found.append(_linear(pending, np.zeros(pending.shape[1], np.float32)))
    return found


def _cell(
    layer: LayerConfig, ours: Cell, kernel: np.ndarray
) -> tuple[TorchLayer, np.ndarray | None]:
    """Returns a layer, and the projection that it cannot have."""
    if layer.kind not in _CELLS:
        raise _unknown(layer.kind)
    kind, of_gates = _CELLS[layer.kind]
    functions = layer.state_activation, layer.gate_activation
    if kind != "RNN" and functions != ("tanh", "sigmoid"):
        raise _unknown(f"{layer.kind} of {' and '.join(functions)}")
    projection = ours.projection.matrix() if ours.projection else None
    pending = projection
    if kind == "LSTM" and layer.outputs < layer.units:
        pending = None
    recurrent = absorbed(pending, ours.recurrent.matrix())
    bias = ours.bias.numpy()
    biases = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    weights = [
        of_gates(weight, layer.units).T
        for weight in (kernel, recurrent, *biases)
    ]
    tensors = dict(zip(_NAMES, weights, strict=True))
    made = TorchLayer(
        kind, len(kernel), layer.units, tensors, activation=functions[0]
    )
    if projection is None or pending is not None:
        return made, pending
    tensors["weight_hr_l0"] = projection.T
    return dataclasses.replace(made, projection=layer.outputs), None


def _unknown(what: str) -> ValueError:
    return ValueError(
        f"torch.nn has no {what}: give a model of LSTM, GRU or plain cells "
        f"with their usual functions"
    )


_NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def _linear(
    kernel: np.ndarray, bias: np.ndarray, activation: str = "linear"
) -> TorchLayer:
    tensors = {"weight": kernel.T, "bias": bias}
    inputs, units = kernel.shape
    return TorchLayer("Linear", inputs, units, tensors, activation=activation)


# What a cell is there, and the columns of its matrices.
_CELLS = {
    "lstm": ("LSTM", lambda weight, units: weight),
    "cifg": ("LSTM", uncoupled),
    "rnn": ("RNN", lambda weight, units: weight),
    "gru": ("GRU", lambda weight, units: swapped(weight)),
}
