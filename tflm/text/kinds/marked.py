"""Words as those who annotate text write them: marks apart, numbers whole."""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import regex

from tflm.text import tokenizer
from tflm.text.kinds.base import Splitter

_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]")
_STOPS = {".", "?", "!", "。", "।"}


@dataclasses.dataclass(frozen=True)
class Marked(Splitter):
    """Splits text at white space, and marks off the ends of what is there.

    What stays between the marks is whole: 7:30, e-mail, U.S. without its last
    point. A run of one mark is one word.

    Attributes:
        ends: of words that are words of their own, in lower case and with
            their apostrophe: with "n't", "don't" is "do" and "n't".
        beginnings: likewise: with "l'", "l'avion" is "l'" and "avion".
        marks: those that are words; others are left out. None for all.
    """

    lower_case: bool
    locale: str = ""
    ends: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    marks: tuple[str, ...] | None = None

    def split(self, text: str) -> list[str]:
        return [
            word
            for part in tokenizer.plain(text).split()
            for word in self._words(part)
        ]

    def lower(self, word: str) -> str:
        return tokenizer.lower(word, self.locale) if self.lower_case else word

    def _words(self, part: str) -> Iterator[str]:
        places = [m.start() for m in _WORD.finditer(part)]
        if not places:
            yield from self._runs(part)
            return
        first, after = places[0], places[-1] + 1
        # What has its apostrophe outside keeps it where nothing else is.
        if part[:after].lower() in self.ends:
            first = 0
        if part[first : after + 1].lower() in self.beginnings:
            after += 1
        yield from self._runs(part[:first])
        yield from self._parts(part[first:after])
        yield from self._runs(part[after:])

    def _runs(self, marks: str) -> Iterator[str]:
        for _, same in itertools.groupby(marks):
            run = "".join(same)
            if self.marks is None or run in self.marks:
                yield run

    def _parts(self, word: str) -> Iterator[str]:
        """Yields the beginning, what is between, and the end of a word."""
        start = self._cut(word, self.beginnings, str.startswith)
        end = len(word) - self._cut(word[start:], self.ends, str.endswith)
        yield from filter(None, [word[:start], word[start:end], word[end:]])

    def _cut(
        self,
        word: str,
        clitics: Sequence[str],
        has: Callable[[str, str], bool],
    ) -> int:
        """Returns how long the clitic of a word is, the first that fits."""
        lower = word.lower()
        for clitic in clitics:
            if has(lower, clitic) and len(lower) > len(clitic):
                return len(clitic)
        return 0


def options(words: Iterable[str]) -> dict[str, list[str]]:
    """Returns the options of a text that is split already, by its words.

    Those that end with an apostrophe are beginnings; those that begin with
    one are ends, and "n't". The longer come first. A text that ends no
    sentence with a mark has others as words at most.
    """
    words = {*words}
    found: dict[str, list[str]] = {"ends": [], "beginnings": []}
    if not words & _STOPS:
        found["marks"] = sorted(x for x in words if not _WORD.search(x))
    for word in sorted(words, key=lambda word: (-len(word), word)):
        letters = word.strip("'")
        if word.lower() != word:
            continue
        if word == "n't" or (letters.isalpha() and word == f"'{letters}"):
            found["ends"].append(word)
        elif letters.isalpha() and word == f"{letters}'":
            found["beginnings"].append(word)
    return found
