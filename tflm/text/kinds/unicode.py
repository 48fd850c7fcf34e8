"""Words as Unicode has them: Standard Annex 29."""

import dataclasses

import regex

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter

_BOUNDARY = regex.compile(r"\b", regex.WORD | regex.VERSION1)
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd}\p{P}]*")
_NOTHING = regex.compile(r"[\p{Z}\p{C}]*")


@dataclasses.dataclass(frozen=True)
class Unicode(Splitter):
    """Splits text where Unicode has the boundary of a word.

    White space is no word, and all numbers are one.
    """

    lower_case: bool
    locale: str

    def split(self, text: str) -> list[str]:
        return [
            tokenizer.NUMBER if _NUMBER.fullmatch(segment) else segment
            for segment in _BOUNDARY.split(tokenizer.plain(text))
            if not _NOTHING.fullmatch(segment)
        ]

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word
