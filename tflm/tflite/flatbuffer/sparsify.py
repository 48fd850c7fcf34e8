"""Pruned matrices of a float32 file stored, and run, without their zeros.

The runtime multiplies by two forms of a sparse matrix: by its rows' runs of
four weights of which at least one is not zero, and by its rows' single weights
that are not zero (compressed sparse rows). Both are built-in since TensorFlow
Lite 2.3 and run with and without XNNPACK, which leaves them alone.

TensorFlow's own `Optimize.EXPERIMENTAL_SPARSITY` does not serve: where a row
does not end with a whole run it drops the weights behind the last, and it fails
on a table that is both embedding and softmax.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import (
    content,
    deduplicate,
    op_versions,
    sparse_encoding,
    verify,
)

RUN = 4  # Weights side by side in a row; the runtime knows no other length.

# The sparsity, of runs or of single weights, from which a product takes
# no longer than the dense one. Measured on x86 for 13 million weights: runs
# 0.7 of its time at 70 % and 0.2 at 90 %, singles 3.7 and 0.8.
LEAST_SPARSITY = {RUN: 0.5, 1: 0.88}

_VERSION = 8  # of a FULLY_CONNECTED with sparse weights, after op_version.cc.


def sparsify(flatbuffer: bytes) -> bytes:
    """Returns a file in which products skip the zeros of their matrices.

    Of the forms that are no slower each matrix gets the one that takes the
    fewest bytes. A matrix that something else reads too, as the table of a
    tied model, stays dense. Where runs do not fill the vectors that a product
    reads, zeros are put behind these.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    for graph in model.subgraphs:
        for op in content.ops(model, graph, "FULLY_CONNECTED"):
            _sparsify(model, graph, op)
    deduplicate.drop_unused(model)
    op_versions.raise_all(model)
    return content.write(model)


def _sparsify(
    model: schema.ModelT, graph: schema.SubGraphT, op: schema.OperatorT
) -> None:
    weights = graph.tensors[op.inputs[1]]
    data = content.constant(model, weights)
    if data is None or weights.sparsity is not None:
        return
    if content.type_name(weights.type) != "FLOAT32":
        return
    if _readers(graph, weights.buffer) > 1 or not _is_matrix(graph, op):
        return
    matrix = data.view(np.float32).reshape(content.shape(weights))
    widths = _widths(graph, _concatenation(model, graph, op), op)
    forms = {1: matrix, RUN: _padded(matrix, widths)}
    encoded = {
        run: sparse_encoding.encode(form, run)
        for run, form in forms.items()
        if _sparsity(form, run) >= LEAST_SPARSITY[run]
    }
    if not encoded:
        return
    run = min(encoded, key=lambda run: sparse_encoding.size(*encoded[run]))
    if forms[run].shape != matrix.shape:
        _pad_input(model, graph, op, widths)
        weights.shape = np.array(forms[run].shape, np.int32)
    weights.sparsity, values = encoded[run]
    weights.buffer = _add_buffer(model, values)
    code = model.operatorCodes[op.opcodeIndex]
    code.version = max(code.version, _VERSION)


def _sparsity(matrix: np.ndarray, run: int) -> float:
    """Returns the share of runs that are all zeros, 0 to 1."""
    return 1 - float(matrix.reshape(-1, run).any(1).mean())


def _readers(graph: schema.SubGraphT, buffer: int) -> int:
    """Returns how often operations read what a buffer holds."""
    return sum(
        graph.tensors[i].buffer == buffer
        for op in graph.operators
        for i in op.inputs
        if i >= 0
    )


def _is_matrix(graph: schema.SubGraphT, op: schema.OperatorT) -> bool:
    return len(content.shape(graph.tensors[op.inputs[0]])) == 2


def _concatenation(
    model: schema.ModelT, graph: schema.SubGraphT, op: schema.OperatorT
) -> schema.OperatorT | None:
    """Returns the operation that joins what `op` multiplies, if one does."""
    for other in content.ops(model, graph, "CONCATENATION"):
        side_by_side = other.builtinOptions.axis in (1, -1)
        if side_by_side and other.outputs[0] == op.inputs[0]:
            return other
    return None


def _widths(
    graph: schema.SubGraphT,
    joined: schema.OperatorT | None,
    op: schema.OperatorT,
) -> list[int]:
    """Returns the widths of the vectors that are joined to the input."""
    parts = op.inputs[:1] if joined is None else joined.inputs
    return [content.shape(graph.tensors[i])[-1] for i in parts]


def _padded(matrix: np.ndarray, widths: list[int]) -> np.ndarray:
    """Returns `matrix` with zero columns behind each of its parts."""
    parts = np.split(matrix, np.cumsum(widths)[:-1], axis=1)
    return np.concatenate(
        [np.pad(part, [(0, 0), (0, -part.shape[1] % RUN)]) for part in parts],
        axis=1,
    )


def _pad_input(
    model: schema.ModelT,
    graph: schema.SubGraphT,
    op: schema.OperatorT,
    widths: list[int],
) -> None:
    """Puts zeros behind each vector that is joined to the input of `op`."""
    old = _concatenation(model, graph, op)
    parts = op.inputs[:1] if old is None else old.inputs
    rows = content.shape(graph.tensors[op.inputs[0]])[0]
    inputs = []
    for part, width in zip(parts, widths, strict=True):
        inputs.append(int(part))
        if width % RUN:
            zeros = np.zeros([rows, -width % RUN], np.float32)
            inputs.append(_add_tensor(graph, zeros.shape, "zeros"))
            graph.tensors[-1].buffer = _add_buffer(model, zeros)
    size = sum(width + -width % RUN for width in widths)
    padded = _add_tensor(graph, (rows, size), "padded")
    graph.operators.insert(
        graph.operators.index(op), _join(model, inputs, padded)
    )
    op.inputs = np.array([padded, *op.inputs[1:]], np.int32)
    if old is not None and not _is_read(graph, old.outputs[0]):
        graph.operators.remove(old)


def _join(
    model: schema.ModelT, inputs: list[int], output: int
) -> schema.OperatorT:
    op = schema.OperatorT()
    op.opcodeIndex = content.code_number(model, "CONCATENATION")
    op.inputs = np.array(inputs, np.int32)
    op.outputs = np.array([output], np.int32)
    op.builtinOptionsType = schema.BuiltinOptions.ConcatenationOptions
    op.builtinOptions = schema.ConcatenationOptionsT()
    op.builtinOptions.axis = 1
    return op


def _is_read(graph: schema.SubGraphT, tensor: int) -> bool:
    read = [i for op in graph.operators for i in op.inputs]
    return tensor in read or tensor in graph.outputs


def _add_tensor(
    graph: schema.SubGraphT, shape: tuple[int, ...], name: str
) -> int:
    """Adds a float32 tensor to a graph; returns its number."""
    tensor = schema.TensorT()
    tensor.name = f"{name}_{len(graph.tensors)}".encode()
    tensor.shape = np.array(shape, np.int32)
    tensor.type = schema.TensorType.FLOAT32
    tensor.hasRank = True
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def _add_buffer(model: schema.ModelT, numbers: np.ndarray) -> int:
    buffer = schema.BufferT()
    buffer.data = numbers.view(np.uint8).ravel()
    model.buffers.append(buffer)
    return len(model.buffers) - 1
