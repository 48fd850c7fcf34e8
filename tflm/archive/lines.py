"""Blocks whose lines are coded one by one, so that one can be had alone."""

from collections.abc import Iterator

from tflm.archive.coding import Coding, Progress
from tflm.archive.records import number, varint


def encode(text: bytes, coding: Coding, progress: Progress) -> bytes:
    """Returns the lines of a text, each with its length before it."""
    found = []
    for line in text.split(b"\n"):
        coded = coding.encode_message(line)
        found.append(varint(len(coded)) + coded)
        progress(len(line) + 1)
    return b"".join(found)


def decode(payload: bytes, coding: Coding, progress: Progress) -> bytes | None:
    """Returns the text, None if it is damaged."""
    lines = []
    try:
        for coded in split(payload):
            lines.append(coding.decode_message(coded))
            progress(len(lines[-1]) + 1)
    except ValueError:
        return None
    return b"\n".join(lines)


def split(payload: bytes) -> Iterator[bytes]:
    """Yields each line as it is coded.

    Raises:
        ValueError: they are damaged.
    """
    at = 0
    while at < len(payload):
        found = number(payload, at)
        if found is None or found[0] + found[1] > len(payload):
            raise ValueError("the lengths of lines are damaged")
        size, start = found
        at = start + size
        yield payload[start:at]
