"""Whether a foreign .tflite file can be trusted.

The runtime is native code that trusts its input, so `read` goes over a foreign
file in Python first. It is a verifier of flatbuffers in the sense of
https://flatbuffers.dev/internals (every offset, vtable and vector lies inside
the file), followed by the checks that the schema of TensorFlow Lite needs
(every index names something, every constant has the bytes of its shape).
"""

import math
import struct
from collections.abc import Iterable, Iterator

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

# What each slot of a table holds, in the order of schema.fbs of TensorFlow
# Lite: a scalar of so many bytes, text, another table, or [a vector of these].
_TABLES = {
    "Model": "4 [OperatorCode] [SubGraph] text [Buffer] [4] [Metadata]"
    " [SignatureDef]",
    "OperatorCode": "1 text 4 4",
    "SubGraph": "[Tensor] [4] [4] [Operator] text 4",
    "Tensor": "[4] 1 4 text Quantization 1 Sparsity [4] 1 [Variant] 4",
    "Quantization": "[4] [4] [4] [8] 1 Union 4",
    "Sparsity": "[4] [4] [Dimension]",
    "Dimension": "1 4 1 Union 1 Union",
    "Variant": "[4] 1 1",
    "Operator": "4 [4] [4] 1 Union [1] 1 [1] [4] 8 8 1 Union 4",
    "Buffer": "[1] 8 8",
    "Metadata": "text 4",
    "SignatureDef": "[TensorMap] [TensorMap] text text 4",
    "TensorMap": "text 4",
    "Union": "",  # Its content is read, with bounds, by the generated schema.
}
_MOST_REUSE = 8  # How often the bytes may be pointed to; writers need 1.
_MOST_BYTES = 2**31  # in one tensor
_BITS = {
    **{"INT2": 2, "INT4": 4, "UINT4": 4, "INT8": 8, "UINT8": 8, "BOOL": 8},
    **{"FLOAT16": 16, "BFLOAT16": 16, "INT16": 16, "UINT16": 16},
    **{"FLOAT32": 32, "INT32": 32, "UINT32": 32},
    **{"FLOAT64": 64, "INT64": 64, "UINT64": 64},
    **{"COMPLEX64": 64, "COMPLEX128": 128},
}
_OPTIONS = {
    k.removesuffix("Options").lower(): v
    for k, v in vars(schema.BuiltinOptions).items()
    if k.endswith("Options")
}


def check(flatbuffer: bytes) -> None:
    """Raises ValueError, one line, if `flatbuffer` is no sound .tflite file."""
    read(flatbuffer)


def read(flatbuffer: bytes) -> schema.ModelT:
    """Returns the content of a .tflite file, each constant in its buffer.

    Raises:
        ValueError: it is not a .tflite file, or a damaged one.
    """
    _check_head(flatbuffer)
    try:
        _Verifier(flatbuffer).table(_root(flatbuffer), "Model")
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(flatbuffer))
    except (struct.error, IndexError, TypeError, ValueError) as error:
        raise _damaged(f"{error} of {len(flatbuffer)} bytes") from error
    _fetch_appended(flatbuffer, model)
    for problem in _problems(model):
        raise _damaged(problem)
    _check_weights(model)
    return model


class _Verifier:
    """Follows every offset of a flatbuffer and refuses those that lead out."""

    def __init__(self, flatbuffer: bytes):
        self._bytes = flatbuffer
        self._budget = _MOST_REUSE * len(flatbuffer)

    def table(self, position: int, name: str) -> None:
        (back,) = self._read("<i", position)
        vtable = position - back
        vtable_size, table_size = self._read("<HH", vtable)
        self._span(vtable, vtable_size)
        self._span(position, table_size)
        # Newer schemas have more slots than ours, older files have fewer.
        slots = range(vtable + 4, vtable + vtable_size - 1, 2)
        for slot, kind in zip(slots, _TABLES[name].split(), strict=False):
            (offset,) = self._read("<H", slot)
            if not offset:
                continue  # The field has its default value.
            if offset + (int(kind) if kind.isdigit() else 4) > table_size:
                raise ValueError(f"a field leaves its {name}")
            self._field(position + offset, kind)

    def _field(self, position: int, kind: str) -> None:
        if kind.isdigit():
            return
        (offset,) = self._read("<I", position)
        if kind == "text":
            # C++ reads up to the zero byte behind it.
            self._vector(position + offset, 1, end=1)
        elif kind.startswith("["):
            self._fields(position + offset, kind.strip("[]"))
        else:
            self.table(position + offset, kind)

    def _fields(self, position: int, kind: str) -> None:
        if kind.isdigit():
            self._vector(position, int(kind))
        else:
            for i in range(self._vector(position, 4)):
                self._field(position + 4 + 4 * i, kind)

    def _vector(self, position: int, item: int, end: int = 0) -> int:
        (length,) = self._read("<I", position)
        self._span(position, 4 + length * item + end)
        return length

    def _read(self, form: str, position: int) -> tuple[int, ...]:
        # Python would count a negative position from the end.
        if not 0 <= position <= len(self._bytes) - struct.calcsize(form):
            raise ValueError(f"an offset leads to byte {position}")
        return struct.unpack_from(form, self._bytes, position)

    def _span(self, position: int, size: int) -> None:
        self._budget -= size
        if position + size > len(self._bytes):
            raise ValueError(f"{size} bytes at {position} leave the file")
        if self._budget < 0:
            raise ValueError("its parts overlap")


def _check_head(flatbuffer: bytes) -> None:
    if not flatbuffer:
        raise _damaged("it is empty, 0 bytes")
    if flatbuffer[4:8] != b"TFL3":
        raise ValueError(
            f"not a .tflite file: bytes 4 to 8 are {flatbuffer[4:8]!r}, not"
            " b'TFL3'; name a file made by `tflm export`"
        )


def _root(flatbuffer: bytes) -> int:
    return struct.unpack_from("<I", flatbuffer)[0]


def _fetch_appended(flatbuffer: bytes, model: schema.ModelT) -> None:
    # Large files keep constants behind the flatbuffer, by offset and size.
    for i, buffer in enumerate(model.buffers or []):
        if buffer.offset > 1:
            end = buffer.offset + buffer.size
            if end > len(flatbuffer):
                raise _damaged(
                    f"buffer {i} ends at byte {end} of {len(flatbuffer)}"
                )
            data = memoryview(flatbuffer)[buffer.offset : end]
            buffer.data = np.frombuffer(data, np.uint8)
            buffer.offset = buffer.size = 0


def _problems(model: schema.ModelT) -> Iterator[str]:
    """Yields what the schema demands and a model lacks, first things first."""
    if model.version != 3:
        yield f"schema version {model.version}, not 3"
    for field in ("subgraphs", "operatorCodes", "buffers"):
        if not getattr(model, field):
            yield f"no {field}"
    for code in model.operatorCodes:
        if content.builtin(code) not in content.OPS:
            yield f"no operation has code {content.builtin(code)}"
    for graph in model.subgraphs:
        yield from _tensor_problems(model, graph.tensors or [])
        yield from _graph_problems(model, graph)
    yield from _signature_problems(model)
    for entry in model.metadata or []:
        if entry.buffer >= len(model.buffers):
            yield f"metadata names buffer {entry.buffer}"


def _tensor_problems(
    model: schema.ModelT, tensors: list[schema.TensorT]
) -> Iterator[str]:
    for i, tensor in enumerate(tensors):
        shape = content.shape(tensor)
        if tensor.type not in content.TYPES:
            yield f"tensor {i} has type {tensor.type}"
        if tensor.buffer >= len(model.buffers):
            yield f"tensor {i} names buffer {tensor.buffer}"
        if any(n < 0 for n in shape):
            yield f"tensor {i} has shape {shape}"
        data = model.buffers[tensor.buffer].data
        if tensor.sparsity is not None and not _is_sound(tensor, data):
            yield f"tensor {i} is sparse, but not as its shape {shape} demands"
        bits = _BITS.get(content.TYPES.get(tensor.type), 8)
        needed = (math.prod(shape) * bits + 7) // 8
        if needed > _MOST_BYTES:
            yield f"tensor {i} has shape {shape}, {needed} bytes"
        if data is None or not len(data) or tensor.sparsity:
            continue
        if len(data) != needed and content.type_name(tensor.type) != "STRING":
            yield f"tensor {i} has {len(data)} bytes, its shape {needed}"


def _is_sound(tensor: schema.TensorT, data: np.ndarray | None) -> bool:
    """Whether the rows of a sparse matrix lie inside what it holds.

    Of other sparse forms nothing is known: products do not run them.
    """
    shape, dimensions = content.shape(tensor), tensor.sparsity.dimMetadata or []
    forms = [dimension.format for dimension in dimensions]
    if len(shape) != 2 or forms not in ([0, 1], [0, 1, 0]) or data is None:
        return True
    rows, columns = shape
    run = dimensions[2].denseSize if len(forms) == 3 else 1
    segments, places = (
        np.asarray([] if v is None or v.values is None else v.values, np.int64)
        for v in (dimensions[1].arraySegments, dimensions[1].arrayIndices)
    )
    itemsize = _BITS.get(content.TYPES.get(tensor.type), 8) // 8
    return bool(
        run > 0
        and columns % run == 0
        and dimensions[0].denseSize == rows == len(segments) - 1
        and segments[0] == 0
        and segments[-1] == len(places)
        and np.all(np.diff(segments) >= 0)
        and np.all((places >= 0) & (places < columns // run))
        and len(data) == len(places) * run * itemsize
    )


def _graph_problems(
    model: schema.ModelT, graph: schema.SubGraphT
) -> Iterator[str]:
    count = len(graph.tensors or [])
    yield from _index_problems("the graph", graph.inputs, 0, count)
    yield from _index_problems("the graph", graph.outputs, 0, count)
    for i, op in enumerate(graph.operators or []):
        name = f"operation {i}"
        if op.opcodeIndex >= len(model.operatorCodes):
            yield f"{name} has code number {op.opcodeIndex}"
        # -1 stands for an optional tensor that is not there.
        yield from _index_problems(name, op.inputs, -1, count)
        yield from _index_problems(name, op.intermediates, -1, count)
        yield from _index_problems(name, op.outputs, 0, count)
        yield from _option_problems(model, name, op)


def _option_problems(
    model: schema.ModelT, name: str, op: schema.OperatorT
) -> Iterator[str]:
    # The kernels believe what their options say and crash where it is wrong.
    operation = content.op_name(model.operatorCodes[op.opcodeIndex])
    expected = _OPTIONS.get(operation.replace("_", "").lower())
    if expected is not None and op.builtinOptionsType not in (0, expected):
        yield f"{name}, {operation}, has options {op.builtinOptionsType}"
    outputs = 0 if op.outputs is None else len(op.outputs)
    for field in ("numSplits", "num"):  # of SPLIT, SPLIT_V and UNPACK
        parts = getattr(op.builtinOptions, field, outputs)
        if parts != outputs:
            yield f"{name}, {operation}, has {parts} parts, {outputs} outputs"


def _signature_problems(model: schema.ModelT) -> Iterator[str]:
    for signature in model.signatureDefs or []:
        if signature.subgraphIndex >= len(model.subgraphs):
            yield f"a signature names subgraph {signature.subgraphIndex}"
        tensors = model.subgraphs[signature.subgraphIndex].tensors or []
        maps = (signature.inputs or []) + (signature.outputs or [])
        indices = [entry.tensorIndex for entry in maps]
        yield from _index_problems("a signature", indices, 0, len(tensors))


def _index_problems(
    who: str, indices: Iterable[int] | None, low: int, high: int
) -> Iterator[str]:
    for i in () if indices is None else indices:
        if not low <= i < high:
            yield f"{who} names tensor {i} of {high}"


def _check_weights(model: schema.ModelT) -> None:
    # Keras 3 converts to variables that nothing sets: a file without weights.
    used = [
        content.op_name(model.operatorCodes[op.opcodeIndex])
        for graph in model.subgraphs
        for op in graph.operators or []
    ]
    reads = used.count("READ_VARIABLE")
    if reads and "ASSIGN_VARIABLE" not in used:
        raise ValueError(
            f"the .tflite file has no weights: it reads {reads} variables that"
            " nothing sets, as Keras 3 models do; convert a tf_keras model"
        )


def _damaged(problem: str) -> ValueError:
    return ValueError(
        f"damaged .tflite file: {problem}; convert or download it again"
    )
