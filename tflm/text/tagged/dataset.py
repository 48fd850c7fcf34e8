"""A tagged corpus in ids."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from absl import logging

from tflm.text.dataset import Origin
from tflm.text.tagged import check
from tflm.text.tagged.corpus import TaggedCorpus, load_tagged
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.sentence import TaggedSentence
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Labelled:
    """A sentence in ids.

    Attributes:
        ids: of its words and their suffixes, int32 [n, columns].
        labels: of each word, int32 [n]; -1 for one that the tagger has not.
    """

    ids: np.ndarray
    labels: np.ndarray


@dataclasses.dataclass(frozen=True)
class TaggedText:
    """A corpus in the ids of a lexicon.

    Attributes:
        corpus: the text itself.
        lexicon: whose ids these are.
        train: sentences of the training split.
        valid: of the validation split.
        origin: what a model that is trained on it was made from.

    Raises:
        ValueError: there is no sentence to train or to validate on, or no
            label that the lexicon has to train on.
    """

    corpus: TaggedCorpus
    lexicon: Lexicon
    train: list[Labelled]
    valid: list[Labelled]
    origin: Origin

    def __post_init__(self) -> None:
        if not self.train or not self.valid:
            raise ValueError(
                f"corpus {self.corpus.name!r} has {len(self.train)} sentences "
                f"to train on and {len(self.valid)} to validate on: give more"
            )
        if not any((each.labels >= 0).any() for each in self.train):
            known = ", ".join(self.lexicon.labels[:3])
            raise ValueError(
                f"corpus {self.corpus.name!r} has none of the tagger's labels "
                f"({known}, ...) to train on: give a text that has them"
            )

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the lexicon."""
        return self.lexicon.words


def prepare_tagged(
    name: str,
    size: int = 10_000,
    letters: int = 3,
    lexicon: Lexicon | None = None,
) -> TaggedText:
    """Returns the corpus `name` in ids.

    Args:
        name: as `load_tagged` takes it.
        size: the most words of a lexicon that is built.
        letters: of a suffix, likewise; 0 for no suffixes.
        lexicon: where there is one already.

    Raises:
        ValueError: the corpus is missing, bad or too short, or of other labels.

    Examples:
        >>> labelled = tflm.prepare_tagged("conll:trips.txt")
        >>> labelled.lexicon.labels
        ('O', 'B-from', 'B-to')
    """
    corpus = load_tagged(name)
    for line in check.warnings(corpus, "train"):
        logging.warning("%s", line)
    train = [*corpus.sentences("train")]
    if lexicon is None:
        lexicon = Lexicon.build(train, size, letters)
    valid = encode(corpus.sentences("valid"), lexicon)
    unknown = sum(int(np.sum(each.labels < 0)) for each in valid)
    if unknown:
        logging.warning(
            "%d words of the validation text have labels that the training "
            "text has not: they count as errors",
            unknown,
        )
    return TaggedText(
        corpus,
        lexicon,
        encode(train, lexicon),
        valid,
        Origin(
            corpus=name,
            corpus_sha256=corpus.sha256(),
            rules=lexicon.rules,
        ),
    )


def encode(
    sentences: Iterable[TaggedSentence], lexicon: Lexicon
) -> list[Labelled]:
    """Returns sentences in ids."""
    return [
        Labelled(lexicon.encode(each.words), lexicon.label_ids(each.labels))
        for each in sentences
    ]
