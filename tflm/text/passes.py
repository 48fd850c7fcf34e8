"""The passes over a text that put it into ids, by one process."""

import collections
import itertools
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import numpy as np

from tflm.text import display, duplicates
from tflm.text.corpus import Corpus
from tflm.text.display import Forms
from tflm.text.ids import encoded, write_ids
from tflm.text.rules import TextRules
from tflm.text.splits import Split
from tflm.text.vocabulary import Vocabulary

TO_LEARN_FROM: tuple[Split, ...] = ("train", "valid")  # Kept in ids.
_COUNTED_AT_ONCE = 1 << 16  # Words, as a count of many is faster.


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
        return corpus.sha256()

    def deduplicate(self, corpus: Corpus, kind: duplicates.Kind) -> Corpus:
        """Returns the corpus, read once for it."""
        return duplicates.without(corpus, kind, duplicates.find)

    def counts(self, corpus: Corpus, size: int) -> Mapping[str, int]:
        """Returns the counts of all words."""
        sentences = corpus.sentences("train")
        return collections.Counter(itertools.chain.from_iterable(sentences))

    def encode(
        self, corpus: Corpus, words: Vocabulary, directory: pathlib.Path
    ) -> Mapping[str, str]:
        """Writes the ids, each split read once."""
        forms: Forms = {}
        for split in TO_LEARN_FROM:
            ids = encode_lines(
                corpus.watched(split), corpus.rules, words, split, forms
            )
            write_ids(corpus, split, ids, directory / f"{split}.ids")
        return display.display(forms, words.words)


def encode_lines(
    lines: Iterable[str],
    rules: TextRules,
    words: Vocabulary,
    split: Split,
    forms: Forms,
) -> Iterator[np.ndarray]:
    """Yields the ids of the lines that have words, many at once: int32 [n].

    Args:
        lines: of a split, or of a part of it.
        rules: how they become words.
        words: which have the ids.
        split: that is read; of the training text forms are counted too.
        forms: where, if the rules make words lower case.
    """
    if split == "train" and rules.lower_case:
        sentences = _counting(lines, rules, words, forms)
    else:
        sentences = map(rules.words, lines)
    return encoded(filter(None, sentences), words.encode, words.eos)


def _counting(
    lines: Iterable[str], rules: TextRules, words: Vocabulary, forms: Forms
) -> Iterator[list[str]]:
    """Yields the words of each line, and counts how they are written."""
    typed: list[str] = []
    for line in lines:
        tokens, known = rules.both(line)
        typed += tokens[1:]
        if len(typed) > _COUNTED_AT_ONCE:
            display.count(forms, typed, rules.lower, words.ids)
            typed.clear()
        yield known
    display.count(forms, typed, rules.lower, words.ids)
