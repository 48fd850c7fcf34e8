"""A part of a text file, of which each line is in one part alone."""

import dataclasses
from collections.abc import Iterator

from tflm import files
from tflm.text import storage
from tflm.text.lines import read_lines
from tflm.text.splits import Split, split_of


@dataclasses.dataclass(frozen=True)
class Shard:
    """The lines of a file that begin in a range of its bytes.

    Attributes:
        path: of the file, or its URL.
        start: the first byte of the range.
        end: the byte after its last; None for the end of the file.
        split: to which all lines belong; `all` where a line goes to one by
            what it says, so that a repeated line is never in two.
        left_out: a bit for each line that is not read, from the highest of
            each byte to the lowest; empty for none.
    """

    path: files.Path
    start: int = 0
    end: int | None = None
    split: Split = "all"
    left_out: bytes = dataclasses.field(default=b"", repr=False)

    def lines(self, split: Split) -> Iterator[str]:
        """Yields the lines of a split, without white space around them.

        Raises:
            ValueError: as of `read_lines`.
        """
        if self.split != "all" and split not in ("all", self.split):
            return iter(())
        lines: Iterator[str] = map(
            str.strip, read_lines(self.path, self.start, self.end)
        )
        if self.left_out:
            lines = self._kept(lines)
        if split in ("all", self.split):
            return lines
        return (line for line in lines if split_of(line) == split)

    def cut(self, size: int) -> "list[Shard]":
        """Returns shards of at most `size` bytes; a compressed file is one.

        What is a part already stays as it is.

        Raises:
            OSError: the file cannot be reached.
        """
        is_part = self.end is not None or self.left_out
        if is_part or storage.is_compressed(self.path):
            return [self]
        whole = storage.size(self.path)
        return [
            dataclasses.replace(self, start=start, end=min(start + size, whole))
            for start in range(0, whole, size)
        ]

    def _kept(self, lines: Iterator[str]) -> Iterator[str]:
        for number, line in enumerate(lines):
            place, bit = divmod(number, 8)
            is_said = place < len(self.left_out)
            if not (is_said and self.left_out[place] >> 7 - bit & 1):
                yield line
