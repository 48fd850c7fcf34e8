"""The lines of a text file, or the line that is none of a text."""

import io
from collections.abc import Iterator
from typing import BinaryIO

from tflm import files
from tflm.text import storage

_MOST_BYTES = 1 << 20  # A longer line is no sentence or message.
_BLOCK_BYTES = 1 << 14  # Of lines that are looked at together, being faster.


def read_lines(
    path: files.Path, start: int = 0, end: int | None = None
) -> Iterator[str]:
    """Yields the lines of a UTF-8 file, without the marks that end them.

    Args:
        path: of the file, or its URL; it may be compressed.
        start: the first byte at which a line may begin.
        end: the byte after the last of these; None for the end of the file.

    Raises:
        ValueError: it is not UTF-8, is binary, or has a line of a megabyte.
        OSError: it cannot be read.
    """
    with storage.reading(path) as file:
        place, number = _first_line(file, start), 0
        while block := file.read(_BLOCK_BYTES):
            block += file.readline(_MOST_BYTES + 1)
            is_inside = end is None or place + len(block) <= end
            lines = _at_once(block, not (number or start)) if is_inside else []
            if lines:
                yield from lines
                number += len(lines)
                place += len(block)
                continue
            for line in io.BytesIO(block):
                if end is not None and place >= end:
                    return
                place += len(line)
                number += 1
                yield _text(line, path, number, start)


def _first_line(file: BinaryIO, start: int) -> int:
    """Returns where the first line begins at `start` or later, and goes there.

    A line that began before is read by whoever has its beginning.
    """
    if not start:
        return 0
    file.seek(start - 1)
    return start - 1 + len(file.readline(_MOST_BYTES + 1))


def _at_once(block: bytes, is_first: bool) -> list[str]:
    """Returns the lines of a block, none if one may be no line of text."""
    if len(block) > _MOST_BYTES or b"\0" in block:
        return []
    try:
        text = block.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        return []
    lines = text.removesuffix("\n").split("\n")
    return [line.rstrip("\r") for line in lines] if "\r" in text else lines


def _text(line: bytes, path: files.Path, number: int, start: int) -> str:
    """Returns the line of this number after byte `start` as text.

    Raises:
        ValueError: it is none.
    """
    if b"\0" in line:
        raise ValueError(
            f"{path} is binary ({_where(number, start)} has a zero byte); "
            f"give UTF-8 text"
        )
    if len(line) > _MOST_BYTES:
        raise ValueError(
            f"{path}, {_where(number, start)} is longer than "
            f"{_MOST_BYTES} bytes; give one sentence or message a line"
        )
    is_first = number == 1 and not start
    try:
        text = line.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}, {_where(number, start)} is not UTF-8; convert it, as in "
            f"iconv -f LATIN1 -t UTF-8"
        ) from None
    return text.rstrip("\r\n")


def _where(number: int, start: int) -> str:
    return f"line {number} after byte {start}" if start else f"line {number}"
