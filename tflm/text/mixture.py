"""Texts that are read as one, some more often than others."""

import itertools
import math
import pathlib
from collections.abc import Callable, Iterator, Sequence

BLOCK = 200  # Lines that stay together, so that most have those before them.

Lines = Callable[[], Iterator[str]]


def parts(name: str) -> list[tuple[str, float]]:
    """Returns the texts of `A:WEIGHT,B:WEIGHT` and how often each is read.

    A weight is 1 unless it is given. A name without a comma is one text, and
    so is that of a file which has one.

    Raises:
        ValueError: a text has no name, or a weight is not above 0.
    """
    if "," not in name or pathlib.Path(name.removeprefix("text:")).exists():
        return [(name, 1.0)]
    return [_part(name, each.strip()) for each in name.split(",")]


def _part(mixture: str, part: str) -> tuple[str, float]:
    name, _, weight = part.rpartition(":")
    try:
        times = float(weight)
    except ValueError:  # What stands after the colon is no number.
        name, times = part, 1.0
    if not name or not 0 < times < math.inf:
        raise ValueError(
            f"corpus {mixture!r}: {part!r} is no text and its weight; give "
            f"texts as in chitchat:3,irc.txt:0.5"
        )
    return name, times


def weighted(texts: Sequence[tuple[Lines, float]]) -> Iterator[str]:
    """Yields the lines of each text as often as its weight says.

    Of what is left of a weight, as of 0.5, blocks of `BLOCK` lines are read,
    spread over the text.
    """
    for lines, weight in texts:
        whole, rest = divmod(weight, 1)
        for _ in range(int(whole)):
            yield from lines()
        if rest:
            yield from share_of(lines(), rest)


def share_of(
    lines: Iterator[str], share: float, before: int = 0
) -> Iterator[str]:
    """Yields the first block, and of the others the share that is due.

    Args:
        lines: of a text, or of a part of it.
        share: of its blocks, below 1.
        before: lines of the text that come before these.
    """
    due = itertools.islice(_due(share), before // BLOCK, None)
    is_due = next(due)
    for number, line in enumerate(lines, before):
        if number > before and number % BLOCK == 0:
            is_due = next(due)
        if is_due:
            yield line


def _due(share: float) -> Iterator[bool]:
    """Yields of each block whether it is read."""
    taken = 0.0
    while True:
        is_due = taken <= 0
        yield is_due
        taken = taken + is_due - share
