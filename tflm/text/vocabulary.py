"""Words to ids and back."""

import collections
import dataclasses
import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tflm import files
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles

EOS = "<eos>"
UNK = "<unk>"


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """The words that a model knows; a word's id is its place in `words`.

    Special words are written in angle brackets, or have a role. They are read
    and predicted like others, but are never suggested to a person.

    Attributes:
        words: by id.
        roles: which of them end a sentence, stand for unknown words, or fill
            windows; None for those that are called `<eos>` and `<unk>`.

    Raises:
        ValueError: `words` repeats a word, has an empty one, one of two lines,
            or special words only.

    Examples:
        >>> words = tflm.Vocabulary.build(corpus.sentences("train"), 20)
        >>> words.encode(["the", "garden", "zebra"]), words.unk
        ([2, 6, 1], 1)
        >>> train_ids = words.encode_text(corpus.sentences("train"))
        >>> valid_ids = words.encode_text(corpus.sentences("valid"))
    """

    words: tuple[str, ...]
    roles: Roles = None  # type: ignore[assignment]  # Never after it is made.

    def __post_init__(self) -> None:
        roles = self.roles or Roles.by_name(self.words)
        object.__setattr__(self, "roles", roles.among(self.words))
        known = self.roles
        named = (*known.special, *known.spellings.values())
        if max(named, default=0) >= max(1, len(self.words)):
            raise ValueError(
                f"a vocabulary of {len(self.words)} words has none with id "
                f"{max(named)}"
            )
        for word, count in collections.Counter(self.words).items():
            if count > 1:
                raise ValueError(f"vocabulary has {word!r} {count} times")
            if not word or "\n" in word:
                raise ValueError(f"vocabulary has {word!r}, which is no word")
        if len(self.special_ids) == len(self.words):
            raise ValueError("vocabulary has special words only: add a word")

    @staticmethod
    def build(
        sentences: Iterable[Sequence[str]],
        size: int,
        special: Sequence[str] = (EOS, UNK),
    ) -> "Vocabulary":
        """Returns the special words and the commonest others, at most `size`.

        Equally common words are taken in alphabetical order, so that the same
        corpus always gives the same vocabulary. Where the text has fewer than
        `size` different words and no `<unk>`, those that stand in it once are
        left out: what `<unk>` stands for must be learned from some words.

        Args:
            sentences: words of each sentence.
            size: the most words, special ones included.
            special: special words, which come first.

        Raises:
            ValueError: `size` leaves no place beside the special words, or
                `sentences` have no other.
        """
        counts: collections.Counter[str] = collections.Counter()
        for sentence in sentences:
            counts.update(sentence)
        return Vocabulary.of_counts(counts, size, special)

    @staticmethod
    def of_counts(
        counts: Mapping[str, float], size: int, special: Sequence[str]
    ) -> "Vocabulary":
        """Returns the same of words that were counted, as `build` does.

        Raises:
            ValueError: as of `build`.
        """
        if size <= len(special):
            raise ValueError(
                f"a vocabulary of {size} words has no place for others than "
                f"{', '.join(special)}; ask for more than {len(special)}"
            )
        found = [word for word in counts if word not in special]
        if not found:
            raise ValueError("there are no words in the text: give it more")
        if len(found) + len(special) < size and UNK not in counts:
            found = [word for word in found if counts[word] > 1] or found
        found.sort(key=lambda word: (-counts[word], word))
        return Vocabulary((*special, *found[: size - len(special)]))

    @staticmethod
    def load(path: files.Path, roles: Roles | None = None) -> "Vocabulary":
        """Reads a vocabulary that `save` wrote; `WordFile` reads others.

        Args:
            path: of the file.
            roles: of its words; None for those that their names tell.

        Raises:
            OSError: there is no such file.
            ValueError: the file is not UTF-8 or not a vocabulary.
        """
        text = files.read_text(path)
        try:
            lines = text.removesuffix("\n").split("\n")
            if roles is None:
                check_lines(lines)
            return Vocabulary(tuple(lines), roles or Roles.by_name(lines))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    def __len__(self) -> int:
        return len(self.words)

    @property
    def protocol(self) -> Protocol:
        """How a model with these words is used, where nothing else says it."""
        return Protocol.after(self.eos, self.roles.padding)

    def padded_with(self, padding: int | None) -> "Vocabulary":
        """Returns the same words, of which one fills windows."""
        roles = dataclasses.replace(self.roles, padding=padding)
        return Vocabulary(self.words, roles)

    @functools.cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word; what fills windows is none."""
        ids = {word: word_id for word_id, word in enumerate(self.words)}
        if self.roles.padding is not None:
            del ids[self.words[self.roles.padding]]
        return ids

    @property
    def eos(self) -> int | None:
        """Id of the word that ends a sentence, None if there is none."""
        return self.roles.eos

    @property
    def unk(self) -> int | None:
        """Id of any word that is not here, None if there is none."""
        return self.roles.unk

    @property
    def special_ids(self) -> tuple[int, ...]:
        """Ids of the words that are never suggested, in order."""
        return self.roles.special

    def id_of(self, word: str) -> int | None:
        """Returns the id that a word is read as, None if it is skipped.

        A word that is not here is read as the one that it is a spelling of,
        else as the one that stands for all such, and skipped where there is
        none.
        """
        found = self.ids.get(word)
        return (
            self.roles.spellings.get(word, self.unk) if found is None else found
        )

    def knows(self, word: str) -> bool:
        """Tells whether a word is here, or is another spelling of one."""
        return word in self.ids or word in self.roles.spellings

    def encode(self, words: Iterable[str]) -> list[int]:
        """Returns the ids of `words`, but for those that are skipped."""
        known = self.ids.get  # Most are here: `id_of` would be slower.
        ids = [
            self.id_of(word) if (found := known(word)) is None else found
            for word in words
        ]
        return [word_id for word_id in ids if word_id is not None]

    def encode_text(self, sentences: Iterable[Sequence[str]]) -> np.ndarray:
        """Returns the ids of a text, int32 [n], each sentence with its end."""
        end = [] if self.eos is None else [self.eos]
        ids = [[*self.encode(sentence), *end] for sentence in sentences]
        return np.array([*itertools.chain(*ids)], np.int32)

    def save(self, path: files.Path) -> None:
        """Writes one word a line, in UTF-8, atomically.

        Raises:
            OSError: the directory is missing, full or read-only.
        """
        files.write(path, self.lines())

    def lines(self) -> str:
        """Returns the text of a vocabulary file: one word a line."""
        return "".join(f"{word}\n" for word in self.words)


def check_lines(lines: Sequence[str]) -> None:
    """Proves that each line of a list is one word.

    Raises:
        ValueError: one is not; says which.
    """
    for number, line in enumerate(lines, 1):
        if line.split() != [line]:
            raise ValueError(
                f"line {number} has {line[:60]!r}, which is no word"
            )
