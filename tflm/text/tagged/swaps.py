"""More sentences to learn from: the same with other spans of the same kinds."""

from collections.abc import Iterator, Sequence

import numpy as np

from tflm.text.tagged import spans
from tflm.text.tagged.dataset import Labelled

_SHARE = 0.5  # Of spans are swapped.


def swapped(
    sentences: Sequence[Labelled],
    labels: Sequence[str],
    copies: int,
    seed: int = 0,
) -> list[Labelled]:
    """Returns copies of sentences, in which half of the spans are others.

    A span is one of its kind from anywhere in the text, each that differs as
    likely: so names that are rare stand where others do. Of labels that say
    no spans there are no copies.

    Args:
        sentences: of a training text.
        labels: by id.
        copies: of each sentence.
        seed: of what is swapped for what.
    """
    if not spans.has_spans(labels):
        return []
    random = np.random.default_rng([seed, 5])
    known = _known(sentences, labels)
    return [
        _swapped(sentence, labels, known, random)
        for _ in range(copies)
        for sentence in sentences
    ]


def _known(
    sentences: Sequence[Labelled], labels: Sequence[str]
) -> dict[str, list[Labelled]]:
    """Returns the spans of each kind that differ."""
    found: dict[str, dict[bytes, Labelled]] = {}
    for sentence in sentences:
        for kind, start, end in _spans(sentence, labels):
            span = _part(sentence, start, end)
            key = span.ids.tobytes() + span.labels.tobytes()
            found.setdefault(kind, {})[key] = span
    return {kind: [*each.values()] for kind, each in found.items()}


def _swapped(
    sentence: Labelled,
    labels: Sequence[str],
    known: dict[str, list[Labelled]],
    random: np.random.Generator,
) -> Labelled:
    parts, place = [], 0
    for kind, start, end in _spans(sentence, labels):
        if random.random() < _SHARE:
            other = known[kind][random.integers(len(known[kind]))]
            parts += [_part(sentence, place, start), other]
            place = end
    parts.append(_part(sentence, place, len(sentence.labels)))
    return Labelled(
        np.concatenate([each.ids for each in parts]),
        np.concatenate([each.labels for each in parts]),
    )


def _spans(sentence: Labelled, labels: Sequence[str]) -> Iterator[spans.Span]:
    return spans.spans([labels[i] for i in sentence.labels])


def _part(sentence: Labelled, start: int, end: int) -> Labelled:
    return Labelled(sentence.ids[start:end], sentence.labels[start:end])
