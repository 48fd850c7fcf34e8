"""Archives without a bundle: of any bytes, with their own net or none."""

import functools
import json
import zlib
from collections.abc import Sequence
from typing import Any, BinaryIO

from tflm.archive import coder, fallback, modes
from tflm.archive.byte_coding import ByteCoding
from tflm.archive.coding import Progress, ignored
from tflm.archive.reading import Reading
from tflm.archive.records import Header, Kind, Record, Writer
from tflm.archive.result import Result

# Of a block. What it is coded by is learned anew in each.
BLOCK_BYTES = 1 << 24


def pack_bytes(
    content: bytes,
    target: BinaryIO,
    net: bytes = b"",
    progress: Progress = ignored,
) -> Result:
    """Writes an archive of any bytes, which needs nothing to be read.

    A net is stored only if it saves more than its own bytes.

    Args:
        content: what is compressed.
        target: where the archive is written.
        net: a .tflite step of 256 words that has learned it, or none.
        progress: is told how many more bytes were coded.

    Raises:
        ValueError: the coder is not installed, or the net is not of bytes.
    """
    coder.check()
    found = records(content, b"", progress)
    if net:
        found = min(found, records(content, net, progress), key=_size)
    return write(content, target, found)


def write(content: bytes, target: BinaryIO, parts: Sequence[Record]) -> Result:
    """Writes an archive of its records."""
    writer, at = Writer(target, Header(modes.BYTES, 1)), 0
    for part in parts:
        if part.kind in (Kind.NET, Kind.FINGERPRINT):
            writer.put(part)
        else:
            writer.put_block(part, content[at : at + part.length])
            at += part.length
    return writer.end()


def unpack_bytes(
    source: BinaryIO,
    target: BinaryIO,
    recover: bool = False,
    progress: Progress = ignored,
) -> Result:
    """Writes what `pack_bytes` got; see `unpack`.

    Raises:
        ValueError: it is no such archive, or of a later version.
        Damaged: it is not whole and `recover` is not set; says where.
    """
    return _ByteReading(source, target, recover, progress).run()


class _ByteReading(Reading):
    """One archive that is being read, by what it holds itself."""

    def __init__(
        self,
        source: BinaryIO,
        target: BinaryIO,
        recover: bool,
        progress: Progress,
    ):
        super().__init__(source, target, recover, progress)
        if self._reader.header.mode != modes.BYTES:
            raise ValueError("was made with a bundle: give it instead of bytes")
        self._net = b""

    @functools.cached_property
    def coding(self) -> ByteCoding:
        return ByteCoding(self._net)

    def cure(self, name: str, made: Any, here: Any) -> str:
        return (
            "was made by another version of the arithmetic: unzip it with "
            "the toolkit that made it"
        )

    def take_net(self, record: Record) -> None:
        self._net = fallback.unpack(record.payload, record.length)


def records(
    content: bytes, net: bytes = b"", progress: Progress = ignored
) -> list[Record]:
    """Returns the records of all blocks, after those of the net."""
    coding = ByteCoding(net)
    found = []
    for start in range(0, len(content), BLOCK_BYTES):
        text = content[start : start + BLOCK_BYTES]
        [coded] = coding.encode([text], progress)
        ways = {Kind.STORED: text, Kind.XZ: fallback.pack(text)}
        if coded is not None:
            ways[Kind.MODEL] = coded
        kind = min(ways, key=lambda kind: len(ways[kind]))
        place, check = start // BLOCK_BYTES, zlib.crc32(text)
        found.append(Record(kind, place, len(text), check, ways[kind]))
    if not net:
        return found
    name = json.dumps(coding.fingerprint(), sort_keys=True).encode()
    return [
        Record(Kind.NET, 0, len(net), 0, fallback.pack(net)),
        Record(Kind.FINGERPRINT, 0, len(name), 0, fallback.pack(name)),
        *found,
    ]


def _size(parts: Sequence[Record]) -> int:
    return sum(len(record.content()) for record in parts)
