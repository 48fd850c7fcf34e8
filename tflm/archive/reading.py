"""The blocks of an archive to its text, over what is damaged."""

import abc
import zlib
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

from tflm import json_files
from tflm.archive import coder, fallback
from tflm.archive.coding import Progress
from tflm.archive.records import Kind, Reader, Record
from tflm.archive.result import Damaged, Result


class Decodes(Protocol):
    """What the blocks of a model are decoded by."""

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same as where they were encoded."""
        ...

    def decode(
        self,
        payloads: Sequence[tuple[bytes, int] | None],
        progress: Progress,
    ) -> list[bytes | None]:
        """Returns the texts; see `Coding.decode`."""
        ...


class Reading(abc.ABC):
    """One archive that is being read.

    What decodes it is opened when a block asks for it.

    Args:
        source: the archive.
        target: where its text is written.
        recover: whether blocks that are damaged are left out.
        progress: is told how many more bytes are there.

    Raises:
        ValueError: it is no archive, or of a later version, or the coder is
            not installed.
    """

    def __init__(
        self,
        source: BinaryIO,
        target: BinaryIO,
        recover: bool,
        progress: Progress,
    ):
        coder.check()
        self._reader = Reader(source)
        self._target = target
        self._recover, self._progress = recover, progress
        self._streams = self._reader.header.streams
        self._lost: list[range] = []
        self._last = -1  # The number of the block that was written last.
        self._check = self._length = 0
        self._kinds: dict[str, int] = {}

    @property
    @abc.abstractmethod
    def coding(self) -> Decodes:
        """What decodes blocks of a model.

        Raises:
            ValueError: it cannot be opened.
        """

    @abc.abstractmethod
    def cure(self, name: str, made: Any, here: Any) -> str:
        """Returns what to do where something is not as it was there."""

    def by_lines(self, record: Record) -> bytes | None:
        """Returns the text of a block of lines, None if it is none."""
        return None

    def take_net(self, record: Record) -> None:
        """Takes a net that is stored with the text.

        Raises:
            ValueError: such an archive has none.
        """
        raise ValueError("holds a net that it cannot have: copy it again")

    def run(self) -> Result:
        """Writes the text.

        Raises:
            ValueError: it cannot be decoded here.
            Damaged: it is not whole, and nothing is to be left out.
        """
        group: list[Record] = []
        expected: Record | None = None
        for record in self._reader.records():
            self.whole()
            if record.kind is Kind.NET:
                self.take_net(record)
            elif record.kind is Kind.FINGERPRINT:
                self.compare(record)
            elif record.kind is Kind.END:
                expected = record
            elif record.number > (group[-1].number if group else self._last):
                if group and self._turn(record) != self._turn(group[0]):
                    self._give(group)
                    group = []
                group.append(record)
        self._give(group)
        self.whole()
        self._ends(expected)
        return Result(
            self._length,
            self._reader.read_bytes,
            self._kinds,
            tuple(self._lost),
            tuple(self._reader.damage),
        )

    def whole(self) -> None:
        """Raises Damaged if something is, and nothing is to be left out."""
        if self._reader.damage and not self._recover:
            raise Damaged(
                f"is damaged ({self._reader.damage[0]}): give --recover for "
                f"what is left of it, or copy it again"
            )

    def compare(self, record: Record) -> None:
        """Raises ValueError if an archive cannot be decoded here."""
        text = fallback.unpack(record.payload, record.length)
        made = json_files.parse(text, "its record of a model", dict[str, Any])
        here = self.coding.fingerprint()
        for name in made:
            if made[name] != here.get(name):
                raise ValueError(self.cure(name, made[name], here.get(name)))

    def _turn(self, record: Record) -> int:
        return record.number // self._streams

    def _give(self, group: list[Record]) -> None:
        """Writes the text of blocks that were coded side by side."""
        rows: list[tuple[bytes, int] | None] = [None] * self._streams
        for record in group:
            if record.kind is Kind.MODEL:
                row = record.number % self._streams
                rows[row] = (record.payload, record.length)
        if any(rows):
            texts = self.coding.decode(rows, self._progress)
        for record in group:
            if record.kind is Kind.MODEL:
                text = texts[record.number % self._streams]
            elif record.kind is Kind.LINES:
                text = self.by_lines(record)
            else:
                text = plain(record)
                self._progress(record.length)
            if text is None or zlib.crc32(text) != record.check:
                self._reader.damage.append(f"block {record.number}")
                continue
            self._lose(record.number)
            self._last = record.number
            self._target.write(text)
            self._check = zlib.crc32(text, self._check)
            self._length += len(text)
            name = record.kind.name.lower()
            self._kinds[name] = self._kinds.get(name, 0) + 1
        self.whole()

    def _ends(self, expected: Record | None) -> None:
        if expected is None:
            return
        self._lose(expected.number)
        same = (expected.length, expected.check) == (self._length, self._check)
        if not same:
            self._reader.damage.append("it is not all of the text")
            self.whole()

    def _lose(self, number: int) -> None:
        """Notes the blocks between the last and one of this number."""
        if number > self._last + 1:
            self._lost.append(range(self._last + 1, number))


def plain(record: Record) -> bytes | None:
    """Returns the text of a block without a model, None if it is damaged."""
    if record.kind is Kind.STORED:
        return record.payload
    try:
        return fallback.unpack(record.payload, record.length)
    except ValueError:
        return None
