"""What rows and training runs are compared by: less is better."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping


@dataclasses.dataclass(frozen=True)
class Measure:
    """What a plot has on its upright axis.

    Attributes:
        name: in a title, as in "perplexity".
        axis: what stands at the axis.
        watched: the name of the same in the history of a training run.
        of: gives it from the scores of a row, None if they have it not.
    """

    name: str
    axis: str
    watched: str
    of: Callable[[Mapping[str, float]], float | None]


def _wrong(key: str) -> Callable[[Mapping[str, float]], float | None]:
    """Returns what gives 100 minus a share, in percent."""
    return lambda scores: 100 * (1 - scores[key]) if key in scores else None


PERPLEXITY = Measure(
    "perplexity",
    "perplexity per token",
    "valid_perplexity",
    lambda scores: scores.get("perplexity"),
)
_SPANS = Measure(
    "error in spans", "100 - F1 of spans", "valid_error", _wrong("span_f1")
)
_LABELS = Measure(
    "wrong labels", "% of words", "valid_error", _wrong("accuracy")
)
_ALL = (PERPLEXITY, _SPANS, _LABELS)


def measure_of(scores: Iterable[Mapping[str, float]]) -> Measure:
    """Returns what the first scored row has; perplexity if none is scored.

    Args:
        scores: of rows of one text.
    """
    for each in scores:
        for measure in _ALL:
            if measure.of(each) is not None:
                return measure
    return PERPLEXITY


def watched(history: Iterable[Mapping[str, float]]) -> str:
    """Returns the name of what a training run measured in validation."""
    known = {name for epoch in history for name in epoch}
    return "valid_error" if "valid_error" in known else "valid_perplexity"
