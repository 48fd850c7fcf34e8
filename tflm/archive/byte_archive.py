"""Archives without a bundle: of any bytes, with their own net or none."""

import collections
import json
import zlib
from collections.abc import Sequence
from typing import BinaryIO

from tflm.archive import coder, fallback, modes
from tflm.archive.byte_coding import ByteCoding
from tflm.archive.coding import Progress, ignored
from tflm.archive.records import Header, Kind, Reader, Record
from tflm.archive.result import Damaged, Result

# Of a block. What it is coded by is learned anew in each.
BLOCK_BYTES = 1 << 24
_BLOCKS = (Kind.STORED, Kind.XZ, Kind.MODEL)


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
    kinds = collections.Counter(
        part.kind.name.lower() for part in parts if part.kind in _BLOCKS
    )
    blocks, check = kinds.total(), zlib.crc32(content)
    every = [*parts, Record(Kind.END, blocks, len(content), check)]
    header = Header(modes.BYTES, 1).content()
    target.write(header)
    for record in every:
        target.write(record.content())
    return Result(len(content), len(header) + _size(every), dict(kinds))


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
    coder.check()
    reader = Reader(source)
    if reader.header.mode != modes.BYTES:
        raise ValueError("was made with a bundle: give it instead of bytes")
    coding = ByteCoding()
    expected, following, length, check = None, 0, 0, 0
    kinds: dict[str, int] = {}
    lost: list[int] = []
    for record in reader.records():
        _whole(reader, recover)
        if record.kind is Kind.END:
            expected = record
        elif record.kind is Kind.NET:
            coding = ByteCoding(fallback.unpack(record.payload, record.length))
        elif record.kind is Kind.FINGERPRINT:
            _compare(record, coding)
        elif record.kind in _BLOCKS and record.number >= following:
            text = _text(record, coding, progress)
            if text is None or zlib.crc32(text) != record.check:
                reader.damage.append(f"block {record.number}")
                _whole(reader, recover)
                continue
            lost.extend(range(following, record.number))
            following = record.number + 1
            target.write(text)
            check, length = zlib.crc32(text, check), length + len(text)
            name = record.kind.name.lower()
            kinds[name] = kinds.get(name, 0) + 1
    _whole(reader, recover)
    if expected:
        lost.extend(range(following, expected.number))
        same = (expected.length, expected.check) == (length, check)
        if not same and not recover:
            raise Damaged("is damaged: its text is not what was written")
    damage = tuple(reader.damage)
    return Result(length, reader.read_bytes, kinds, tuple(lost), damage)


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


def _compare(record: Record, coding: ByteCoding) -> None:
    """Raises ValueError if the net predicts otherwise here."""
    made = json.loads(fallback.unpack(record.payload, record.length))
    if made != coding.fingerprint():
        raise ValueError(
            "was made by another version of the arithmetic: unzip it with "
            "the toolkit that made it"
        )


def _text(
    record: Record, coding: ByteCoding, progress: Progress
) -> bytes | None:
    if record.kind is Kind.MODEL:
        [text] = coding.decode([(record.payload, record.length)], progress)
        return text
    progress(record.length)
    if record.kind is Kind.STORED:
        return record.payload
    try:
        return fallback.unpack(record.payload, record.length)
    except ValueError:
        return None


def _whole(reader: Reader, recover: bool) -> None:
    if reader.damage and not recover:
        raise Damaged(
            f"is damaged ({reader.damage[0]}): give --recover for what is "
            f"left of it, or copy it again"
        )
