"""The step in PyTorch, float32 or with dynamic int8 weights."""

import dataclasses
import io

import numpy as np
import torch
from torch import nn
from torch.ao.quantization import quantize_dynamic

from benchmarks.peers.nets import Layer, Net

FORMS = ("linear", "lstm")
FORMATS = ("float32", "int8")


def convert(net: Net, form: str, file_format: str) -> bytes:
    """Returns a traced and frozen module of one step.

    Tracing takes 0.1 ms off a step of 0.4 ms, which is Python's.

    Args:
        net: the weights.
        form: `linear`, a layer is a product of [x, h] and gates of plain
            functions; or `lstm`, all layers are one `nn.LSTM`.
        file_format: `float32`, or `int8`: the products by `quantize_dynamic`.
    """
    module = {"linear": _Linear, "lstm": _LSTM}[form](net).eval()
    if file_format == "int8":
        module = quantize_dynamic(module, {nn.Linear, nn.LSTM})
    state = torch.zeros(1, sum(net.state_sizes))
    with torch.no_grad():
        traced = torch.jit.trace(
            module, (torch.zeros(1, dtype=torch.int32), state)
        )
        file = io.BytesIO()
        torch.jit.save(torch.jit.freeze(traced), file)
    return file.getvalue()


class _Step(nn.Module):
    """Embedding and softmax, which both forms have."""

    def __init__(self, net: Net):
        super().__init__()
        self.state_sizes = net.state_sizes
        self.table = nn.Embedding.from_pretrained(torch.tensor(net.table))
        self.softmax = _linear(net.softmax, net.bias)


class _Linear(_Step):
    def __init__(self, net: Net):
        super().__init__(net)
        self.layers = nn.ModuleList(
            _linear(layer.kernel.T, layer.bias) for layer in net.layers
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
    def __init__(self, net: Net):
        super().__init__(net)
        first = net.layers[0]
        self.lstm = nn.LSTM(first.inputs, first.units, len(net.layers))
        for k, layer in enumerate(net.layers):
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
class Peer:
    """A `peer.Peer` of a module that `convert` wrote."""

    content: bytes
    net: Net

    def open(self, threads: int) -> "Runner":
        torch.set_num_threads(threads)
        return Runner(torch.jit.load(io.BytesIO(self.content)), self.net)


class Runner:
    """A `peer.Net` of a module."""

    runtime = f"torch {torch.__version__}"

    def __init__(self, module: torch.jit.ScriptModule, net: Net):
        self.inputs, self.outputs = net.forms
        self._module = module
        self._values = {
            name: torch.tensor(np.zeros(form["shape"], form["dtype"]))
            for name, form in self.inputs.items()
        }

    def write(self, name: str, value: np.ndarray) -> None:
        self._values[name] = torch.from_numpy(value)

    def invoke(self) -> None:
        values = self._values
        with torch.inference_mode():
            self._results = self._module(values["token"], values["state"])

    def read(self, name: str) -> np.ndarray:
        return self._results[name == "state"].numpy()
