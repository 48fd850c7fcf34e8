"""A sentence whose words have labels."""

import pathlib
from typing import NamedTuple


class TaggedSentence(NamedTuple):
    """The words of a sentence, and as many labels."""

    words: tuple[str, ...]
    labels: tuple[str, ...]


class Located(NamedTuple):
    """A sentence and where it was read: its file, and each word's line."""

    sentence: TaggedSentence
    path: pathlib.Path
    lines: tuple[int, ...]

    def place(self, word: int) -> str:
        """Returns where a word stands, as one says it."""
        return f"{self.path}, line {self.lines[word]}"
