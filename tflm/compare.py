"""How much slower one file is than another, and how sure that is."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

CONFIDENCE = 0.95
_RESAMPLES = 2000
_LEAST_ROUNDS = 5  # Fewer say too little of how rounds differ.


@dataclasses.dataclass(frozen=True)
class Ratio:
    """The time of a file over that of another.

    Attributes:
        model: the file whose time is above.
        to: the one whose time is below.
        ratio: median over rounds of the quotient of their medians.
        low, high: between these lies the ratio, with `confidence`.
    """

    model: str
    to: str
    ratio: float
    low: float
    high: float
    confidence: float = CONFIDENCE

    @property
    def precision(self) -> float:
        """Half the interval, as a share of the ratio."""
        return (self.high - self.low) / 2 / self.ratio


def ratios(rounds: Mapping[str, Sequence[float]], seed: int = 0) -> list[Ratio]:
    """Returns the ratio of each file to the first, paired by round.

    A round in which the machine was slow is slow for both, and its quotient is
    as good as any. The interval is the percentile bootstrap's (Efron 1979): the
    middle of the medians of 2,000 samples of the rounds, with replacement.

    Args:
        rounds: the median time of each round, by file; what follows the rounds
            that all have is left out.
        seed: of the samples.

    Returns:
        A ratio for each file but the first; none where there are fewer than
        five rounds.
    """
    (first, base), *others = rounds.items()
    random = np.random.default_rng(seed)
    count = min(map(len, rounds.values()))
    if count < _LEAST_ROUNDS:
        return []
    which = random.integers(count, size=[_RESAMPLES, count])
    return [
        _ratio(name, first, np.divide(times[:count], base[:count]), which)
        for name, times in others
    ]


def _ratio(
    name: str, to: str, quotients: np.ndarray, which: np.ndarray
) -> Ratio:
    medians = np.median(quotients[which], axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(medians, [tail, 1 - tail])
    middle = float(np.median(quotients))
    return Ratio(name, to, middle, float(low), float(high))
