"""Fewer bits for the weights of a .tflite file, and each table stored once.

Three things stand between a converted step and a small file:

*   ai-edge-quantizer leaves the table of a GATHER alone but knows
    EMBEDDING_LOOKUP, which reads the same rows; so the one is rewritten to the
    other. A table that is tied to the softmax is then one tensor with one
    quantization, whatever its bits.
*   It leaves operation versions as they were. An older runtime would then open
    a file whose scales it does not know and answer with wrong logits, without
    an error; so the versions are set here, as TensorFlow Lite's own
    op_version.cc does, and the runtime that the file needs beside them.
*   The converter of TensorFlow stores a tied table once in float32 and float16
    but quantizes it twice for full int8: by the range of the activations where
    it is an embedding, by channel where it is a softmax.
    `share_equal_constants` finds such pairs and keeps the softmax's.
"""

import dataclasses
import math
import re
from collections.abc import Iterator

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite import inspect, load

MOST_FLOAT_SHARE = 0.01  # of a quantized file, in one matrix


@dataclasses.dataclass(frozen=True)
class Bits:
    """How many bits a weight takes, in layers and in embedding tables."""

    layers: int
    tables: int


RECIPES = {
    "int8": Bits(layers=8, tables=8),
    "int4": Bits(layers=4, tables=4),
    "mixed": Bits(layers=8, tables=4),
}

# Scales by channel need FULLY_CONNECTED 12 (2.17) and EMBEDDING_LOOKUP 4.
_BY_CHANNEL_RUNTIME = "2.18"
_EMPTY = 0  # The number of the buffer without content, by convention.
_FLOATS = ("FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT64")
_PACKED = ("INT4", "INT2")
_SMALLER = ("FLOAT16", "BFLOAT16", "INT16", "INT8", "UINT8", *_PACKED)


def quantize(
    flatbuffer: bytes, recipe: str, runtime: str | None = None
) -> bytes:
    """Returns a float32 .tflite file with integer weights.

    Activations stay float32 outside and are quantized word by word inside the
    products (dynamic range), so nothing is calibrated. Biases stay float32.

    Args:
        recipe: "int8" or "int4" for all weights; "mixed" for 8-bit layers and
            4-bit embedding tables. A table that is tied to the softmax is one
            tensor, so under "mixed" that softmax has 4 bits too.
        runtime: the oldest TensorFlow Lite that must run the file, as in
            "2.16.1"; None for the current one. Before 2.18 there is one scale
            a matrix instead of one a row, and no 4-bit table.

    Raises:
        ValueError: there is no such recipe, not for that runtime, or the file
            is damaged, quantized already, sparse, has embeddings of an odd
            width where 4 bits are asked for, or holds a large constant that
            cannot be quantized.
    """
    bits = _recipe(recipe)
    model = load.read(share_equal_constants(flatbuffer))
    _check_float(model)
    _look_up_embeddings(model)
    _check_even_rows(model, recipe)
    by_channel = runtime is None or not _is_older(runtime, _BY_CHANNEL_RUNTIME)
    quantized = load.read(_quantized(model, bits, by_channel))
    _set_versions(quantized)
    _check_runtime(quantized, recipe, runtime)
    result = write(quantized)
    _check_no_large_floats(quantized, recipe, len(result))
    return result


def share_equal_constants(flatbuffer: bytes) -> bytes:
    """Returns a .tflite file in which no constant is stored twice.

    Constants of equal bytes share one buffer. An embedding table that is a
    softmax's weights up to rounding, quantized apart from them, is replaced by
    those weights: EMBEDDING_LOOKUP and QUANTIZE in place of GATHER. With scales
    by channel that needs a 2.18 runtime, with one scale a matrix 1.14. A file
    in which nothing repeats is returned as it is.

    Raises:
        ValueError: the file is damaged.
    """
    model = load.read(flatbuffer)
    tied = [_tie(model, graph) for graph in model.subgraphs]
    shared = _share_buffers(model)
    if not any(tied) and not shared:
        return flatbuffer
    _set_versions(model)
    return write(model)


def write(model: schema.ModelT) -> bytes:
    """Returns the flatbuffer of a model, its constants aligned to 16 bytes."""
    constants = sum(len(b.data) for b in model.buffers if b.data is not None)
    builder = _Builder(constants + 2**16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Builder(flatbuffers.Builder):
    # The generated schema for Python forgets the `force_align: 16` of buffers.
    def StartVector(self, elemSize, numElems, alignment):
        alignment = 16 if elemSize == 1 else alignment
        return super().StartVector(elemSize, numElems, alignment)


def _recipe(name: str) -> Bits:
    if name not in RECIPES:
        raise ValueError(
            f"no quantization recipe {name!r}; choose one of {[*RECIPES]}"
        )
    return RECIPES[name]


def _quantized(model: schema.ModelT, bits: Bits, by_channel: bool) -> bytes:
    from ai_edge_quantizer import qtyping, quantizer, recipe_manager

    names = qtyping.TFLOperationName
    scales = qtyping.QuantGranularity
    granularity = scales.CHANNELWISE if by_channel else scales.TENSORWISE
    plan = recipe_manager.RecipeManager()
    plan.add_dynamic_config(
        ".*", names.EMBEDDING_LOOKUP, bits.tables, granularity
    )
    plan.add_dynamic_config(
        ".*", names.FULLY_CONNECTED, bits.layers, granularity
    )
    for scope in _tied_scopes(model):
        plan.add_dynamic_config(
            scope, names.FULLY_CONNECTED, bits.tables, granularity
        )
    done = quantizer.Quantizer(
        bytearray(write(model)), plan.get_quantization_recipe()
    ).quantize(enable_progress_bar=False, enable_progress_report=False)
    return bytes(done.quantized_model)


def _tied_scopes(model: schema.ModelT) -> Iterator[str]:
    """Yields patterns of the layers whose weights are embedding tables."""
    for graph in model.subgraphs:
        lookups = _ops(model, graph, "EMBEDDING_LOOKUP")
        tables = {graph.tensors[op.inputs[1]].buffer for op in lookups}
        for op in _ops(model, graph, "FULLY_CONNECTED"):
            if graph.tensors[op.inputs[1]].buffer in tables:
                name = graph.tensors[op.outputs[0]].name.decode()
                yield f"^{re.escape(name)};$"


def _look_up_embeddings(model: schema.ModelT) -> None:
    for graph in model.subgraphs:
        for op in _row_gathers(model, graph):
            _become_lookup(model, op, table=op.inputs[0])


def _row_gathers(
    model: schema.ModelT, graph: schema.SubGraphT
) -> list[schema.OperatorT]:
    """Returns the GATHERs that read rows of a constant matrix by a list."""
    return [
        op
        for op in _ops(model, graph, "GATHER")
        if _constant(model, graph.tensors[op.inputs[0]]) is not None
        and len(load.shape(graph.tensors[op.inputs[0]])) > 1
        and len(load.shape(graph.tensors[op.inputs[1]])) == 1
        and graph.tensors[op.inputs[1]].type == schema.TensorType.INT32
        and not (op.builtinOptions.axis or op.builtinOptions.batchDims)
    ]


def _become_lookup(
    model: schema.ModelT, op: schema.OperatorT, table: int
) -> None:
    op.opcodeIndex = _code(model, "EMBEDDING_LOOKUP")
    op.inputs = np.array([op.inputs[1], table], np.int32)
    op.builtinOptionsType = schema.BuiltinOptions.NONE
    op.builtinOptions = None


def _tie(model: schema.ModelT, graph: schema.SubGraphT) -> bool:
    """Replaces integer tables by the softmax weights that they round to."""
    tied = False
    for op in _row_gathers(model, graph):
        for layer in _ops(model, graph, "FULLY_CONNECTED"):
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
    _become_lookup(model, op, weights)
    op.outputs = np.array([floats], np.int32)
    to_integers = schema.OperatorT()
    to_integers.opcodeIndex = _code(model, "QUANTIZE")
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
    if table == weights or load.shape(first) != load.shape(second):
        return False
    if not (_is_int8(model, first) and _is_int8(model, second)):
        return False
    found, step = _numbers(model, first)
    other, other_step = _numbers(model, second)
    error = np.abs(found - np.clip(other, *_range(first)))
    return bool(np.all(error <= 0.501 * (step + other_step)))


def _is_int8(model: schema.ModelT, tensor: schema.TensorT) -> bool:
    is_constant = _constant(model, tensor) is not None
    is_int8 = tensor.type == schema.TensorType.INT8
    return is_constant and is_int8 and _scales(tensor) > 0


def _numbers(
    model: schema.ModelT, tensor: schema.TensorT
) -> tuple[np.ndarray, np.ndarray]:
    """Returns an int8 matrix as floats [rows, columns], and its steps."""
    codes = _constant(model, tensor).view(np.int8)
    codes = codes.reshape(load.shape(tensor)).astype(np.float32)
    axis = [1] * codes.ndim
    axis[tensor.quantization.quantizedDimension] = -1
    step = np.reshape(tensor.quantization.scale, axis)
    zero = np.reshape(tensor.quantization.zeroPoint, axis)
    return (codes - zero) * step, step


def _range(tensor: schema.TensorT) -> tuple[float, float]:
    scale = float(tensor.quantization.scale[0])
    zero = int(tensor.quantization.zeroPoint[0])
    return (-128 - zero) * scale, (127 - zero) * scale


def _share_buffers(model: schema.ModelT) -> bool:
    shared = False
    first: dict[bytes, int] = {}
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            data = _constant(model, tensor)
            if data is None:
                continue
            kept = first.setdefault(data.tobytes(), tensor.buffer)
            if kept != tensor.buffer:
                shared = True
                tensor.buffer = kept
    _drop_unused(model)
    return shared


def _drop_unused(model: schema.ModelT) -> None:
    tensors = [t for graph in model.subgraphs for t in graph.tensors or []]
    used = {t.buffer for t in tensors}
    used |= {entry.buffer for entry in model.metadata or []}
    for i, buffer in enumerate(model.buffers):
        if i not in used:
            buffer.data = None


def _set_versions(model: schema.ModelT) -> None:
    """Raises operation versions to what the types of their tensors need."""
    for graph in model.subgraphs:
        for op in graph.operators or []:
            code = model.operatorCodes[op.opcodeIndex]
            code.version = max(code.version, _version(code, op, graph))
    found = inspect.runtime(model).encode().ljust(16, b"\0")
    for entry in model.metadata or []:
        if entry.name == b"min_runtime_version":
            model.buffers[entry.buffer].data = np.frombuffer(found, np.uint8)


def _version(
    code: schema.OperatorCodeT, op: schema.OperatorT, graph: schema.SubGraphT
) -> int:
    """Returns the version that integer weights need, after op_version.cc.

    It asks version 12 of 4-bit layers with scales by channel too, where
    op_version.cc is content with 1: TensorFlow Lite 2.16.1 reads the first
    scale only and gives wrong logits.
    """
    name = load.op_name(code)
    if name not in ("EMBEDDING_LOOKUP", "FULLY_CONNECTED"):
        return 1
    weights = graph.tensors[op.inputs[1]]
    inputs = graph.tensors[op.inputs[0]]
    dtype = load.type_name(weights.type)
    by_channel = _scales(weights) > 1
    if name == "EMBEDDING_LOOKUP":
        return 4 if by_channel or dtype in _PACKED else 1
    if dtype in _FLOATS or load.type_name(inputs.type) not in _FLOATS:
        return 1
    if by_channel:
        return 12
    return 9 if op.builtinOptions.asymmetricQuantizeInputs else 3


def _check_float(model: schema.ModelT) -> None:
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            if _constant(model, tensor) is None:
                continue
            if tensor.sparsity:
                # Sparse int8 runs, and with XNNPACK its logits are wrong.
                raise ValueError(
                    "the .tflite file is sparse, which does not go with"
                    " integers; convert it dense or leave it float32"
                )
            dtype = load.type_name(tensor.type)
            if dtype in _SMALLER:
                raise ValueError(
                    f"the .tflite file has {dtype} weights already; quantize"
                    " the float32 file"
                )


def _check_even_rows(model: schema.ModelT, recipe: str) -> None:
    # EMBEDDING_LOOKUP reads rows from whole bytes: at an odd width it gives,
    # without an error, parts of two rows.
    for graph in model.subgraphs:
        for op in _ops(model, graph, "EMBEDDING_LOOKUP"):
            table = graph.tensors[op.inputs[1]]
            width = math.prod(load.shape(table)[1:])
            if RECIPES[recipe].tables * width % 8:
                raise ValueError(
                    f"recipe {recipe!r} needs embeddings of an even width, not"
                    f" {width}; change the width or use recipe 'int8'"
                )


def _check_runtime(
    model: schema.ModelT, recipe: str, runtime: str | None
) -> None:
    needed = inspect.runtime(model)
    if runtime is not None and (
        needed == inspect.UNKNOWN or _is_older(runtime, needed)
    ):
        raise ValueError(
            f"recipe {recipe!r} gives a file for TensorFlow Lite {needed} or"
            f" newer, not {runtime}; use recipe 'int8' or a newer runtime"
        )


def _check_no_large_floats(
    model: schema.ModelT, recipe: str, size: int
) -> None:
    for graph in model.subgraphs:
        for tensor in graph.tensors or []:
            data, shape = _constant(model, tensor), load.shape(tensor)
            dtype = load.type_name(tensor.type)
            if data is None or dtype not in _FLOATS or _is_vector(shape):
                continue
            if len(data) > MOST_FLOAT_SHARE * size:
                raise ValueError(
                    f"recipe {recipe!r} left {tensor.name.decode()!r} {shape}"
                    f" in {dtype}, {len(data)} of {size} bytes; write its layer"
                    " as a product with a constant matrix"
                )


def _is_vector(shape: list[int]) -> bool:
    # So are biases, which the kernels want in float32.
    return math.prod(shape) == max(shape, default=1)


def _is_older(runtime: str, other: str) -> bool:
    # "2.18" has what "2.18.0" has, and "2.16.1" is newer than "2.16".
    pair = [inspect.version_numbers(v) for v in (runtime, other)]
    return pair[0] + (0,) * (3 - len(pair[0])) < pair[1]


def _scales(tensor: schema.TensorT) -> int:
    quantization = tensor.quantization
    if quantization is None or quantization.scale is None:
        return 0
    return len(quantization.scale)


def _ops(
    model: schema.ModelT, graph: schema.SubGraphT, name: str
) -> list[schema.OperatorT]:
    return [
        op
        for op in graph.operators or []
        if load.op_name(model.operatorCodes[op.opcodeIndex]) == name
    ]


def _code(model: schema.ModelT, name: str) -> int:
    """Returns the number of an operation's code, added if not there."""
    names = [load.op_name(code) for code in model.operatorCodes]
    if name not in names:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = code.builtinCode
        code.version = 1
        model.operatorCodes.append(code)
        return len(names)
    return names.index(name)


def _constant(
    model: schema.ModelT, tensor: schema.TensorT
) -> np.ndarray | None:
    """Returns the bytes of a constant, or None for an activation."""
    data = model.buffers[tensor.buffer].data
    return None if data is None or not len(data) else data
