"""What every way to split text does."""

import abc
from collections.abc import Sequence


class Splitter(abc.ABC):
    """Splits text into the words that a model reads.

    A kind gives `split`, and what else it does in its own way.
    """

    @property
    def by_piece(self) -> bool:
        """Whether a word of people may be several of the model's."""
        return False

    @abc.abstractmethod
    def split(self, text: str) -> list[str]:
        """Returns the words of `text` in the case in which they were typed."""

    def lower(self, word: str) -> str:
        """Returns a word that `split` gave as the model knows it."""
        return word

    def words(self, text: str) -> list[str]:
        """Returns the words of `text` as the model knows them."""
        return self.both(text)[1]

    def both(self, text: str) -> tuple[list[str], list[str]]:
        """Returns what `split` does, and what `words` does."""
        typed = self.split(text)
        return typed, [self.lower(word) for word in typed]

    def is_open(self, text: str) -> bool:
        """Tells whether the last word of `text` may still be being typed."""
        return text != "" and not text[-1].isspace()

    def join(self, words: Sequence[str]) -> str:
        """Returns words as a text that has them, as people would write it."""
        return " ".join(words)
