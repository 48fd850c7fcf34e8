"""The bytes of an archive: a header, and records that can be found again.

docs/zip.md says each byte.
"""

import dataclasses
import enum
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from tflm.archive.result import Result

MAGIC = b"TFLZ"
VERSION = 1
MOST_BLOCK_BYTES = 1 << 26
_MARK = b"\xf5\x9dTZ"
_CHECKS = struct.Struct("<III")
_PIECE = 1 << 16
_MOST_HEADER = len(_MARK) + 1 + 3 * 10 + _CHECKS.size


class Kind(enum.IntEnum):
    """What a record holds; blocks of text but for three."""

    STORED = 0
    XZ = 1
    MODEL = 2
    FINGERPRINT = 3
    END = 4
    LINES = 5
    NET = 6


@dataclasses.dataclass(frozen=True)
class Header:
    """The beginning of an archive.

    Attributes:
        mode: what predicts, a number of `modes`.
        streams: how many blocks were coded side by side.
    """

    mode: int
    streams: int

    def content(self) -> bytes:
        """Returns it as it is written."""
        fields = MAGIC + bytes([VERSION, self.mode]) + varint(self.streams)
        return fields + struct.pack("<I", zlib.crc32(fields))


@dataclasses.dataclass(frozen=True)
class Record:
    """A part of an archive.

    Attributes:
        kind: what it holds.
        number: of a block, from 0; at the end, how many there are.
        length: bytes of the text of a block; at the end, of all.
        check: CRC-32 of that text.
        payload: what is coded.
    """

    kind: Kind
    number: int
    length: int
    check: int
    payload: bytes = b""

    @property
    def name(self) -> str:
        """What it is called in complaints."""
        if self.kind in (Kind.FINGERPRINT, Kind.END):
            return f"the {self.kind.name.lower()}"
        return f"block {self.number}"

    def content(self) -> bytes:
        """Returns it as it is written."""
        numbers = (self.number, self.length, len(self.payload))
        fields = bytes([self.kind]) + b"".join(map(varint, numbers))
        fields += struct.pack("<II", self.check, zlib.crc32(self.payload))
        header = _MARK + fields + struct.pack("<I", zlib.crc32(fields))
        return header + self.payload


class Writer:
    """Writes an archive, and keeps count of it."""

    def __init__(self, target: BinaryIO, header: Header):
        """Writes the header."""
        self._target = target
        self._written = self._length = self._check = 0
        self._kinds: dict[str, int] = {}
        self._put(header.content())

    def put(self, record: Record) -> None:
        """Writes a record that holds none of the text."""
        self._put(record.content())

    def put_block(self, record: Record, text: bytes) -> None:
        """Writes the next block of the text."""
        self.put(record)
        self._check = zlib.crc32(text, self._check)
        self._length += len(text)
        name = record.kind.name.lower()
        self._kinds[name] = self._kinds.get(name, 0) + 1

    def end(self) -> Result:
        """Writes the end, and returns what was written."""
        blocks = sum(self._kinds.values())
        self.put(Record(Kind.END, blocks, self._length, self._check))
        return Result(self._length, self._written, self._kinds)

    def _put(self, content: bytes) -> None:
        self._target.write(content)
        self._written += len(content)


class Reader:
    """Reads an archive from its beginning, over what is damaged.

    Attributes:
        header: its first bytes.
        damage: what was passed over, a few words each.
        read_bytes: how many bytes were read.
    """

    def __init__(self, source: BinaryIO):
        """Reads the header.

        Raises:
            ValueError: it is no archive, or one of a later version.
        """
        self._source = source
        self._buffer, self._at, self._is_all = b"", 0, False
        self.damage: list[str] = []
        self.read_bytes = 0
        self.header = self._header()

    def records(self) -> Iterator[Record]:
        """Yields the records that are whole."""
        in_order = True
        while self._has(1):
            found = self._record()
            if found is None:
                if in_order:
                    self.damage.append("bytes that are no record")
                in_order = False
                if not self._seek():
                    return
                continue
            record, is_whole, after = found
            in_order = is_whole
            if not is_whole:
                self.damage.append(record.name)
                self._at += len(_MARK)
                self._seek()
                continue
            self._at = after
            yield record
            if record.kind is Kind.END:
                if self._has(1):
                    self.damage.append("bytes after the end")
                return
        self.damage.append("the end is missing")

    def _header(self) -> Header:
        self._has(len(MAGIC) + 16)
        content = self._buffer
        if content[: len(MAGIC)] != MAGIC:
            raise ValueError("is no archive of tflm zip")
        version = content[len(MAGIC) :][:1]
        if version and version[0] > VERSION:
            raise ValueError(
                f"is of format {version[0]}, this toolkit reads {VERSION}: "
                f"update it"
            )
        found = number(content, len(MAGIC) + 2)
        if found is None or not 1 <= found[0] <= 1 << 16:
            raise ValueError("ends or is damaged in its header")
        streams, after = found
        check = content[after : after + 4]
        if struct.pack("<I", zlib.crc32(content[:after])) != check:
            raise ValueError("is damaged in its header: copy it again")
        self._at = after + 4
        return Header(content[len(MAGIC) + 1], streams)

    def _record(self) -> tuple[Record, bool, int] | None:
        """Returns what begins here, if it is whole, and where it ends."""
        self._has(_MOST_HEADER)
        head = self._buffer[self._at : self._at + _MOST_HEADER]
        if not head.startswith(_MARK):
            return None
        numbers, at = [], len(_MARK) + 1
        for _ in range(3):
            found = number(head, at)
            if found is None:
                return None
            numbers.append(found[0])
            at = found[1]
        if len(head) < at + _CHECKS.size:
            return None
        check, payload_check, own = _CHECKS.unpack_from(head, at)
        if zlib.crc32(head[len(_MARK) : at + 8]) != own:
            return None
        kind, (place, length, size) = head[len(_MARK)], numbers
        if kind > max(Kind) or size > 2 * MOST_BLOCK_BYTES:
            return None
        if kind != Kind.END and length > MOST_BLOCK_BYTES:
            return None
        start = at + _CHECKS.size
        self._has(start + size)
        start += self._at
        payload = self._buffer[start : start + size]
        is_whole = len(payload) == size and (
            zlib.crc32(payload) == payload_check
        )
        record = Record(Kind(kind), place, length, check, payload)
        return record, is_whole, start + size

    def _seek(self) -> bool:
        """Goes to the next mark; returns whether there is one."""
        step = 1
        while self._has(len(_MARK)):
            place = self._buffer.find(_MARK, self._at + step)
            step = 0
            if place >= 0:
                self._at = place
                return True
            self._at = max(self._at, len(self._buffer) - len(_MARK) + 1)
            if not self._has(len(_MARK)):
                break
        self._at = len(self._buffer)
        return False

    def _has(self, count: int) -> bool:
        """Reads on until `count` bytes are here; returns if there are."""
        parts = [self._buffer[self._at :]]
        have = len(parts[0])
        if have < count and not self._is_all:
            while have < count:
                part = self._source.read(max(_PIECE, count - have))
                if not part:
                    self._is_all = True
                    break
                parts.append(part)
                self.read_bytes += len(part)
                have += len(part)
            self._buffer, self._at = b"".join(parts), 0
        return have >= count


def varint(number: int) -> bytes:
    """Returns a number, seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def number(content: bytes, at: int) -> tuple[int, int] | None:
    """Returns the number that `varint` wrote and where it ends."""
    value = 0
    for place, byte in enumerate(content[at : at + 10]):
        value |= (byte & 127) << 7 * place
        if byte < 128:
            return value, at + place + 1
    return None
