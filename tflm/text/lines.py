"""The lines of a text file, or the line that is none of a text."""

import functools
import pathlib
from collections.abc import Iterator

_MOST_BYTES = 1 << 20  # A longer line is no sentence or message.


def read_lines(path: pathlib.Path) -> Iterator[str]:
    """Yields the lines of a UTF-8 file, without the marks that end them.

    Raises:
        ValueError: it is not UTF-8, is binary, or has a line of a megabyte.
        OSError: it cannot be read.
    """
    with open(path, "rb") as file:
        read = functools.partial(file.readline, _MOST_BYTES + 1)
        for number, line in enumerate(iter(read, b""), 1):
            if b"\0" in line:
                raise ValueError(
                    f"{path} is binary (line {number} has a zero byte); "
                    f"give UTF-8 text"
                )
            if len(line) > _MOST_BYTES:
                raise ValueError(
                    f"{path}, line {number} is longer than "
                    f"{_MOST_BYTES} bytes; "
                    f"give one sentence or message a line"
                )
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise ValueError(
                    f"{path}, line {number} is not UTF-8; convert it, as in "
                    f"iconv -f LATIN1 -t UTF-8"
                ) from None
            yield text.rstrip("\r\n")
