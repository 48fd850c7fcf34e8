"""A user's own ONNX model to ours, weights and all."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from absl import logging

from tflm import files
from tflm.model.foreign.description import Imported
from tflm.model.foreign.pytorch import chain, from_pytorch, parts
from tflm.model.foreign.pytorch.chain import Part
from tflm.model.foreign.pytorch.tensors import Tensors

# What changes the form of the words' vectors alone.
_SAME = (
    *("Cast", "Dropout", "Identity", "Reshape", "Squeeze", "Transpose"),
    "Unsqueeze",
)
_SOFTMAXES = ("LogSoftmax", "Softmax")  # They change logits by a constant.
# What has no other numbers than its first input.
_MOVES = (*_SAME, "Expand", "Gather", "Slice", "Tile")
_ACTIVATIONS = ("Relu", "Sigmoid", "Softplus", "Tanh")
_STEP = ["state", "token"]  # The inputs of a step, as `containers` has them.
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


@dataclasses.dataclass(frozen=True)
class _Graph:
    """Nodes in order, arrays by name, and the names of what a caller gives."""

    nodes: Sequence[_Node]
    arrays: Tensors
    inputs: Collection[str]


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
    except ModuleNotFoundError:
        raise ValueError(
            f"{path} needs onnx to be read: pip install 'tflm-toolkit[onnx]'"
        ) from None
    try:
        files.check(path)
        graph = _graph(onnx.load(path).graph)
    except Exception as error:  # Of protobuf, or of files beside it.
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path} is no ONNX model that can be read ({reason}): write it "
            f"with torch.onnx.export"
        ) from None
    if sorted(graph.inputs) == _STEP:
        raise ValueError(
            f"{path} is a step that tflm export --to=onnx has written: give "
            f"the workspace or the model that it was made of"
        )
    try:
        found = _followed(graph)
        model = from_pytorch.model_of(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    logging.info("%s: %s", path, parts.summary(found))
    return Imported(model)


def _graph(proto: Any) -> _Graph:
    from onnx import TensorProto, helper, numpy_helper

    def setting(attribute: Any) -> Any:
        value = helper.get_attribute_value(attribute)
        is_tensor = isinstance(value, TensorProto)
        return numpy_helper.to_array(value) if is_tensor else value

    nodes = [
        _Node(
            node.op_type,
            list(node.input),
            list(node.output),
            {x.name: setting(x) for x in node.attribute},
        )
        for node in proto.node
    ]
    arrays = {x.name: numpy_helper.to_array(x) for x in proto.initializer}
    for node in nodes:
        for value in map(np.asarray, node.settings.values()):
            if node.kind == "Constant" and value.dtype.kind in "biuf":
                arrays[node.outputs[0]] = value
    return _Graph(nodes, arrays, [x.name for x in proto.input])


def _followed(graph: _Graph) -> list[Part]:
    """Returns the layers that the words' vectors pass on their way."""
    found: list[Part] = []
    value = None
    for node in graph.nodes:
        if value is None:
            name = node.inputs[0] if node.inputs else ""
            if node.kind == "Gather" and _is_matrix(graph.arrays, name):
                table = np.asarray(graph.arrays[name], np.float32)
                found = [Part(name, "embedding", {"weight": table})]
                value = node.outputs[0]
            continue
        if value not in node.inputs or node.kind == "Shape":
            continue
        _pass(node, value, graph, found)
        value = node.outputs[0]
    if len(found) < 3 or found[-1].kind != "dense" or _is_curved(found[-1]):
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


def _is_curved(part: Part) -> bool:
    """Tells whether what a product gives passes more than a softmax."""
    return part.activation not in ("linear", *_SOFTMAXES)


def _pass(node: _Node, value: str, graph: _Graph, found: list[Part]) -> None:
    """Adds what a node does to the vectors to the layers so far.

    An activation stays with the product before it, a softmax too, so that
    nothing but another layer may follow the one, and nothing the other.
    """
    last, name, arrays = found[-1], node.outputs[0], graph.arrays
    is_product = last.kind == "dense" and last.activation == "linear"
    is_first = node.inputs[0] == value and last.activation not in _SOFTMAXES
    constants = [arrays[x] for x in node.inputs if x in arrays]
    if node.kind == "Add" and len(constants) == 1 and is_product:
        bias = _bias(node, constants[0], last.outputs)
        bias = last.tensors.get("bias", 0) + bias
        tensors = last.tensors | {"bias": bias}
        found[-1] = dataclasses.replace(last, tensors=tensors)
    elif node.kind in _FUNCTIONS and is_first:
        found.append(_cell(node, graph))
    elif (
        node.kind in ("MatMul", "Gemm")
        and is_first
        and _is_matrix(arrays, node.inputs[1])
    ):
        found.append(Part(name, "dense", _product(node, graph), "linear"))
    elif node.kind in _ACTIVATIONS and is_product:
        activation = node.kind.lower()
        found[-1] = dataclasses.replace(last, activation=activation)
    elif node.kind in _SOFTMAXES and is_product:
        found[-1] = dataclasses.replace(last, activation=node.kind)
    elif node.kind not in _SAME:
        raise ValueError(
            f"{name} is a {node.kind} of the words' vectors: only an "
            f"embedding, LSTM, GRU, RNN, products with a bias, behind them "
            f"{', '.join(_ACTIVATIONS)} and at the end a Softmax are supported"
        )


def _is_matrix(arrays: Tensors, name: str) -> bool:
    return name in arrays and arrays[name].ndim == 2


def _product(node: _Node, graph: _Graph) -> Tensors:
    """Returns what an nn.Linear of this product has."""
    scale = node.settings.get("alpha", 1.0), node.settings.get("beta", 1.0)
    if scale != (1.0, 1.0) or node.settings.get("transA"):
        raise ValueError(f"{node.outputs[0]} is a Gemm that scales or turns")
    matrix = graph.arrays[node.inputs[1]].astype(np.float32)
    if node.kind == "MatMul" or not node.settings.get("transB"):
        matrix = matrix.T
    tensors = {"weight": matrix}
    for name in filter(None, node.inputs[2:]):
        bias = _known(node, name, graph)
        tensors["bias"] = _bias(node, bias, len(matrix))
    return tensors


def _bias(node: _Node, array: np.ndarray, units: int) -> np.ndarray:
    """Returns what a node adds to each unit."""
    size, last = array.size, array.shape[-1:]
    if size not in (1, units) or last not in ((), (size,)):
        raise ValueError(
            f"{node.outputs[0]} adds {[*array.shape]} to {units} units, which "
            f"is no bias"
        )
    return np.broadcast_to(array.astype(np.float32).reshape(-1), units)


def _known(node: _Node, name: str, graph: _Graph) -> np.ndarray:
    """Returns an array that the file has.

    Raises:
        ValueError: it is computed when the model runs.
    """
    if name not in graph.arrays:
        raise ValueError(
            f"{node.outputs[0]} has the weight {name or 'none'}, which is no "
            f"initializer: export the model with do_constant_folding=True"
        )
    return graph.arrays[name]


def _cell(node: _Node, graph: _Graph) -> Part:
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
    for start in ("h", "c"):
        if not _is_zero(given.get(start, ""), graph):
            raise ValueError(f"{name} does not start from zeros")
    if len(node.inputs) > 7:
        raise ValueError(f"{name} has peepholes, which are not supported")
    order = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}[node.kind]
    used = [x for x in ("W", "R", "B") if given.get(x) or x != "B"]
    arrays = {x: _known(node, given.get(x, ""), graph) for x in used}
    if [array.ndim for array in arrays.values()] != [3, 3, 2][: len(used)]:
        raise ValueError(f"{name} has weights of other forms than ONNX says")
    weights = [arrays[x][0] for x in ("W", "R")]
    if "B" in arrays:
        weights += np.split(arrays["B"][0], 2)
    tensors = {
        leaf: _ordered(weight.astype(np.float32), order)
        for leaf, weight in zip(_LEAVES, weights, strict=False)
    }
    kind = node.kind.lower()
    if kind == "gru" and not resets_after:
        kind = "gru_reset_before"
    return Part(name, kind, tensors, functions[0].lower())


def _is_zero(name: str, graph: _Graph) -> bool:
    """Tells whether a start is zeros, or what a caller gives."""
    makers = {node.outputs[0]: node for node in graph.nodes if node.outputs}
    for _ in range(len(makers) + 1):  # No more, in a graph that is a circle.
        if name in graph.arrays:
            return not np.any(graph.arrays[name])
        if not name or name in graph.inputs:
            return True
        node = makers.get(name)
        if node and node.kind == "ConstantOfShape":
            return not np.any(node.settings.get("value", 0))
        if not node or node.kind not in _MOVES or not node.inputs:
            return False
        name = node.inputs[0]
    return False


_INPUTS = ("x", "W", "R", "B", "lengths", "h", "c")
_LEAVES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _ordered(rows: np.ndarray, order: Sequence[int]) -> np.ndarray:
    gates = np.split(rows, len(order))
    return np.concatenate([gates[k] for k in order])
