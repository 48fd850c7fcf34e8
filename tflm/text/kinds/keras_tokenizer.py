"""Text as `Tokenizer` of Keras splits it."""

import dataclasses
from collections.abc import Sequence

from tflm.text.kinds.base import Splitter


@dataclasses.dataclass(frozen=True)
class KerasTokenizer(Splitter):
    """Puts text into lower case, filters it, and splits it.

    Attributes:
        lower_case: whether all of a text is put into lower case first.
        filters: characters that part words, as `separator` does.
        separator: parts words.
        by_character: whether each character is a word, and none is filtered.
    """

    lower_case: bool
    filters: str
    separator: str
    by_character: bool

    @property
    def by_piece(self) -> bool:
        return self.by_character

    def split(self, text: str) -> list[str]:
        if self.by_character:
            return [*text]
        blank = str.maketrans(dict.fromkeys(self.filters, self.separator))
        found = text.translate(blank).split(self.separator)
        return [word for word in found if word]

    def lower(self, word: str) -> str:
        return word.lower() if self.lower_case else word

    def both(self, text: str) -> tuple[list[str], list[str]]:
        return self.split(text), self.split(self.lower(text))

    def is_open(self, text: str) -> bool:
        if self.by_character or not text:
            return False
        return text[-1] not in self.filters and not text.endswith(
            self.separator
        )

    def join(self, words: Sequence[str]) -> str:
        return ("" if self.by_character else self.separator).join(words)
