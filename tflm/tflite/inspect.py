"""What is inside a .tflite file, read from the file alone."""

import collections
import dataclasses
import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, runtimes, verify

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
    """The zeros of one constant.

    Attributes:
        elements: how many numbers it stands for.
        zero_share: share of zeros among them, 0 to 1.
        sparse_bytes: what it takes in the file, where the zeros are left out,
            the places of the others included; None where they are stored.
    """

    name: str
    elements: int
    zero_share: float
    sparse_bytes: int | None = None


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What a .tflite file holds; `dataclasses.asdict` makes it JSON.

    Attributes:
        bytes: size of the file.
        repeated_bytes: bytes of constants that the file holds already.
        zero_share: share of zeros, 0 to 1, among all weights; None if it has
            none.
        sparsity: the same for each tensor of 1,024 elements or more, or
            stored without its zeros.
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
    model = verify.read(flatbuffer)
    found = constants(model)
    sparsity = [_sparsity(t, data) for t, data in found if is_weight(t)]
    return Inspection(
        bytes=len(flatbuffer),
        signatures=_signatures(model),
        operations=_operations(model),
        weights=_weights(found),
        repeated_bytes=_repeated_bytes(found),
        zero_share=_zero_share(sparsity),
        sparsity=tuple(s for s in sparsity if _is_listed(s)),
        custom_operations=_custom_operations(model),
        runtime=runtimes.needed(model),
        declared_runtime=_declared_runtime(model),
    )


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
            ("sparse tensor", "elements", "zeros", "sparse bytes"),
            [
                (
                    s.name,
                    s.elements,
                    f"{s.zero_share:.1%}",
                    "-" if s.sparse_bytes is None else s.sparse_bytes,
                )
                for s in inspection.sparsity
                if s.zero_share >= 0.1
            ],
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def constants(
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
            content.text(signature.signatureKey),
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
            content.text(entry.name),
            tuple(content.shape(graph.tensors[entry.tensorIndex])),
            content.type_name(graph.tensors[entry.tensorIndex].type),
        )
        for entry in maps or []
    )


def _operations(model: schema.ModelT) -> tuple[Operation, ...]:
    counts = collections.Counter(
        (content.own_name(code), code.version)
        for graph in model.subgraphs
        for op in graph.operators or []
        for code in [model.operatorCodes[op.opcodeIndex]]
    )
    return tuple(
        Operation(name, version, count, runtimes.first(name, version))
        for (name, version), count in sorted(counts.items())
    )


def _weights(constants: list) -> tuple[Weights, ...]:
    by_type = collections.defaultdict(list)
    for tensor, data in constants:
        dtype = content.type_name(tensor.type)
        by_type[dtype].append((math.prod(content.shape(tensor)), len(data)))
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


def is_weight(tensor: schema.TensorT) -> bool:
    """Whether a constant is of a type whose zeros can be counted."""
    dtype = content.type_name(tensor.type)
    return dtype in _NUMPY or dtype in _PACKED


def _is_listed(sparsity: Sparsity) -> bool:
    large = sparsity.elements >= _SPARSITY_ELEMENTS
    return large or sparsity.sparse_bytes is not None


def _sparsity(tensor: schema.TensorT, data: np.ndarray) -> Sparsity:
    elements = math.prod(content.shape(tensor))
    stored = values(tensor, data)[:elements]
    # What a sparse encoding leaves out is zero, so count what is not.
    share = 1 - np.count_nonzero(stored) / max(elements, 1)
    sparse_bytes = None
    if tensor.sparsity is not None:
        sparse_bytes = len(data) + content.index_bytes(tensor.sparsity)
    name = content.text(tensor.name)
    return Sparsity(name, elements, float(share), sparse_bytes)


def values(tensor: schema.TensorT, data: np.ndarray) -> np.ndarray:
    """Returns stored values, flat, as numbers that are 0 where weights are."""
    dtype = content.type_name(tensor.type)
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
    codes = [c for c in model.operatorCodes if content.op_name(c) == "CUSTOM"]
    return tuple(sorted({content.text(code.customCode) for code in codes}))


def _declared_runtime(model: schema.ModelT) -> str:
    for entry in model.metadata or []:
        data = model.buffers[entry.buffer].data
        if entry.name == b"min_runtime_version" and data is not None:
            return content.text(data.tobytes().rstrip(b"\0"))
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
