"""What a .tflite file holds, in the classes of its schema, and back to bytes.

`verify.read` gives a `ModelT` whose numbers are known to name something.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

# The names of element types and operations, by their numbers.
TYPES = {v: k for k, v in vars(schema.TensorType).items() if k.isupper()}
OPS = {v: k for k, v in vars(schema.BuiltinOperator).items() if k.isupper()}


def op_name(code: schema.OperatorCodeT) -> str:
    """Returns the name of an operation, as in "FULLY_CONNECTED"."""
    return OPS[builtin(code)]


def own_name(code: schema.OperatorCodeT) -> str:
    """Returns the same, but a custom operation's own name for "CUSTOM"."""
    name = op_name(code)
    return text(code.customCode) if name == "CUSTOM" else name


def type_name(tensor_type: int) -> str:
    """Returns the name of an element type, as in "FLOAT32"."""
    return TYPES[tensor_type]


def shape(tensor: schema.TensorT) -> list[int]:
    """Returns the shape of a tensor; a scalar's is []."""
    return [] if tensor.shape is None else [int(n) for n in tensor.shape]


def text(name: bytes | None) -> str:
    """Returns a name as text; one that is not there as ""."""
    return (name or b"").decode(errors="replace")


def builtin(code: schema.OperatorCodeT) -> int:
    """Returns the number of an operation, which names it."""
    # Codes above 126 do not fit the older, one-byte field.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def ops(
    model: schema.ModelT, graph: schema.SubGraphT, name: str
) -> list[schema.OperatorT]:
    """Returns the operations of a graph that have this name."""
    return [
        op
        for op in graph.operators or []
        if op_name(model.operatorCodes[op.opcodeIndex]) == name
    ]


def code_number(model: schema.ModelT, name: str) -> int:
    """Returns the number of an operation's code, added if not there."""
    names = [op_name(code) for code in model.operatorCodes]
    if name not in names:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = code.builtinCode
        code.version = 1
        model.operatorCodes.append(code)
        return len(names)
    return names.index(name)


def constant(model: schema.ModelT, tensor: schema.TensorT) -> np.ndarray | None:
    """Returns the bytes of a constant, or None for an activation."""
    data = model.buffers[tensor.buffer].data
    return None if data is None or not len(data) else data


def scales(tensor: schema.TensorT) -> int:
    """Returns how many scales a quantized tensor has; others have 0."""
    quantization = tensor.quantization
    if quantization is None or quantization.scale is None:
        return 0
    return len(quantization.scale)


def index_bytes(sparsity: schema.SparsityParametersT) -> int:
    """Returns the bytes that a sparse tensor takes besides its numbers."""
    vectors = [
        vector
        for dimension in sparsity.dimMetadata or []
        for vector in (dimension.arraySegments, dimension.arrayIndices)
        if vector is not None and vector.values is not None
    ]
    return sum(np.asarray(vector.values).nbytes for vector in vectors)


def write(model: schema.ModelT) -> bytes:
    """Returns the flatbuffer of a model, its constants aligned to 16 bytes."""
    constants = sum(len(b.data) for b in model.buffers if b.data is not None)
    builder = _Builder(constants + 2**16)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class _Builder(flatbuffers.Builder):
    def __init__(self, size: int):
        super().__init__(size)
        self._vectors: dict[tuple[str, bytes], int] = {}

    # One matrix may be a tensor of several subgraphs: its buffer is named by
    # number, but its scales, one a row, would be written for each.
    def CreateNumpyVector(self, x):
        if x.itemsize == 1:  # A buffer: `deduplicate` merges equal ones.
            return super().CreateNumpyVector(x)
        key = (x.dtype.str, x.tobytes())
        if key not in self._vectors:
            self._vectors[key] = super().CreateNumpyVector(x)
        return self._vectors[key]

    # The generated schema for Python forgets the `force_align: 16` of buffers.
    def StartVector(self, elemSize, numElems, alignment):
        alignment = 16 if elemSize == 1 else alignment
        return super().StartVector(elemSize, numElems, alignment)
