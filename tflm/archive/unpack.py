"""`tflm unzip`: an archive to the bytes that it was made of."""

import functools
import io
import itertools
from collections.abc import Iterator
from typing import Any, BinaryIO

from tflm.archive import lines
from tflm.archive.coding import Coding, Progress, ignored, plain_message
from tflm.archive.reading import Reading, plain
from tflm.archive.records import Kind, Record
from tflm.archive.result import Result
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
    return _BundleReading(bundle, source, target, recover, progress).run()


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
    reading = _BundleReading(bundle, source, io.BytesIO(), False, ignored)
    found = itertools.islice(reading.lines(), max(0, number - 1), None)
    line = next(found, None)
    if line is None or number < 1:
        raise ValueError(f"has no line {number}")
    return reading.decoded(line)


class _BundleReading(Reading):
    """One archive of a bundle's model that is being read."""

    def __init__(
        self,
        bundle: Bundle,
        source: BinaryIO,
        target: BinaryIO,
        recover: bool,
        progress: Progress,
    ):
        super().__init__(source, target, recover, progress)
        self._bundle = bundle

    @functools.cached_property
    def coding(self) -> Coding:
        return Coding(self._bundle, self._reader.header.mode, self._streams)

    def cure(self, name: str, made: Any, here: Any) -> str:
        return f"was made with {name} {made}, here it is {here}: " + (
            "give the bundle with which it was made"
            if name == "model"
            else "unzip it where it was made, or zip it with --portable there"
        )

    def by_lines(self, record: Record) -> bytes | None:
        return lines.decode(record.payload, self.coding, self._progress)

    def lines(self) -> Iterator[list[bytes]]:
        """Yields the lines as they are coded; long ones are in parts."""
        parts: list[bytes] = []
        for record in self._reader.records():
            self.whole()
            if record.kind is Kind.FINGERPRINT:
                self.compare(record)
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
        decode = self.coding.decode_message
        return b"".join(decode(part) for part in line)


def _coded_lines(record: Record) -> list[bytes]:
    """Returns the lines of a block, each as a message is coded."""
    if record.kind is Kind.LINES:
        return [*lines.split(record.payload)]
    text = None if record.kind is Kind.MODEL else plain(record)
    if text is None:
        raise ValueError("is no archive of lines: zip it with --lines")
    return [plain_message(line) for line in text.split(b"\n")]
