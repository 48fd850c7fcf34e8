"""What a .tflite file says of itself to other tools, and the files in it.

TensorFlow Lite's metadata is a flatbuffer in a buffer of the file, and a zip
archive behind the file's own flatbuffer. Android's MetadataExtractor, Android
Studio's import of a model and `unzip` read them. The numbers of fields are
those of metadata_schema.fbs 1.5.0 in mediapipe/tasks/metadata of
https://github.com/google-ai-edge/mediapipe; the packages that carry its
classes do not go beside TensorFlow.
"""

import dataclasses
import struct
from collections.abc import Iterable, Mapping

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import number_types
from flatbuffers.table import Table

from tflm.tflite.flatbuffer import archive, content, offsets, verify

ENTRY = b"TFLITE_METADATA"  # Under which readers look for it.
_IDENTIFIER = b"M001"
_PARSER = "1.0.1"  # The first that knows of vocabularies.
_FEATURE = 1  # Of the union ContentProperties: neither image nor sound.
LABELS, VOCABULARY = 2, 5  # Of the enumeration AssociatedFileType.

# A table by its slots; text, a number of one byte, or [these].
_Value = str | int | list | dict[int, "_Value"]


@dataclasses.dataclass(frozen=True)
class File:
    """A file of the archive, and what a tensor has it for."""

    name: str
    description: str
    kind: int = VOCABULARY


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An input or output: its name in the signature, and what it is."""

    name: str
    description: str
    files: tuple[File, ...] = ()


@dataclasses.dataclass(frozen=True)
class Metadata:
    """What a file says of itself.

    Attributes:
        name: for people.
        description: what it does, and how it is used.
        licence: under which it may be used.
        inputs: of the first subgraph, in its order.
        outputs: likewise.
    """

    name: str
    description: str
    licence: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def in_order(
    tensors: Iterable[Tensor],
    names: Iterable[schema.TensorMapT],
    order: Iterable[int],
) -> tuple[Tensor, ...]:
    """Returns the tensors in the order in which the graph has them.

    Args:
        tensors: by their names in a signature.
        names: of the signature.
        order: the graph's inputs or outputs.
    """
    by_name = {tensor.name: tensor for tensor in tensors}
    by_index = {each.tensorIndex: content.text(each.name) for each in names}
    return tuple(by_name[by_index[index]] for index in order)


def add(
    flatbuffer: bytes, metadata: Metadata, files: Mapping[str, bytes]
) -> bytes:
    """Returns a .tflite file with metadata in place of what it had.

    The same arguments give the same bytes, and constants stay aligned, so that
    a runtime can map them.

    Args:
        flatbuffer: the file.
        metadata: of it.
        files: content of each file that this names.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    model.metadata = model.metadata or []
    buffer = _buffer(model)
    if buffer is None:
        buffer = schema.BufferT()
        entry = schema.MetadataT()
        entry.name, entry.buffer = ENTRY, len(model.buffers)
        model.metadata.append(entry)
        model.buffers.append(buffer)
    buffer.data = np.frombuffer(_write(metadata), np.uint8)
    return archive.add(content.write(model), files)


def read(model: schema.ModelT) -> Metadata | None:
    """Returns what a model says of itself, None if that is nothing.

    Raises:
        ValueError: that is damaged.
    """
    buffer = _buffer(model)
    if buffer is None or buffer.data is None:
        return None
    data = buffer.data.tobytes()
    try:
        offsets.check(data, "ModelMetadata")
        (root,) = struct.unpack_from("<I", data)
        table = Table(data, root)
        graphs = _tables(table, 3)
        return Metadata(
            _text(table, 0),
            _text(table, 1),
            _text(table, 5),
            _tensors(graphs, 2),
            _tensors(graphs, 3),
        )
    except (struct.error, IndexError, ValueError) as error:
        raise ValueError(
            f"damaged .tflite file: {error} in its metadata; convert or "
            f"download it again"
        ) from None


def _buffer(model: schema.ModelT) -> schema.BufferT | None:
    for entry in model.metadata or []:
        if entry.name == ENTRY:
            return model.buffers[entry.buffer]
    return None


def _write(metadata: Metadata) -> bytes:
    graph = {
        2: [_tensor(tensor) for tensor in metadata.inputs],
        3: [_tensor(tensor) for tensor in metadata.outputs],
    }
    builder = flatbuffers.Builder(1024)
    root = _put(
        builder,
        {
            0: metadata.name,
            1: metadata.description,
            3: [graph],
            5: metadata.licence,
            7: _PARSER,
        },
    )
    builder.Finish(root, _IDENTIFIER)
    return bytes(builder.Output())


def _tensor(tensor: Tensor) -> _Value:
    return {
        0: tensor.name,
        1: tensor.description,
        3: {0: _FEATURE, 1: {}},
        6: [
            {0: file.name, 1: file.description, 2: file.kind}
            for file in tensor.files
        ],
    }


def _put(builder: flatbuffers.Builder, value: _Value) -> int:
    """Writes a value, what it holds first; returns its offset."""
    if isinstance(value, str):
        return builder.CreateString(value)
    if isinstance(value, list):
        places = [_put(builder, each) for each in value]
        builder.StartVector(4, len(places), 4)
        for place in reversed(places):
            builder.PrependUOffsetTRelative(place)
        return builder.EndVector()
    assert isinstance(value, dict)
    slots = {
        slot: each if isinstance(each, int) else _put(builder, each)
        for slot, each in value.items()
        if each not in ("", [])
    }
    builder.StartObject(max(slots, default=-1) + 1)
    for slot, place in slots.items():
        if isinstance(value[slot], int):
            builder.PrependByteSlot(slot, place, 0)
        else:
            builder.PrependUOffsetTRelativeSlot(slot, place, 0)
    return builder.EndObject()


def _tensors(graphs: list[Table], slot: int) -> tuple[Tensor, ...]:
    """Returns the inputs or outputs of the first subgraph."""
    tables = _tables(graphs[0], slot) if graphs else []
    return tuple(
        Tensor(
            _text(table, 0),
            _text(table, 1),
            tuple(
                File(_text(file, 0), _text(file, 1), _byte(file, 2))
                for file in _tables(table, 6)
            ),
        )
        for table in tables
    )


def _offset(table: Table, slot: int) -> int:
    return table.Offset(4 + 2 * slot)


def _text(table: Table, slot: int) -> str:
    offset = _offset(table, slot)
    return content.text(table.String(offset + table.Pos)) if offset else ""


def _byte(table: Table, slot: int) -> int:
    offset = _offset(table, slot)
    return (
        table.Get(number_types.Int8Flags, offset + table.Pos) if offset else 0
    )


def _tables(table: Table, slot: int) -> list[Table]:
    offset = _offset(table, slot)
    if not offset:
        return []
    first = table.Vector(offset)
    return [
        Table(table.Bytes, table.Indirect(first + 4 * i))
        for i in range(table.VectorLen(offset))
    ]
