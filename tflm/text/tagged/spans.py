"""Spans that labels say: an artist from this word to that one.

`O` is a word of no span. Any other label is a letter and the kind of the span,
as `B-artist`: `B` begins a span, `I` goes on with it, `E` (or `L`) ends it and
`S` (or `U`) is all of it. IOB1 begins with `I` and keeps `B` for spans of one
kind that touch; IOB2, which is also called BIO, begins with `B`.

All of them are read by the one rule of conlleval, the program that scores
CoNLL's shared tasks: what does not go on with a span begins one, so that no
sequence of labels is wrong (Tjong Kim Sang and
Buchholz, 2000).
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

OUTSIDE = "O"

_LABEL = re.compile("O|[BIESLUM](-.*)?")
_SAME = {"L": "E", "U": "S", "M": "I"}  # As BILOU and BMES call them.


class Span(NamedTuple):
    """The words from `start` to before `end`, and what they are."""

    kind: str
    start: int
    end: int


def has_spans(labels: Iterable[str]) -> bool:
    """Tells labels of spans from those of words, as parts of speech are."""
    kinds = set(labels) - {OUTSIDE}
    return bool(kinds) and all(map(is_of_span, kinds))


def is_of_span(label: str) -> bool:
    """Tells whether a label is `O` or has the letter of a place in a span."""
    return _LABEL.fullmatch(label) is not None


def parts(label: str) -> tuple[str, str]:
    """Returns the letter of a label, one of `BIESO`, and its span's kind."""
    letter, _, kind = label.partition("-")
    return _SAME.get(letter, letter), kind


def begins(before: str, label: str) -> bool:
    """Tells whether `label` begins a span where it comes after `before`."""
    letter, kind = parts(label)
    last, last_kind = parts(before)
    return letter != OUTSIDE and (
        letter in ("B", "S") or last in (OUTSIDE, "E", "S") or kind != last_kind
    )


def spans(labels: Sequence[str]) -> Iterator[Span]:
    """Yields the spans of a sentence, from left to right, as conlleval does.

    Examples:
        >>> [*spans(["O", "B-city", "I-city", "I-day"])]
        [Span('city', 1, 3), Span('day', 3, 4)]
    """
    start: int | None = None
    pairs = itertools.pairwise([OUTSIDE, *labels, OUTSIDE])
    for place, (before, label) in enumerate(pairs):
        is_new = begins(before, label)
        if start is not None and (is_new or parts(label)[0] == OUTSIDE):
            yield Span(parts(before)[1], start, place)
            start = None
        if is_new:
            start = place
