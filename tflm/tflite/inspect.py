"""What is inside a .tflite file, read from the file alone."""

import collections
import dataclasses
import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite import load

UNKNOWN = "unknown"

# The first TensorFlow Lite that has version 1, 2, 3, ... of an operation, from
# runtime_version.cc (https://github.com/google-ai-edge/LiteRT,
# tflite/tools/versioning); "-" where that table has a gap. Operations that no
# language model uses are left out.
_RUNTIMES = {
    "ADD": "1.5.0 1.14.0 2.4.0 2.6.0 2.13.0",
    "ARG_MAX": "1.9.0 1.14.0 2.9.0",
    "ASSIGN_VARIABLE": "2.6.0",
    "BATCH_MATMUL": "2.3.0 2.3.0 2.4.0 2.5.0",
    "BIDIRECTIONAL_SEQUENCE_LSTM": "1.14.0 1.14.0 1.14.0",
    "BROADCAST_ARGS": "2.6.0",
    "BROADCAST_TO": "- 2.5.0 2.5.0",
    "CALL_ONCE": "2.5.0",
    "CAST": "1.5.0 2.7.0 2.8.0 2.9.0 2.12.0 2.15.0 2.17.0",
    "CONCATENATION": "1.5.0 1.14.0 2.3.0 2.14.0",
    "DENSIFY": "2.2.0",
    "DEQUANTIZE": "1.13.1 1.14.0 1.15.0 2.2.0 2.7.0 2.18.0",
    "DIV": "1.6.0 2.3.0",
    "EMBEDDING_LOOKUP": "1.13.0 1.14.0 1.14.0 2.18.0",
    "EQUAL": "1.14.0 1.14.0 2.3.0 2.13.0",
    "EXP": "1.7.0 2.12.0",
    "EXPAND_DIMS": "1.10.0",
    "FILL": "1.13.0 2.3.0 2.5.0 2.12.0",
    "FLOOR_DIV": "1.14.0 1.14.0 2.13.0",
    "FLOOR_MOD": "1.13.0 2.13.0",
    "FULLY_CONNECTED": "1.5.0 1.10.0 1.14.0 1.14.0 2.0.0 2.1.0 2.3.0 2.3.0"
    " 2.3.0 2.11.0 2.15.0 2.17.0 2.18.0",
    "GATHER": "1.6.0 1.14.0 1.15.0 2.4.0 2.5.0 2.13.0 2.15.0",
    "GATHER_ND": "1.14.0 2.3.0 2.5.0 2.13.0 2.16.0",
    "GREATER_EQUAL": "1.14.0 1.14.0 2.13.0",
    "LESS": "1.14.0 1.14.0 2.13.0",
    "LOGICAL_AND": "1.11.0",
    "LOGISTIC": "1.14.0 1.14.0 2.3.0",
    "LOG_SOFTMAX": "1.14.0 1.14.0",
    "LSTM": "1.7.0 1.10.0 1.14.0 2.3.0",
    "MAXIMUM": "1.14.0 1.14.0 2.3.0 2.3.0",
    "MEAN": "1.6.0 1.14.0 2.4.0",
    "MINIMUM": "1.14.0 1.14.0 2.3.0 2.3.0",
    "MUL": "1.5.0 1.14.0 1.15.0 2.3.0 2.6.0 2.11.0 2.13.0",
    "NEG": "1.9.0",
    "PACK": "1.11.0 1.14.0 2.3.0 2.13.0",
    "QUANTIZE": "1.14.0 1.15.0 2.7.0",
    "RANGE": "1.13.0 2.14.0",
    "READ_VARIABLE": "2.6.0",
    "RELU": "1.5.0 2.1.0 2.5.0",
    "RESHAPE": "1.5.0",
    "REVERSE_V2": "1.14.0 2.2.0 2.5.0",
    "RNN": "1.5.0 1.14.0 2.3.0",
    "RSQRT": "1.10.0 2.5.0 2.15.0",
    "SELECT": "1.14.0 1.14.0 2.12.0 2.12.0",
    "SELECT_V2": "2.2.0 2.12.0",
    "SHAPE": "1.10.0",
    "SLICE": "1.14.0 1.14.0 1.14.0 2.4.0 2.5.0 2.14.0",
    "SOFTMAX": "1.5.0 1.14.0 2.3.0",
    "SPLIT": "1.5.0 1.14.0 1.14.0 2.3.0",
    "SPLIT_V": "1.13.1 2.3.0",
    "SQUARE": "1.12.0",
    "SQUARED_DIFFERENCE": "1.13.1 2.5.0",
    "SQUEEZE": "1.6.0 2.5.0",
    "STRIDED_SLICE": "1.6.0 1.14.0 2.1.0 2.2.0 2.5.0 2.6.0 2.14.0 2.14.0",
    "SUB": "1.6.0 1.14.0 2.3.0 2.4.0 2.4.0",
    "SUM": "1.10.0 1.15.0",
    "TANH": "1.14.0 1.14.0 2.3.0",
    "TILE": "1.10.1 2.2.0 2.8.0",
    "TOPK_V2": "1.7.0 1.14.0 2.13.0",
    "TRANSPOSE": "1.6.0 1.14.0 1.15.0 2.3.0 2.4.0 2.12.0 2.14.4",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "1.13.1 1.14.0 2.3.0 2.12.0",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "1.14.0 1.14.0 2.3.0",
    "UNPACK": "1.11.0 1.14.0 2.2.0 2.3.0",
    "VAR_HANDLE": "2.6.0",
    "WHERE": "1.14.0 2.8.0",
    "WHILE": "1.15.0",
    "ZEROS_LIKE": "1.12.0",
}
_NUMPY = {
    "FLOAT32": np.float32,
    "FLOAT16": np.float16,
    "INT8": np.int8,
    "UINT8": np.uint8,
    "INT16": np.int16,
}
_PACKED = {"INT4": 4, "INT2": 2}
_SPARSITY_ELEMENTS = 1024  # Smaller tensors are not listed one by one.


@dataclasses.dataclass(frozen=True)
class Form:
    """Name, shape and element type of a tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function that the file offers, named as its callers name it."""

    name: str
    inputs: tuple[Form, ...]
    outputs: tuple[Form, ...]


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation in one version, and how often the file uses it.

    `runtime` is the first TensorFlow Lite that has it, or "unknown".
    """

    name: str
    version: int
    count: int
    runtime: str


@dataclasses.dataclass(frozen=True)
class Weights:
    """The constants of one element type; shared ones are counted once."""

    dtype: str
    tensors: int
    elements: int
    bytes: int


@dataclasses.dataclass(frozen=True)
class Sparsity:
    """The share of zeros, 0 to 1, in one constant or several."""

    name: str
    elements: int
    zero_share: float


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What a .tflite file holds; `dataclasses.asdict` makes it JSON.

    Attributes:
        bytes: size of the file.
        repeated_bytes: bytes of constants that the file holds already.
        zero_share: share of zeros, 0 to 1, among all weights; None if it has
            none.
        sparsity: the same for each tensor of 1,024 elements or more.
        custom_operations: those that a plain runtime does not have; the ones
            that need all of TensorFlow start with "Flex".
        runtime: the first TensorFlow Lite that has every operation, or
            "unknown".
        declared_runtime: what the file itself says of that, or "".
    """

    bytes: int
    signatures: tuple[Signature, ...]
    operations: tuple[Operation, ...]
    weights: tuple[Weights, ...]
    repeated_bytes: int
    zero_share: float | None
    sparsity: tuple[Sparsity, ...]
    custom_operations: tuple[str, ...]
    runtime: str
    declared_runtime: str


def inspect(flatbuffer: bytes) -> Inspection:
    """Returns what is inside any .tflite file, without running it.

    Raises:
        ValueError: the file is damaged.
    """
    model = load.read(flatbuffer)
    constants = _constants(model)
    sparsity = [_sparsity(t, data) for t, data in constants if _is_weight(t)]
    return Inspection(
        bytes=len(flatbuffer),
        signatures=_signatures(model),
        operations=_operations(model),
        weights=_weights(constants),
        repeated_bytes=_repeated_bytes(constants),
        zero_share=_zero_share(sparsity),
        sparsity=tuple(s for s in sparsity if s.elements >= _SPARSITY_ELEMENTS),
        custom_operations=_custom_operations(model),
        runtime=runtime(model),
        declared_runtime=_declared_runtime(model),
    )


def runtime(model: schema.ModelT) -> str:
    """Returns the first TensorFlow Lite that has every operation of a model.

    It is "unknown" if an operation is a custom one or not in our table.
    """
    found = [operation.runtime for operation in _operations(model)]
    if UNKNOWN in found:
        return UNKNOWN
    return max(found, key=version_numbers, default="1.5.0")


def version_numbers(version: str) -> tuple[int, ...]:
    """Returns (2, 16, 1) for "2.16.1", so that versions compare.

    Raises:
        ValueError: `version` is not numbers with dots between.
    """
    try:
        return tuple(int(part) for part in version.split("."))
    except ValueError as error:
        raise ValueError(
            f"{version!r} is no runtime version; write one like 2.16.1"
        ) from error


def text(inspection: Inspection) -> str:
    """Returns an inspection as a table for people."""
    blocks = [
        [f"{inspection.bytes:,} bytes", _runtime_text(inspection)],
        *(_signature_text(s) for s in inspection.signatures),
        _table(
            ("operation", "version", "count", "runtime"),
            [dataclasses.astuple(o) for o in inspection.operations],
        ),
        _table(
            ("weights", "tensors", "elements", "bytes"),
            [dataclasses.astuple(w) for w in inspection.weights],
        ),
        _notes(inspection),
        _table(
            ("sparse tensor", "elements", "zeros"),
            [
                (s.name, s.elements, f"{s.zero_share:.1%}")
                for s in inspection.sparsity
                if s.zero_share >= 0.1
            ],
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _constants(
    model: schema.ModelT,
) -> list[tuple[schema.TensorT, np.ndarray]]:
    """Returns one tensor, and its bytes, for each buffer that has some."""
    tensors = [t for graph in model.subgraphs for t in graph.tensors or []]
    by_buffer = {tensor.buffer: tensor for tensor in reversed(tensors)}
    found = [(t, model.buffers[i].data) for i, t in by_buffer.items()]
    return [(t, data) for t, data in found if data is not None and len(data)]


def _signatures(model: schema.ModelT) -> tuple[Signature, ...]:
    return tuple(
        Signature(
            _text(signature.signatureKey),
            _forms(signature.inputs, model.subgraphs[signature.subgraphIndex]),
            _forms(signature.outputs, model.subgraphs[signature.subgraphIndex]),
        )
        for signature in model.signatureDefs or []
    )


def _forms(
    maps: list[schema.TensorMapT] | None, graph: schema.SubGraphT
) -> tuple[Form, ...]:
    return tuple(
        Form(
            _text(entry.name),
            tuple(load.shape(graph.tensors[entry.tensorIndex])),
            load.type_name(graph.tensors[entry.tensorIndex].type),
        )
        for entry in maps or []
    )


def _operations(model: schema.ModelT) -> tuple[Operation, ...]:
    counts = collections.Counter(
        (_name(code), code.version)
        for graph in model.subgraphs
        for op in graph.operators or []
        for code in [model.operatorCodes[op.opcodeIndex]]
    )
    return tuple(
        Operation(name, version, count, _first_runtime(name, version))
        for (name, version), count in sorted(counts.items())
    )


def _name(code: schema.OperatorCodeT) -> str:
    name = load.op_name(code)
    return _text(code.customCode) if name == "CUSTOM" else name


def _first_runtime(name: str, version: int) -> str:
    versions = _RUNTIMES.get(name, "").split()
    if not 0 < version <= len(versions) or versions[version - 1] == "-":
        return UNKNOWN
    return versions[version - 1]


def _weights(constants: list) -> tuple[Weights, ...]:
    by_type = collections.defaultdict(list)
    for tensor, data in constants:
        dtype = load.type_name(tensor.type)
        by_type[dtype].append((math.prod(load.shape(tensor)), len(data)))
    return tuple(
        Weights(
            dtype,
            len(sizes),
            *(sum(column) for column in zip(*sizes, strict=True)),
        )
        for dtype, sizes in sorted(by_type.items())
    )


def _repeated_bytes(constants: list) -> int:
    copies = collections.Counter(data.tobytes() for _, data in constants)
    return sum(len(data) * (n - 1) for data, n in copies.items())


def _is_weight(tensor: schema.TensorT) -> bool:
    dtype = load.type_name(tensor.type)
    return dtype in _NUMPY or dtype in _PACKED


def _sparsity(tensor: schema.TensorT, data: np.ndarray) -> Sparsity:
    elements = math.prod(load.shape(tensor))
    values = _values(tensor, data)[:elements]
    # What a sparse encoding leaves out is zero, so count what is not.
    share = 1 - np.count_nonzero(values) / max(elements, 1)
    return Sparsity(_text(tensor.name), elements, float(share))


def _values(tensor: schema.TensorT, data: np.ndarray) -> np.ndarray:
    """Returns stored values, flat, as numbers that are 0 where weights are."""
    dtype = load.type_name(tensor.type)
    if dtype in _PACKED:
        return _unpacked(data, _PACKED[dtype])
    values = np.frombuffer(data.tobytes(), _NUMPY[dtype])
    quantization = tensor.quantization
    if quantization is None or quantization.zeroPoint is None:
        return values
    # Per channel, the runtime demands zero points of 0.
    return values.astype(np.int32) - int(quantization.zeroPoint[0])


def _unpacked(data: np.ndarray, bits: int) -> np.ndarray:
    """Returns the codes of a packed constant, the lowest bits first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return (data[:, np.newaxis] >> shifts & (2**bits - 1)).ravel()


def _zero_share(sparsity: list[Sparsity]) -> float | None:
    elements = sum(s.elements for s in sparsity)
    if not elements:
        return None
    return sum(s.elements * s.zero_share for s in sparsity) / elements


def _custom_operations(model: schema.ModelT) -> tuple[str, ...]:
    codes = [c for c in model.operatorCodes if load.op_name(c) == "CUSTOM"]
    return tuple(sorted({_text(code.customCode) for code in codes}))


def _declared_runtime(model: schema.ModelT) -> str:
    for entry in model.metadata or []:
        data = model.buffers[entry.buffer].data
        if entry.name == b"min_runtime_version" and data is not None:
            return _text(data.tobytes().rstrip(b"\0"))
    return ""


def _runtime_text(inspection: Inspection) -> str:
    declared = inspection.declared_runtime or "nothing"
    return (
        f"needs TensorFlow Lite {inspection.runtime} or newer"
        f" (the file says {declared})"
    )


def _signature_text(signature: Signature) -> list[str]:
    return [
        f"signature {signature.name}",
        *(f"  in   {_form_text(form)}" for form in signature.inputs),
        *(f"  out  {_form_text(form)}" for form in signature.outputs),
    ]


def _form_text(form: Form) -> str:
    return f"{form.name}: {form.dtype} {list(form.shape)}"


def _notes(inspection: Inspection) -> list[str]:
    lines = [f"stored more than once: {inspection.repeated_bytes:,} bytes"]
    if inspection.zero_share is not None:
        lines.append(f"zeros among the weights: {inspection.zero_share:.1%}")
    if inspection.custom_operations:
        names = ", ".join(inspection.custom_operations)
        lines.append(f"custom operations: {names}")
    return lines


def _table(header: tuple[str, ...], rows: list[tuple]) -> list[str]:
    if not rows:
        return []
    cells = [header, *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _cell(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _text(name: bytes | None) -> str:
    return (name or b"").decode(errors="replace")
