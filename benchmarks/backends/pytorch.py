"""The step in PyTorch, float32 or with dynamic int8 weights."""

import dataclasses
import io

import numpy as np
import torch
from torch import nn
from torch.ao.quantization import quantize_dynamic

from benchmarks.backends.weights import Layer, Weights

FORMS = ("linear", "lstm")
FORMATS = ("float32", "int8")


def convert(weights: Weights, form: str, file_format: str) -> "TorchModule":
    """Returns a traced and frozen module of one step.

    Tracing takes 0.1 ms off a step of 0.4 ms, which is Python's.

    Args:
        weights: of the model.
        form: `linear`, a layer is a product of [x, h] and gates of plain
            functions; or `lstm`, all layers are one `nn.LSTM`.
        file_format: `float32`, or `int8`: the products by `quantize_dynamic`.
    """
    module = {"linear": _Linear, "lstm": _LSTM}[form](weights).eval()
    if file_format == "int8":
        module = quantize_dynamic(module, {nn.Linear, nn.LSTM})
    state = torch.zeros(1, sum(weights.state_sizes))
    with torch.no_grad():
        traced = torch.jit.trace(
            module, (torch.zeros(1, dtype=torch.int32), state)
        )
        file = io.BytesIO()
        torch.jit.save(torch.jit.freeze(traced), file)
    return TorchModule(file.getvalue(), weights)


class _Step(nn.Module):
    """Embedding and softmax, which both forms have."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.state_sizes = weights.state_sizes
        self.table = nn.Embedding.from_pretrained(torch.tensor(weights.table))
        self.softmax = _linear(weights.softmax, weights.bias)


class _Linear(_Step):
    def __init__(self, weights: Weights):
        super().__init__(weights)
        self.layers = nn.ModuleList(
            _linear(layer.kernel.T, layer.bias) for layer in weights.layers
        )

    def forward(self, token, state):
        x = self.table(token)
        states = state.split(self.state_sizes, 1)
        new_states = []
        for k, layer in enumerate(self.layers):
            h, c = states[2 * k : 2 * k + 2]
            i, f, g, o = layer(torch.cat([x, h], 1)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            x = torch.sigmoid(o) * torch.tanh(c)
            new_states += [x, c]
        return self.softmax(x), torch.cat(new_states, 1)


class _LSTM(_Step):
    def __init__(self, weights: Weights):
        super().__init__(weights)
        first = weights.layers[0]
        self.lstm = nn.LSTM(first.inputs, first.units, len(weights.layers))
        for k, layer in enumerate(weights.layers):
            _set_layer(self.lstm, k, layer)

    def forward(self, token, state):
        x = self.table(token).unsqueeze(0)
        states = state.split(self.state_sizes, 1)
        h, c = torch.stack(states[::2]), torch.stack(states[1::2])
        x, (h, c) = self.lstm(x, (h, c))
        new_states = torch.stack([h, c], 1).reshape(1, -1)
        return self.softmax(x[0]), new_states


def _linear(kernel: np.ndarray, bias: np.ndarray) -> nn.Linear:
    """Returns x kernel^T + bias; the kernel is [outputs, inputs]."""
    layer = nn.Linear(kernel.shape[1], kernel.shape[0])
    _set(layer.weight, kernel)
    _set(layer.bias, bias)
    return layer


def _set_layer(lstm: nn.LSTM, k: int, layer: Layer) -> None:
    kernel = layer.kernel.T
    _set(getattr(lstm, f"weight_ih_l{k}"), kernel[:, : layer.inputs])
    _set(getattr(lstm, f"weight_hh_l{k}"), kernel[:, layer.inputs :])
    _set(getattr(lstm, f"bias_ih_l{k}"), layer.bias)
    _set(getattr(lstm, f"bias_hh_l{k}"), np.zeros_like(layer.bias))


def _set(parameter: nn.Parameter, value: np.ndarray) -> None:
    with torch.no_grad():
        parameter.copy_(torch.tensor(value))


@dataclasses.dataclass(frozen=True)
class TorchModule:
    """A `Backend` of a module that `convert` made."""

    content: bytes
    weights: Weights

    def open(self, threads: int) -> "LoadedModule":
        """Loads it; see `Backend`."""
        torch.set_num_threads(threads)
        module = torch.jit.load(io.BytesIO(self.content))
        return LoadedModule(module, self.weights)


class LoadedModule:
    """A `LoadedModel` of a module."""

    signature = None
    runtime = f"torch {torch.__version__}"

    def __init__(self, module: torch.jit.ScriptModule, weights: Weights):
        self.inputs, self.outputs = weights.forms
        self._module = module
        self._values = {
            name: torch.tensor(np.zeros(form["shape"], form["dtype"]))
            for name, form in self.inputs.items()
        }

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input; see `LoadedModel`."""
        self._values[name] = torch.from_numpy(value)

    def invoke(self) -> None:
        """Runs one step."""
        values = self._values
        with torch.inference_mode():
            self._results = self._module(values["token"], values["state"])

    def read(self, name: str) -> np.ndarray:
        """Returns an output; see `LoadedModel`."""
        return self._results[name == "state"].numpy()
