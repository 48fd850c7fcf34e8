"""What a corpus holds: words, known words, and what repeats across splits."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from tflm.text.corpus import Corpus


@dataclasses.dataclass(frozen=True)
class Statistics:
    """What a split holds, and how much of it a vocabulary covers.

    Attributes:
        sentences: how many have words.
        tokens: words of all of them, without `<eos>`.
        distinct_words: how many of these differ.
        known_share: share of the tokens that the vocabulary has, 0 to 1.
    """

    sentences: int
    tokens: int
    distinct_words: int
    known_share: float


def statistics(
    sentences: Iterable[Sequence[str]], known: Callable[[str], bool]
) -> Statistics:
    """Counts sentences, tokens, words, and known tokens.

    Args:
        sentences: words of each sentence.
        known: tells whether a vocabulary has a word.
    """
    lines = tokens = covered = 0
    distinct: set[str] = set()
    for sentence in sentences:
        lines += 1
        tokens += len(sentence)
        covered += sum(map(known, sentence))
        distinct.update(sentence)
    return Statistics(lines, tokens, len(distinct), covered / max(tokens, 1))


@dataclasses.dataclass(frozen=True)
class Repeated:
    """What of the test split stands word for word in the training split.

    Attributes:
        sentences: how many sentences do.
        sentence_share: share of the test split's sentences, 0 to 1.
        token_share: share of its tokens, 0 to 1.
    """

    sentences: int
    sentence_share: float
    token_share: float


def repeated(text: Corpus) -> Repeated:
    """Counts the sentences of `test` that are in `train` too.

    A text file's never are, as its splits go by content; those of whole
    conversations are where people say the same ("how are you").
    """
    seen = {hash(tuple(sentence)) for sentence in text.sentences("train")}
    sizes = [
        (len(sentence), hash(tuple(sentence)) in seen)
        for sentence in text.sentences("test")
    ]
    both = [size for size, is_seen in sizes if is_seen]
    tokens = sum(size for size, _ in sizes)
    return Repeated(
        len(both), len(both) / max(len(sizes), 1), sum(both) / max(tokens, 1)
    )


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """What a corpus's rule leaves out of a split."""

    conversations: int
    messages: int
    words: int


def left_out(conversations: Iterable[Sequence[str]]) -> LeftOut:
    """Counts what was left out; words are those between white space."""
    found = list(conversations)
    messages = [message for each in found for message in each]
    words = sum(len(message.split()) for message in messages)
    return LeftOut(len(found), len(messages), words)
