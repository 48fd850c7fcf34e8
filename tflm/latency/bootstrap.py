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
    middle of the medians of 2,000 samples of the rounds, with replacement. They
    cost as much for ten rounds as for ten thousand; see `_middles`.

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
    if count < _LEAST_ROUNDS or not others:
        return []
    middles = _middles(count, random)
    return [
        _ratio(name, first, np.divide(times[:count], base[:count]), middles)
        for name, times in others
    ]


def _middles(count: int, random: np.random.Generator) -> np.ndarray:
    """Returns which rounds, by rank, are the middle of each sample, [2, N].

    A sample is `floor(count * u)` of as many uniform u. Its middle ranks come
    from the middle u, and the k-th smallest u of n is Beta(k, n - k + 1): it
    is drawn as that, and the others are not drawn at all.
    """
    low = (count + 1) // 2
    u = random.beta(low, count - low + 1, _RESAMPLES)
    if count % 2:
        return np.floor([count * u, count * u]).astype(int)
    # The next one is the least of those that are above, which are uniform.
    least = 1 - random.random(_RESAMPLES) ** (1 / (count - low))
    return np.floor([count * u, count * (u + (1 - u) * least)]).astype(int)


def _ratio(
    name: str, to: str, quotients: np.ndarray, middles: np.ndarray
) -> Ratio:
    ranked = np.sort(quotients)
    low, high = middles
    medians = (ranked[low] + ranked[high]) / 2
    outside = round(_RESAMPLES * (1 - CONFIDENCE) / 2)  # On each side.
    ends = [outside, _RESAMPLES - 1 - outside]
    low, high = np.partition(medians, ends)[ends].tolist()
    return Ratio(name, to, float(np.median(ranked)), low, high)
