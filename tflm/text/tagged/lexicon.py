"""Words, their suffixes and labels to ids: what a tagger knows by name."""

import collections
import dataclasses
import functools
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np

from tflm import files
from tflm.text import case
from tflm.text.kinds import marked
from tflm.text.roles import Roles
from tflm.text.rules import TextRules
from tflm.text.tagged.sentence import TaggedSentence
from tflm.text.vocabulary import UNK, Vocabulary

WORDS, LABELS, SUFFIXES = "vocabulary.txt", "labels.txt", "suffixes.txt"
PAD = "<pad>"
_SPECIAL = (PAD, UNK)
UNKNOWN = 1
_ROLES = Roles(unk=UNKNOWN, padding=0)
_RARE = 2  # Endings that occur less often are unknown.


@dataclasses.dataclass(frozen=True)
class Lexicon:
    """The words, suffixes and labels of a tagger, each by its id.

    A word is known by its lower-case form, whose digits are all one. Its
    suffix says something of words that are not known: whether it begins with
    a capital, and its last letters.

    Attributes:
        words: `<pad>`, `<unk>` and the forms.
        labels: by id.
        suffixes: `<pad>`, `<unk>` and the suffixes; None if none are read.
        letters: how many a suffix has.
    """

    words: Vocabulary
    labels: tuple[str, ...]
    suffixes: Vocabulary | None = None
    letters: int = 3

    @staticmethod
    def build(
        sentences: Iterable[TaggedSentence], size: int, letters: int = 3
    ) -> "Lexicon":
        """Returns that of a training text.

        Args:
            sentences: of the text.
            size: the most words, special ones included.
            letters: of a suffix; 0 for no suffixes.

        Raises:
            ValueError: the text has no words, or one label only.
        """
        sentences = [*sentences]
        forms = [[*map(form, each.words)] for each in sentences]
        suffixes = None
        if letters:
            suffixes = _suffixes(sentences, letters)
        labels = collections.Counter(
            label for each in sentences for label in each.labels
        )
        if len(labels) < 2:
            raise ValueError(
                f"the training text has the labels {', '.join(labels) or '-'} "
                f"only: a tagger needs two to choose from"
            )
        words = Vocabulary.build(forms, size, _SPECIAL)
        by_count = sorted(labels, key=lambda label: (-labels[label], label))
        return Lexicon(
            Vocabulary(words.words, _ROLES), tuple(by_count), suffixes, letters
        )

    @staticmethod
    def load(directory: files.Path, letters: int) -> "Lexicon":
        """Reads what `save` wrote.

        Args:
            directory: where it is.
            letters: of a suffix; 0 for none.

        Raises:
            ValueError: a file is missing or damaged.
        """
        place = pathlib.Path(directory)
        try:
            labels = files.read_text(place / LABELS).splitlines()
        except OSError as error:
            raise ValueError(f"{place / LABELS}: {error}") from None
        suffixes = None
        if letters:
            suffixes = Vocabulary.load(place / SUFFIXES, _ROLES)
        words = Vocabulary.load(place / WORDS, _ROLES)
        return Lexicon(words, tuple(labels), suffixes, letters)

    def save(self, directory: files.Path) -> None:
        """Writes `vocabulary.txt`, `labels.txt` and `suffixes.txt`.

        The last only if suffixes are read.
        """
        place = pathlib.Path(directory)
        self.words.save(place / WORDS)
        files.write(place / LABELS, "".join(f"{x}\n" for x in self.labels))
        if self.suffixes is not None:
            self.suffixes.save(place / SUFFIXES)

    @property
    def columns(self) -> int:
        """How many ids a word has."""
        return 1 if self.suffixes is None else 2

    @property
    def rules(self) -> TextRules:
        """How text that is typed becomes words like those of its text."""
        options = marked.options(self.words.words)
        return TextRules("marked", lower_case=False, options=options)

    def encode(self, words: Sequence[str]) -> np.ndarray:
        """Returns the ids of words, and of their suffixes: int32 [n, columns].

        Those that are not known are `UNKNOWN`.
        """
        found = [[self.words.ids.get(form(word), UNKNOWN) for word in words]]
        if self.suffixes is not None:
            of = self.suffixes.ids
            found.append(
                [of.get(suffix(w, self.letters), UNKNOWN) for w in words]
            )
        return np.array(found, np.int32).T

    def label_ids(self, labels: Sequence[str]) -> np.ndarray:
        """Returns the ids of labels, int32 [n]; -1 for those not known."""
        return np.array([self._places.get(x, -1) for x in labels], np.int32)

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {label: place for place, label in enumerate(self.labels)}


def form(word: str) -> str:
    """Returns what a word is known by: of Boeing "boeing", of 747 "000"."""
    lower = case.lower(word, "")
    return "".join("0" if c in "0123456789" else c for c in lower)


def suffix(word: str, letters: int) -> str:
    """Returns how a word begins and ends: "-ing" of going, "Bing" of Boeing.

    The first character is `A` of a word in capitals alone, `B` of one that
    begins with one, `-` of others.
    """
    first = "-"
    if word[:1].isupper():
        is_all = len(word) > 1 and all(c.isupper() for c in word)
        first = "A" if is_all else "B"
    return first + form(word)[-letters:]


def _suffixes(sentences: Sequence[TaggedSentence], letters: int) -> Vocabulary:
    counts = collections.Counter(
        suffix(word, letters) for each in sentences for word in each.words
    )
    found = [name for name, count in counts.items() if count >= _RARE]
    found.sort(key=lambda name: (-counts[name], name))
    return Vocabulary((*_SPECIAL, *found), _ROLES)
