"""`tflm unzip`: an archive to the bytes that it was made of."""

import io
import itertools
import json
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from tflm.archive import coder, fallback, lines
from tflm.archive.coding import Coding, Progress, ignored, plain_message
from tflm.archive.records import Kind, Reader, Record
from tflm.archive.result import Damaged, Result
from tflm.bundle.bundle import Bundle


def unpack(
    bundle: Bundle,
    source: BinaryIO,
    target: BinaryIO,
    recover: bool = False,
    progress: Progress = ignored,
) -> Result:
    """Writes the bytes that an archive was made of.

    Args:
        bundle: with which it was made.
        source: the archive.
        target: where they are written.
        recover: whether blocks that are damaged are left out; without it
            nothing can be lost.
        progress: is told how many more bytes are there.

    Raises:
        ValueError: it is no archive, of a later version, or was made with
            another bundle or on another machine.
        Damaged: it is not whole and `recover` is not set; says where.

    Examples:
        >>> text = io.BytesIO()
        >>> _ = archive.seek(0)
        >>> tflm.unzip(bundle, archive, text).lost
        ()
        >>> text.getvalue()
        b'see you'
    """
    return _Reading(bundle, source, target, recover, progress).run()


def unpack_line(bundle: Bundle, source: BinaryIO, number: int) -> bytes:
    """Returns a line of an archive of lines; the others are not decoded.

    Args:
        bundle: with which it was made.
        source: the archive.
        number: of the line, from 1.

    Raises:
        ValueError: as `unpack`, or the archive has no such line.
        Damaged: it is not whole up to there.
    """
    reading = _Reading(bundle, source, io.BytesIO(), False, ignored)
    found = itertools.islice(reading.lines(), max(0, number - 1), None)
    line = next(found, None)
    if line is None or number < 1:
        raise ValueError(f"has no line {number}")
    return reading.decoded(line)


class _Reading:
    """One archive that is being read."""

    def __init__(
        self,
        bundle: Bundle,
        source: BinaryIO,
        target: BinaryIO,
        recover: bool,
        progress: Progress,
    ):
        coder.check()
        self._reader = Reader(source)
        self._bundle, self._target = bundle, target
        self._recover, self._progress = recover, progress
        self._streams = self._reader.header.streams
        self._coding: Coding | None = None
        self._lost: list[int] = []
        self._last = -1  # The number of the block that was written last.
        self._check = self._length = 0
        self._kinds: dict[str, int] = {}

    def run(self) -> Result:
        group: list[Record] = []
        expected: Record | None = None
        for record in self._reader.records():
            self._whole()
            if record.kind is Kind.FINGERPRINT:
                self._compare(record)
            elif record.kind is Kind.END:
                expected = record
            elif record.number > (group[-1].number if group else self._last):
                if group and self._turn(record) != self._turn(group[0]):
                    self._give(group)
                    group = []
                group.append(record)
        self._give(group)
        self._whole()
        self._ends(expected)
        return Result(
            self._length,
            self._reader.read_bytes,
            self._kinds,
            tuple(self._lost),
            tuple(self._reader.damage),
        )

    def lines(self) -> Iterator[list[bytes]]:
        """Yields the lines as they are coded; long ones are in parts."""
        parts: list[bytes] = []
        for record in self._reader.records():
            self._whole()
            if record.kind is Kind.FINGERPRINT:
                self._compare(record)
            elif record.kind is not Kind.END:
                *whole, last = _coded_lines(record)
                for coded in whole:
                    yield [*parts, coded]
                    parts = []
                parts.append(last)
        if self.decoded(parts):  # The last has no end of a line.
            yield parts

    def decoded(self, line: list[bytes]) -> bytes:
        """Returns a line that `lines` gave."""
        decode = self._opened().decode_message
        return b"".join(decode(part) for part in line)

    def _turn(self, record: Record) -> int:
        return record.number // self._streams

    def _compare(self, record: Record) -> None:
        """Raises ValueError if an archive cannot be decoded here."""
        made = json.loads(fallback.unpack(record.payload, record.length))
        here = self._opened().fingerprint()
        for name in made:
            if made[name] != here.get(name):
                raise ValueError(_cure(name, made[name], here.get(name)))

    def _opened(self) -> Coding:
        if self._coding is None:
            mode = self._reader.header.mode
            self._coding = Coding(self._bundle, mode, self._streams)
        return self._coding

    def _give(self, group: list[Record]) -> None:
        """Writes the text of blocks that were coded side by side."""
        rows: list[tuple[bytes, int] | None] = [None] * self._streams
        for record in group:
            if record.kind is Kind.MODEL:
                row = record.number % self._streams
                rows[row] = (record.payload, record.length)
        if any(rows):
            texts = self._opened().decode(rows, self._progress)
        for record in group:
            if record.kind is Kind.MODEL:
                text = texts[record.number % self._streams]
            elif record.kind is Kind.LINES:
                coding = self._opened()
                text = lines.decode(record.payload, coding, self._progress)
            else:
                text = _plain(record)
                self._progress(record.length)
            if text is None or zlib.crc32(text) != record.check:
                self._reader.damage.append(f"block {record.number}")
                continue
            self._lost.extend(range(self._last + 1, record.number))
            self._last = record.number
            self._target.write(text)
            self._check = zlib.crc32(text, self._check)
            self._length += len(text)
            name = record.kind.name.lower()
            self._kinds[name] = self._kinds.get(name, 0) + 1
        self._whole()

    def _whole(self) -> None:
        if self._reader.damage and not self._recover:
            raise Damaged(
                f"is damaged ({self._reader.damage[0]}): give --recover for "
                f"what is left of it, or copy it again"
            )

    def _ends(self, expected: Record | None) -> None:
        if expected is None:
            return
        self._lost.extend(range(self._last + 1, expected.number))
        same = (expected.length, expected.check) == (self._length, self._check)
        if not same:
            self._reader.damage.append("it is not all of the text")
            self._whole()


def _coded_lines(record: Record) -> list[bytes]:
    """Returns the lines of a block, each as a message is coded."""
    if record.kind is Kind.LINES:
        return [*lines.split(record.payload)]
    text = None if record.kind is Kind.MODEL else _plain(record)
    if text is None:
        raise ValueError("is no archive of lines: zip it with --lines")
    return [plain_message(line) for line in text.split(b"\n")]


def _plain(record: Record) -> bytes | None:
    if record.kind is Kind.STORED:
        return record.payload
    try:
        return fallback.unpack(record.payload, record.length)
    except ValueError:
        return None


def _cure(name: str, made: Any, here: Any) -> str:
    return f"was made with {name} {made}, here it is {here}: " + (
        "give the bundle with which it was made"
        if name == "model"
        else "unzip it where it was made, or zip it with --portable there"
    )
