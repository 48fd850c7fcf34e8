"""Typed text of scripts without spaces, by a list of words."""

import dataclasses
import functools
from collections.abc import Sequence

from tflm.text import scripts, tokenizer
from tflm.text.kinds.base import Splitter


@dataclasses.dataclass(frozen=True)
class Segmented(Splitter):
    """Splits typed text, and runs of letters without spaces further.

    At each place of a run the longest of the words that the run goes on with
    is taken, else a letter. So no dictionary is needed where text is typed:
    the list is part of the model. Without words there are letters alone.

    Attributes:
        lower_case: whether letters that have a case lose it.
        locale: BCP 47 tag, whose case that is.
        lexicon: the words of scripts without spaces.
    """

    lower_case: bool
    locale: str
    lexicon: Sequence[str] = ()

    def split(self, text: str) -> list[str]:
        return [
            part
            for token in tokenizer.split(text)
            for part in self._parts(token)
        ]

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word

    def is_open(self, text: str) -> bool:
        return super().is_open(text) and not scripts.is_typed_whole(text)

    def join(self, words: Sequence[str]) -> str:
        """Returns the text; a space parts words that both may have one."""
        text = ""
        for word in words:
            is_close = scripts.is_spaceless(word) or scripts.is_spaceless(
                text[-1:]
            )
            text += word if is_close or not text else f" {word}"
        return text

    def _parts(self, token: str) -> list[str]:
        if not tokenizer.is_word(token):
            return [token]
        return [
            part
            for run in scripts.runs(token)
            for part in (
                self._words(run) if scripts.is_spaceless(run) else [run]
            )
        ]

    def _words(self, run: str) -> list[str]:
        letters, found, start = scripts.letters(run), [], 0
        while start < len(letters):
            for end in range(
                min(start + self._longest, len(letters)), start, -1
            ):
                word = "".join(letters[start:end])
                if end == start + 1 or word in self._lexicon:
                    found.append(word)
                    start = end
                    break
        return found

    @functools.cached_property
    def _lexicon(self) -> frozenset[str]:
        return frozenset(self.lexicon)

    @functools.cached_property
    def _longest(self) -> int:
        """Letters of the longest word."""
        sizes = (len(scripts.letters(word)) for word in self._lexicon)
        return max(sizes, default=1)
