"""Text whose words are parted by white space already."""

import dataclasses

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter


@dataclasses.dataclass(frozen=True)
class WhiteSpace(Splitter):
    """Splits text at white space."""

    lower_case: bool
    locale: str = ""

    def split(self, text: str) -> list[str]:
        return text.split()

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word
