"""What the schema of TensorFlow Lite demands and a file may lack.

Every index names something, and every constant has the bytes of its shape.
"""

import math
from collections.abc import Iterable, Iterator

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

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


def of(model: schema.ModelT) -> Iterator[str]:
    """Yields what the schema demands and a model lacks, first things first.

    Stop at the first: what is looked at later trusts what came before.
    """
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
        if not _is_text(tensor.name):
            yield f"tensor {i} is called {tensor.name!r}, which is no UTF-8"
        if tensor.buffer >= len(model.buffers):
            yield f"tensor {i} names buffer {tensor.buffer}"
        if any(n < 0 for n in shape):
            yield f"tensor {i} has shape {shape}"
        data = model.buffers[tensor.buffer].data
        if tensor.sparsity is not None and not _is_sound(tensor, data):
            yield f"tensor {i} is sparse, but not as its shape {shape} demands"
        needed = (math.prod(shape) * _bits(tensor) + 7) // 8
        if needed > _MOST_BYTES:
            yield f"tensor {i} has shape {shape}, {needed} bytes"
        if data is None or not len(data) or tensor.sparsity:
            continue
        if len(data) != needed and content.type_name(tensor.type) != "STRING":
            yield f"tensor {i} has {len(data)} bytes, its shape {needed}"


def _is_text(name: bytes | None) -> bool:
    """Whether the runtime, which decodes each name, can give it."""
    try:
        (name or b"").decode()
    except UnicodeDecodeError:
        return False
    return True


def _bits(tensor: schema.TensorT) -> int:
    return _BITS.get(content.TYPES.get(tensor.type, ""), 8)


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
    itemsize = _bits(tensor) // 8
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
        for name in (signature.signatureKey, *(each.name for each in maps)):
            if not _is_text(name):
                yield f"a signature names {name!r}, which is no UTF-8"
        indices = [entry.tensorIndex for entry in maps]
        yield from _index_problems("a signature", indices, 0, len(tensors))


def _index_problems(
    who: str, indices: Iterable[int] | None, low: int, high: int
) -> Iterator[str]:
    for i in () if indices is None else indices:
        if not low <= i < high:
            yield f"{who} names tensor {i} of {high}"
