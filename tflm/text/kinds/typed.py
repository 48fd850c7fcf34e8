"""Typed text, as keyboards see it: the rules of `docs/tokenizer.md`."""

import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import TypeVar

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter

_KEPT = 1 << 17  # Of what stands between two spaces, and of words.
_LONGEST = 40  # Of what is kept; no text is to fill the memory.

_Answer = TypeVar("_Answer")


@dataclasses.dataclass(frozen=True)
class Typed(Splitter):
    """Splits typed text into words, punctuation, numbers, links and emoji.

    No token has a space in it or depends on what is beyond one, and texts
    repeat themselves: what stands between two is mostly known.
    """

    lower_case: bool
    locale: str = ""

    def split(self, text: str) -> list[str]:
        parts = map(_parts().__getitem__, text.split(" "))
        return [*itertools.chain.from_iterable(parts)]

    def lower(self, word: str) -> str:
        return _lower(self.locale)[word] if self.lower_case else word

    def both(self, text: str) -> tuple[list[str], list[str]]:
        typed = self.split(text)
        if not self.lower_case:
            return typed, typed
        return typed, [*map(_lower(self.locale).__getitem__, typed)]


class _Known(dict[str, _Answer]):
    """What was found for texts; all is forgotten when there is much of it.

    Args:
        find: gives what is not here.
    """

    def __init__(self, find: Callable[[str], _Answer]):
        self._find = find

    def __missing__(self, text: str) -> _Answer:
        found = self._find(text)
        if len(text) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[text] = found
        return found


@functools.cache
def _parts() -> _Known[list[str]]:
    """Returns the tokens of what stands between two spaces."""
    return _Known(_split)


def _split(part: str) -> list[str]:
    is_word = part.isascii() and part.isalnum() and part[0].isalpha()
    return [part] if is_word else tokenizer.split(part)


@functools.cache
def _lower(locale: str) -> _Known[str]:
    """Returns tokens in lower case."""
    return _Known(functools.partial(tokenizer.lower, locale=locale))
