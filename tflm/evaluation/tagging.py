"""What a tagger is worth: its labels beside those of people."""

import collections
import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from tflm.text.tagged import spans


@dataclasses.dataclass(frozen=True)
class LabelQuality:
    """How well one label, or one kind of span, is found.

    Attributes:
        count: how many there are.
        precision: share of those that were predicted that are right.
        recall: share of those there are that were found.
        f1: harmonic mean of both; 0 where nothing is right.
    """

    count: int
    precision: float
    recall: float
    f1: float


@dataclasses.dataclass(frozen=True)
class TagQuality:
    """How well a tagger labels a text.

    Attributes:
        sentences: how many were labelled.
        tokens: words of them, each with a label.
        accuracy: share of words whose label is right, `O` included.
        exact_sentences: share of sentences without a wrong label.
        labels: how well each is found: each kind of span where there are
            spans, or else each label. The most frequent comes first.
    """

    sentences: int
    tokens: int
    accuracy: float
    exact_sentences: float
    labels: Mapping[str, LabelQuality]

    @property
    def headline(self) -> float:
        """The one score that taggers are compared by."""
        return self.accuracy

    def scores(self) -> dict[str, float]:
        """Returns the scores of the whole text, by their names, for a row."""
        names = [field.name for field in dataclasses.fields(self)]
        names.remove("labels")
        return {name: getattr(self, name) for name in names}


@dataclasses.dataclass(frozen=True)
class SpanQuality(TagQuality):
    """How well a tagger finds spans. A span is right if all of it is.

    Counted as conlleval does: a predicted span is right if one with the same
    words and kind is there.

    Attributes:
        span_precision: share of predicted spans that are right.
        span_recall: share of spans that were found.
        span_f1: harmonic mean of both.
    """

    span_precision: float
    span_recall: float
    span_f1: float

    @property
    def headline(self) -> float:
        """The one score that taggers are compared by."""
        return self.span_f1


def measure(
    pairs: Iterable[tuple[Sequence[str], Sequence[str]]],
    labels: Iterable[str] | None = None,
) -> TagQuality:
    """Returns the quality of predicted labels.

    Args:
        pairs: of each sentence its labels and the predicted ones.
        labels: all that the tagger knows, which say whether there are spans;
            if not given, those of the sentences do.

    Raises:
        ValueError: there is no word, or a sentence has another number of
            predicted labels.

    Examples:
        >>> quality = measure([(["O", "B-day"], ["O", "O"])])
        >>> quality.accuracy, quality.span_recall
        (0.5, 0.0)
    """
    sentences = [(tuple(gold), tuple(found)) for gold, found in pairs]
    tokens = exact = right = 0
    for number, (gold, found) in enumerate(sentences, 1):
        if len(gold) != len(found):
            raise ValueError(
                f"sentence {number} has {len(gold)} words and {len(found)} "
                f"predicted labels; give one a word"
            )
        tokens += len(gold)
        right += sum(map(str.__eq__, gold, found))
        exact += gold == found
    if not tokens:
        raise ValueError("there is no word to score labels on; give a text")
    if labels is None:
        labels = {label for gold, _ in sentences for label in gold}
    has_spans = spans.has_spans(labels)
    tally = _Tally()
    for gold, found in sentences:
        if has_spans:
            tally.count(spans.spans(gold), spans.spans(found))
        else:
            tally.count(_places(gold), _places(found))
    whole = (
        len(sentences),
        tokens,
        right / tokens,
        exact / len(sentences),
        tally.by_kind(),
    )
    if not has_spans:
        return TagQuality(*whole)
    total = tally.total()
    return SpanQuality(*whole, total.precision, total.recall, total.f1)


def _places(labels: Sequence[str]) -> list[tuple[str, int]]:
    return [(label, place) for place, label in enumerate(labels)]


class _Tally:
    """What there is, what was predicted and what is both, by kind."""

    def __init__(self) -> None:
        self.there: collections.Counter[str] = collections.Counter()
        self.predicted: collections.Counter[str] = collections.Counter()
        self.right: collections.Counter[str] = collections.Counter()

    def count(self, there: Iterable[tuple], predicted: Iterable[tuple]) -> None:
        """Counts a sentence: what begins with its kind."""
        gold, found = set(there), set(predicted)
        self.there.update(kind for kind, *_ in gold)
        self.predicted.update(kind for kind, *_ in found)
        self.right.update(kind for kind, *_ in gold & found)

    def by_kind(self) -> dict[str, LabelQuality]:
        """Returns the quality of each kind, the most frequent first."""
        kinds = self.there.keys() | self.predicted.keys()
        return {
            kind: _quality(
                self.there[kind], self.predicted[kind], self.right[kind]
            )
            for kind in sorted(kinds, key=lambda k: (-self.there[k], k))
        }

    def total(self) -> LabelQuality:
        """Returns the quality over all kinds together."""
        return _quality(
            self.there.total(), self.predicted.total(), self.right.total()
        )


def _quality(there: int, predicted: int, right: int) -> LabelQuality:
    return LabelQuality(
        count=there,
        precision=right / predicted if predicted else 0.0,
        recall=right / there if there else 0.0,
        f1=2 * right / (there + predicted) if right else 0.0,
    )
