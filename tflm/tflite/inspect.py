"""What is inside a .tflite file, read from the file alone."""

import collections
import dataclasses
import math
from collections.abc import Mapping

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import archive, content, metadata, runtimes, verify
from tflm.tflite.flatbuffer.constants import constants, is_weight, values
from tflm.tflite.flatbuffer.micronet import MicroNet, micronet

_Constants = list[tuple[schema.TensorT, np.ndarray]]
_TENSOR_BYTES = 1024
_SPARSITY_ELEMENTS = 1024  # Smaller tensors are not listed one by one.


@dataclasses.dataclass(frozen=True)
class TensorSpec:
    """Name, shape and element type of a tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclasses.dataclass(frozen=True)
class Signature:
    """A function that the file offers, named as its callers name it."""

    name: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


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
        zero_share: sparsity, the share of zeros among them, 0 to 1.
        sparse_bytes: what it takes in the file, where the zeros are left out,
            the places of the others included; None where they are stored.
    """

    name: str
    elements: int
    zero_share: float
    sparse_bytes: int | None = None


@dataclasses.dataclass(frozen=True)
class Constant:
    """A constant of the file, and what it takes there."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    bytes: int


@dataclasses.dataclass(frozen=True)
class Inspection:
    """What a .tflite file holds; `dataclasses.asdict` makes it JSON.

    Attributes:
        bytes: size of the file.
        repeated_bytes: bytes of constants that the file holds already.
        zero_share: sparsity of all weights together, 0 to 1; None if it has
            none.
        sparsity: the same for each tensor of 1,024 elements or more, or
            stored without its zeros.
        custom_operations: those that a plain runtime does not have; the ones
            that need all of TensorFlow start with "Flex".
        runtime: the first TensorFlow Lite that has every operation, or
            "unknown".
        declared_runtime: what the file itself says of that, or "".
        tensors: the constants of 1,024 bytes or more.
        metadata: what the file says of itself to other tools, if it does.
        archived: the files behind the model, and the bytes of each.
        micronet: what the MicroNet challenge would have counted of it.
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
    tensors: tuple[Constant, ...]
    metadata: metadata.Metadata | None
    archived: Mapping[str, int]
    micronet: MicroNet


def inspect(flatbuffer: bytes) -> Inspection:
    """Returns what is inside any .tflite file, without running it.

    Raises:
        ValueError: the file is damaged.

    Examples:
        >>> found = tflm.inspect(content)
        >>> [signature.name for signature in found.signatures]
        ['step', 'step_hidden']
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
        tensors=_tensors(found),
        metadata=metadata.read(model),
        archived=archive.sizes(flatbuffer),
        micronet=micronet(flatbuffer),
    )


def _signatures(model: schema.ModelT) -> tuple[Signature, ...]:
    return tuple(
        Signature(
            content.text(signature.signatureKey),
            _specs(signature.inputs, model.subgraphs[signature.subgraphIndex]),
            _specs(signature.outputs, model.subgraphs[signature.subgraphIndex]),
        )
        for signature in model.signatureDefs or []
    )


def _specs(
    maps: list[schema.TensorMapT] | None, graph: schema.SubGraphT
) -> tuple[TensorSpec, ...]:
    return tuple(
        TensorSpec(
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


def _weights(found: _Constants) -> tuple[Weights, ...]:
    by_type = collections.defaultdict(list)
    for tensor, data in found:
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


def _tensors(found: _Constants) -> tuple[Constant, ...]:
    return tuple(
        Constant(
            content.text(tensor.name),
            tuple(content.shape(tensor)),
            content.type_name(tensor.type),
            len(data),
        )
        for tensor, data in found
        if len(data) >= _TENSOR_BYTES
    )


def _repeated_bytes(found: _Constants) -> int:
    copies = collections.Counter(data.tobytes() for _, data in found)
    return sum(len(data) * (n - 1) for data, n in copies.items())


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
