"""The passes over a text that put it into ids, by one process."""

import collections
import pathlib
from collections.abc import Mapping
from typing import Protocol

from tflm.text import display, duplicates, storage
from tflm.text.corpus import Corpus
from tflm.text.ids import write_ids
from tflm.text.splits import Split
from tflm.text.vocabulary import Vocabulary

TO_LEARN_FROM: tuple[Split, ...] = ("train", "valid")  # Kept in ids.


class Passes(Protocol):
    """How a text is read; whoever reads it, the bytes are the same."""

    def sha256(self, corpus: Corpus) -> str:
        """Returns `corpus.sha256()`."""

    def deduplicate(self, corpus: Corpus, kind: duplicates.Kind) -> Corpus:
        """Returns the corpus without lines that it has twice."""

    def counts(self, corpus: Corpus, size: int) -> Mapping[str, int]:
        """Returns how often training text has a word, of the commonest.

        These are at least `size`, in order of how common they are and then of
        the alphabet; or all of them, where there are fewer.
        """

    def encode(
        self, corpus: Corpus, words: Vocabulary, directory: pathlib.Path
    ) -> Mapping[str, str]:
        """Writes the ids of two splits; returns how words are written.

        The files are `train.ids` and `valid.ids`. What is returned is of the
        training text, as `display.display` has it, and empty where the model
        keeps the case of its words.

        Raises:
            ValueError: a split has no words.
        """


class OneProcess:
    """Reads a text from its beginning to its end; see `Passes`."""

    def sha256(self, corpus: Corpus) -> str:
        """Returns the SHA-256."""
        return corpus.sha256(map(storage.sha256, corpus.paths))

    def deduplicate(self, corpus: Corpus, kind: duplicates.Kind) -> Corpus:
        """Returns the corpus, read once for it."""
        return duplicates.without(corpus, kind, duplicates.find)

    def counts(self, corpus: Corpus, size: int) -> Mapping[str, int]:
        """Returns the counts of all words."""
        found: collections.Counter[str] = collections.Counter()
        for sentence in corpus.sentences("train"):
            found.update(sentence)
        return found

    def encode(
        self, corpus: Corpus, words: Vocabulary, directory: pathlib.Path
    ) -> Mapping[str, str]:
        """Writes the ids, and reads the training text once more."""
        for split in TO_LEARN_FROM:
            path = directory / f"{split}.ids"
            write_ids(corpus, split, words.encode, words.eos, path)
        if not corpus.rules.lower_case:
            return {}
        lines = corpus.watched("train")
        forms = display.forms(lines, corpus.rules, words.ids)
        return display.display(forms, words.words)
