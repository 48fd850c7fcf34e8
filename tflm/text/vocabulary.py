"""Words to ids and back."""

import collections
import dataclasses
import functools
import itertools
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np

from tflm import files

EOS = "<eos>"  # Ends a sentence, and so is read before the next one.
UNK = "<unk>"  # Stands for every word that is not in the vocabulary.


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """The words that a model knows; a word's id is its place in `words`.

    Special words are written in angle brackets. They are read and predicted
    like others, but are never suggested to a person.

    Raises:
        ValueError: `words` repeats a word, has an empty one, one with white
            space, lacks `<eos>` or `<unk>`, or has special words only.

    Examples:
        >>> words = tflm.Vocabulary.build(corpus.sentences("train"), 20)
        >>> words.encode(["the", "garden", "zebra"]), words.unk
        ([2, 6, 1], 1)
        >>> train_ids = words.encode_text(corpus.sentences("train"))
        >>> valid_ids = words.encode_text(corpus.sentences("valid"))
    """

    words: tuple[str, ...]

    def __post_init__(self):
        for word in (EOS, UNK):
            if word not in self.words:
                raise ValueError(f"vocabulary lacks {word}: add it as a line")
        for word, count in collections.Counter(self.words).items():
            if count > 1:
                raise ValueError(f"vocabulary has {word!r} {count} times")
            if word.split() != [word]:
                raise ValueError(f"vocabulary has {word!r}, which is no word")
        if all(map(is_special, self.words)):
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
        if size <= len(special):
            raise ValueError(
                f"a vocabulary of {size} words has no place for others than "
                f"{', '.join(special)}; ask for more than {len(special)}"
            )
        counts: collections.Counter[str] = collections.Counter()
        for sentence in sentences:
            counts.update(sentence)
        found = [word for word in counts if word not in special]
        if not found:
            raise ValueError("there are no words in the text: give it more")
        if len(found) + len(special) < size and UNK not in counts:
            found = [word for word in found if counts[word] > 1] or found
        found.sort(key=lambda word: (-counts[word], word))
        return Vocabulary((*special, *found[: size - len(special)]))

    @staticmethod
    def load(path: files.Path) -> "Vocabulary":
        """Reads a vocabulary that `save` wrote.

        Raises:
            OSError: there is no such file.
            ValueError: the file is not UTF-8 or not a vocabulary.
        """
        try:
            text = pathlib.Path(path).read_bytes().decode()
            return Vocabulary(tuple(text.removesuffix("\n").split("\n")))
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path} is not UTF-8 text: {error.reason}"
            ) from None
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    def __len__(self) -> int:
        return len(self.words)

    @functools.cached_property
    def ids(self) -> dict[str, int]:
        """The id of each word."""
        return {word: word_id for word_id, word in enumerate(self.words)}

    @property
    def eos(self) -> int:
        """Id of `<eos>`, the end of a sentence."""
        return self.ids[EOS]

    @property
    def unk(self) -> int:
        """Id of `<unk>`, any word that is not here."""
        return self.ids[UNK]

    @functools.cached_property
    def special_ids(self) -> tuple[int, ...]:
        """Ids of the words that are never suggested."""
        return tuple(i for i, w in enumerate(self.words) if is_special(w))

    def encode(self, words: Iterable[str]) -> list[int]:
        """Returns the ids of `words`, `<unk>`'s for a word not in it."""
        ids, unk = self.ids, self.unk
        return [ids.get(word, unk) for word in words]

    def encode_text(self, sentences: Iterable[Sequence[str]]) -> np.ndarray:
        """Returns the ids of a text, int32 [n], `<eos>` after each sentence."""
        ids = [[*self.encode(sentence), self.eos] for sentence in sentences]
        return np.array([*itertools.chain(*ids)], np.int32)

    def save(self, path: files.Path) -> None:
        """Writes one word a line, in UTF-8, atomically.

        Raises:
            OSError: the directory is missing, full or read-only.
        """
        files.write(path, "".join(f"{word}\n" for word in self.words))


def is_special(word: str) -> bool:
    """Tells whether `word` is a special word, such as `<number>`."""
    return len(word) > 2 and word[0] == "<" and word[-1] == ">"
