"""Words as Unicode has them: Standard Annex 29."""

import dataclasses

import regex

from tflm.text import scripts, tokenizer
from tflm.text.kinds.base import Splitter

_BOUNDARY = regex.compile(r"\b", regex.WORD | regex.VERSION1)
_NUMBER = regex.compile(r"\p{Nd}[\p{Nd}\p{P}]*")
_NOTHING = regex.compile(r"[\p{Z}\p{C}]*")


@dataclasses.dataclass(frozen=True)
class Unicode(Splitter):
    """Splits text where Unicode has the boundary of a word.

    White space is no word, and all numbers are one. Scripts without spaces are
    split into letters: Unicode asks for a dictionary there and gives none.
    """

    lower_case: bool
    locale: str

    def split(self, text: str) -> list[str]:
        return [
            tokenizer.NUMBER if _NUMBER.fullmatch(part) else part
            for segment in _BOUNDARY.split(tokenizer.plain(text))
            for run in scripts.runs(segment)
            for part in _parts(run)
            if not _NOTHING.fullmatch(part)
        ]

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word


def _parts(run: str) -> list[str]:
    return scripts.letters(run) if scripts.is_spaceless(run) else [run]
