"""Text as the layer `TextVectorization` of Keras splits it."""

import dataclasses
import re
import string
from collections.abc import Sequence
from typing import Literal

from tflm.text.kinds.base import Splitter

Split = Literal["whitespace", "character"] | None

# It lowers and parts by ASCII alone: `É` stays, and so do other spaces.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SPACE = re.compile("[ \\t-\\r]")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclasses.dataclass(frozen=True)
class TextVectorization(Splitter):
    """Puts text into lower case, strips its punctuation, and splits it.

    Attributes:
        lower_case: whether letters of ASCII are put into lower case.
        strips_punctuation: whether that of ASCII is left out, so that "don't"
            is "dont".
        at: where text is split; None for nowhere.
    """

    lower_case: bool
    strips_punctuation: bool
    at: Split

    def split(self, text: str) -> list[str]:
        if self.strips_punctuation:
            text = text.translate(_PUNCTUATION)
        if self.at == "character":
            return [*text]
        parts = [text] if self.at is None else _SPACE.split(text)
        return [word for word in parts if word]

    def lower(self, word: str) -> str:
        return word.translate(_LOWER) if self.lower_case else word

    def is_open(self, text: str) -> bool:
        last = _SPACE.split(text)[-1]  # All of which may be stripped.
        return self.at == "whitespace" and bool(self.split(last))

    def join(self, words: Sequence[str]) -> str:
        return ("" if self.at == "character" else " ").join(words)
