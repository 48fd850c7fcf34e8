"""Typed text, as keyboards see it: the rules of `docs/tokenizer.md`."""

import dataclasses

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter


@dataclasses.dataclass(frozen=True)
class Typed(Splitter):
    """Splits typed text into words, punctuation, numbers, links and emoji."""

    lower_case: bool
    locale: str = ""

    def split(self, text: str) -> list[str]:
        return tokenizer.split(text)

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word
