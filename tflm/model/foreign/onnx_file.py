"""A user's own ONNX model to ours, weights and all."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from absl import logging

from tflm import files
from tflm.model.foreign.description import Imported
from tflm.model.foreign.pytorch import chain, from_pytorch, parts
from tflm.model.foreign.pytorch.chain import Part
from tflm.model.foreign.pytorch.tensors import Tensors

# What changes the form of the words' vectors, or the logits by a constant.
_SAME = (
    *("Cast", "Dropout", "Identity", "Reshape", "Squeeze", "Transpose"),
    *("Unsqueeze", "LogSoftmax", "Softmax"),
)
_ACTIVATIONS = ("Relu", "Sigmoid", "Softplus", "Tanh")
# By default, of a layer in one direction.
_FUNCTIONS = {
    "LSTM": ["Sigmoid", "Tanh", "Tanh"],
    "GRU": ["Sigmoid", "Tanh"],
    "RNN": ["Tanh"],
}


@dataclasses.dataclass(frozen=True)
class _Node:
    kind: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    settings: Mapping[str, Any]


def load(path: files.Path) -> Imported:
    """Reads an `.onnx` file, as torch.onnx.export writes one.

    The words' vectors are followed through the graph, from the Gather of the
    embedding by LSTM, GRU and RNN nodes, products, biases and activations to
    the logits. Nothing is run.

    Raises:
        ValueError: `onnx` is not installed, the file is no ONNX model, or on
            the way is something else; it is named.
    """
    try:
        import onnx
        from onnx import helper, numpy_helper
    except ModuleNotFoundError:
        raise ValueError(
            f"{path} needs onnx to be read: pip install 'tflm-toolkit[onnx]'"
        ) from None
    try:
        files.check(path)
        graph = onnx.load(path).graph
        arrays = {x.name: numpy_helper.to_array(x) for x in graph.initializer}
    except Exception as error:  # Of protobuf, or of files beside it.
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path} is no ONNX model that can be read ({reason}): write it "
            f"with torch.onnx.export"
        ) from None
    nodes = [
        _Node(
            node.op_type,
            list(node.input),
            list(node.output),
            {x.name: helper.get_attribute_value(x) for x in node.attribute},
        )
        for node in graph.node
    ]
    try:
        found = _followed(nodes, arrays)
        model = from_pytorch.model_of(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    logging.info("%s: %s", path, parts.summary(found))
    return Imported(model)


def _followed(nodes: Sequence[_Node], arrays: Tensors) -> list[Part]:
    """Returns the layers that the words' vectors pass on their way."""
    found: list[Part] = []
    value = None
    for node in nodes:
        if value is None:
            if node.kind == "Gather" and _is_matrix(arrays, node.inputs[0]):
                table = np.asarray(arrays[node.inputs[0]], np.float32)
                part = Part(node.inputs[0], "embedding", {"weight": table})
                found, value = [part], node.outputs[0]
            continue
        if value not in node.inputs or node.kind == "Shape":
            continue
        _pass(node, arrays, found)
        value = node.outputs[0]
    ends = (found[-1].kind, found[-1].activation) if found else ()
    if len(found) < 3 or ends != ("dense", "linear"):
        kinds = ", ".join(part.kind for part in found) or "no embedding"
        raise ValueError(
            f"it has {kinds}: a language model has an embedding, cells and a "
            f"product with the whole vocabulary"
        )
    table, last = found[0].tensors["weight"], dict(found[-1].tensors)
    if np.array_equal(last["weight"], table):
        last["weight"] = table
    found[-1] = Part(found[-1].name, "softmax", last)
    chain.check(found)
    return found


def _pass(node: _Node, arrays: Tensors, found: list[Part]) -> None:
    """Adds what a node does to the vectors to the layers so far."""
    last, name = found[-1], node.outputs[0]
    constants = [arrays[x] for x in node.inputs if x in arrays]
    if node.kind in _FUNCTIONS:
        found.append(_cell(node, arrays))
    elif node.kind in ("MatMul", "Gemm") and _is_matrix(arrays, node.inputs[1]):
        found.append(Part(name, "dense", _product(node, constants), "linear"))
    elif node.kind == "Add" and len(constants) == 1 and last.kind == "dense":
        bias = last.tensors.get("bias", 0) + constants[0].astype(np.float32)
        tensors = last.tensors | {"bias": bias}
        found[-1] = dataclasses.replace(last, tensors=tensors)
    elif node.kind in _ACTIVATIONS and last.activation == "linear":
        activation = node.kind.lower()
        found[-1] = dataclasses.replace(last, activation=activation)
    elif node.kind not in _SAME:
        raise ValueError(
            f"{name} is a {node.kind} of the words' vectors: only an "
            f"embedding, LSTM, GRU, RNN, products with a bias and "
            f"{', '.join(_ACTIVATIONS)} are supported"
        )


def _is_matrix(arrays: Tensors, name: str) -> bool:
    return name in arrays and arrays[name].ndim == 2


def _product(node: _Node, constants: Sequence[np.ndarray]) -> Tensors:
    """Returns what an nn.Linear of this product has."""
    matrix, *bias = (x.astype(np.float32) for x in constants)
    if node.kind == "MatMul" or not node.settings.get("transB"):
        matrix = matrix.T
    scale = node.settings.get("alpha", 1.0), node.settings.get("beta", 1.0)
    if scale != (1.0, 1.0) or node.settings.get("transA"):
        raise ValueError(f"{node.outputs[0]} is a Gemm that scales or turns")
    return dict(zip(("weight", "bias"), (matrix, *bias), strict=False))


def _cell(node: _Node, arrays: Tensors) -> Part:
    """Returns a cell, its gates in the order of PyTorch."""
    name, settings = node.outputs[0], dict(node.settings)
    direction = settings.pop("direction", b"forward").decode()
    functions = [x.decode() for x in settings.pop("activations", [])]
    functions = functions or _FUNCTIONS[node.kind]
    usual = functions == _FUNCTIONS[node.kind] or functions == ["Relu"]
    settings.pop("hidden_size", None)
    settings.pop("layout", None)
    resets_after = settings.pop("linear_before_reset", 0)
    if direction != "forward" or not usual or any(settings.values()):
        raise ValueError(
            f"{name} is a {direction} {node.kind} of {', '.join(functions)} "
            f"{dict(settings)}: only a forward one of {node.kind}'s own "
            f"functions is supported"
        )
    given = dict(zip(_INPUTS, node.inputs, strict=False))
    starts = [given[x] for x in ("h", "c") if given.get(x) in arrays]
    if any(np.any(arrays[start]) for start in starts):
        raise ValueError(f"{name} does not start from zeros")
    if len(node.inputs) > 7:
        raise ValueError(f"{name} has peepholes, which are not supported")
    order = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}[node.kind]
    weights = [arrays[given[x]][0] for x in ("W", "R")]
    if given.get("B"):
        weights += np.split(arrays[given["B"]][0], 2)
    tensors = {
        leaf: _ordered(weight.astype(np.float32), order)
        for leaf, weight in zip(_LEAVES, weights, strict=False)
    }
    kind = node.kind.lower()
    if kind == "gru" and not resets_after:
        kind = "gru_reset_before"
    return Part(name, kind, tensors, functions[0].lower())


_INPUTS = ("x", "W", "R", "B", "lengths", "h", "c")
_LEAVES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _ordered(rows: np.ndarray, order: Sequence[int]) -> np.ndarray:
    gates = np.split(rows, len(order))
    return np.concatenate([gates[k] for k in order])
