"""Which conversations are repetition, and no language to learn or score."""

import collections
import re
from collections.abc import Sequence

RULE = (
    "a conversation of 20 words or more is left out if one word makes up more "
    "than a third of it, or more than a third of its messages or of its "
    "sequences of three words stood in it before"
)

_WORDS = re.compile(r"[\w']+|[^\w\s]")  # Counting needs no better ones.
_LEAST_WORDS = 20  # A greeting of two words is short, not repetitive.


def is_repetitive(messages: Sequence[str]) -> bool:
    """Tells whether a conversation is left out, by `RULE`.

    It finds keys held down, letters typed to pass the time, and sentences of
    a generator, whose few words are shuffled without end. A single one of
    them can outweigh all other conversations of a split.

    Args:
        messages: what was typed, in order.
    """
    sentences = [tuple(_WORDS.findall(message.lower())) for message in messages]
    sentences = [sentence for sentence in sentences if sentence]
    words = [word for sentence in sentences for word in sentence]
    if len(words) < _LEAST_WORDS:
        return False
    triples = list(zip(words, words[1:], words[2:], strict=False))
    [(_, commonest)] = collections.Counter(words).most_common(1)
    return (
        3 * commonest > len(words)
        or 3 * _repeats(triples) > len(triples)
        or 3 * _repeats(sentences) > len(sentences)
    )


def _repeats(items: Sequence[tuple[str, ...]]) -> int:
    return len(items) - len(set(items))
