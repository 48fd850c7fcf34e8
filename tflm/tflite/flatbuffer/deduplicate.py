"""Each constant of a .tflite file stored once.

The converter of TensorFlow stores a tied table once in float32 and float16 but
quantizes it twice for full int8: by the range of the activations where it is
an embedding, by channel where it is a softmax. `deduplicate_constants` finds
such pairs and keeps the softmax's.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, lookup, op_versions, verify

_EMPTY = 0  # The number of the buffer without content, by convention.


def deduplicate_constants(flatbuffer: bytes) -> bytes:
    """Returns a .tflite file in which no constant is stored twice.

    Constants of equal bytes get one buffer. An embedding table that is a
    softmax's weights up to rounding, quantized apart from them, is replaced by
    those weights: EMBEDDING_LOOKUP and QUANTIZE in place of GATHER. With scales
    by channel that needs a 2.18 runtime, with one scale a matrix 1.14. A file
    in which nothing repeats is returned as it is.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    tied = [_tie(model, graph) for graph in model.subgraphs]
    merged = _merge_buffers(model)
    if not any(tied) and not merged:
        return flatbuffer
    op_versions.raise_all(model)
    return content.write(model)


def _tie(model: schema.ModelT, graph: schema.SubGraphT) -> bool:
    """Replaces integer tables by the softmax weights that they round to."""
    tied = False
    for op in lookup.row_gathers(model, graph):
        for layer in content.ops(model, graph, "FULLY_CONNECTED"):
            if _round_to_same(model, graph, op.inputs[0], layer.inputs[1]):
                _look_up_and_quantize(model, graph, op, layer.inputs[1])
                tied = True
                break
    return tied


def _look_up_and_quantize(
    model: schema.ModelT,
    graph: schema.SubGraphT,
    op: schema.OperatorT,
    weights: int,
) -> None:
    # EMBEDDING_LOOKUP of an integer table may give floats, of any scales; the
    # file goes on with the integers that the GATHER gave.
    old_table, rows = op.inputs[0], op.outputs[0]
    floats = _add_tensor(graph, graph.tensors[rows])
    lookup.rewrite(model, op, weights)
    op.outputs = np.array([floats], np.int32)
    to_integers = schema.OperatorT()
    to_integers.opcodeIndex = content.code_number(model, "QUANTIZE")
    to_integers.inputs = np.array([floats], np.int32)
    to_integers.outputs = np.array([rows], np.int32)
    to_integers.builtinOptionsType = schema.BuiltinOptions.QuantizeOptions
    to_integers.builtinOptions = schema.QuantizeOptionsT()
    graph.operators.insert(graph.operators.index(op) + 1, to_integers)
    readers = [o for o in graph.operators if o.inputs is not None]
    if not any(old_table in reader.inputs for reader in readers):
        graph.tensors[old_table].buffer = _EMPTY


def _add_tensor(graph: schema.SubGraphT, like: schema.TensorT) -> int:
    tensor = schema.TensorT()
    tensor.name = like.name + b"_float"
    tensor.shape, tensor.shapeSignature = like.shape, like.shapeSignature
    tensor.hasRank = like.hasRank
    tensor.type = schema.TensorType.FLOAT32
    tensor.buffer = _EMPTY
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def _round_to_same(
    model: schema.ModelT, graph: schema.SubGraphT, table: int, weights: int
) -> bool:
    """Whether two integer matrices stand for the same numbers.

    Rounding moves each by half a step at most. The table may be clipped, for
    its range is that of the activations that it becomes.
    """
    first, second = graph.tensors[table], graph.tensors[weights]
    if table == weights or content.shape(first) != content.shape(second):
        return False
    if not (_is_int8(model, first) and _is_int8(model, second)):
        return False
    found, step = _numbers(model, first)
    other, other_step = _numbers(model, second)
    error = np.abs(found - np.clip(other, *_range(first)))
    return bool(np.all(error <= 0.501 * (step + other_step)))


def _is_int8(model: schema.ModelT, tensor: schema.TensorT) -> bool:
    is_constant = content.constant(model, tensor) is not None
    is_int8 = tensor.type == schema.TensorType.INT8
    return is_constant and is_int8 and content.scales(tensor) > 0


def _numbers(
    model: schema.ModelT, tensor: schema.TensorT
) -> tuple[np.ndarray, np.ndarray]:
    """Returns an int8 matrix as floats [rows, columns], and its steps."""
    codes = model.buffers[tensor.buffer].data.view(np.int8)
    codes = codes.reshape(content.shape(tensor)).astype(np.float32)
    axis = [1] * codes.ndim
    axis[tensor.quantization.quantizedDimension] = -1
    step = np.reshape(tensor.quantization.scale, axis)
    zero = np.reshape(tensor.quantization.zeroPoint, axis)
    return (codes - zero) * step, step


def _range(tensor: schema.TensorT) -> tuple[float, float]:
    scale = float(tensor.quantization.scale[0])
    zero = int(tensor.quantization.zeroPoint[0])
    return (-128 - zero) * scale, (127 - zero) * scale


def _merge_buffers(model: schema.ModelT) -> bool:
    merged = False
    first: dict[bytes, int] = {}
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            data = content.constant(model, tensor)
            if data is None:
                continue
            kept = first.setdefault(data.tobytes(), tensor.buffer)
            if kept != tensor.buffer:
                merged = True
                tensor.buffer = kept
    drop_unused(model)
    return merged


def drop_unused(model: schema.ModelT) -> None:
    """Empties the buffers that nothing names, in place."""
    tensors = [t for graph in model.subgraphs for t in graph.tensors or []]
    used = {t.buffer for t in tensors}
    used |= {entry.buffer for entry in model.metadata or []}
    for i, buffer in enumerate(model.buffers):
        if i not in used:
            buffer.data = None
