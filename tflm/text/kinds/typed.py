"""Typed text, as keyboards see it: the rules of `docs/tokenizer.md`."""

import dataclasses
import functools

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter

_KEPT = 1 << 15  # Of what stands between two spaces, with its tokens.
_LONGEST = 40  # Of what is kept; no text is to fill the memory.


@dataclasses.dataclass(frozen=True)
class Typed(Splitter):
    """Splits typed text into words, punctuation, numbers, links and emoji."""

    lower_case: bool
    locale: str = ""

    def split(self, text: str) -> list[str]:
        return self.both(text)[0]

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word

    def both(self, text: str) -> tuple[list[str], list[str]]:
        """Returns what `split` does, and what `words` does.

        No token has a space in it or depends on what is beyond one, and texts
        repeat themselves: what stands between two is mostly known.
        """
        typed: list[str] = []
        words: list[str] = []
        for part in text.split(" "):
            find = _known if len(part) <= _LONGEST else _both
            tokens, lower = find(part, self.lower_case, self.locale)
            typed += tokens
            words += lower
        return typed, words


def _both(
    part: str, lower_case: bool, locale: str
) -> tuple[list[str], list[str]]:
    typed = tokenizer.split(part)
    if not lower_case:
        return typed, typed
    return typed, [tokenizer.lower(word, locale) for word in typed]


_known = functools.lru_cache(_KEPT)(_both)
