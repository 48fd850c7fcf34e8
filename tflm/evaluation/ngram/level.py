"""The n-grams of one length, as columns."""

import dataclasses
import functools

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class Level:
    """The N n-grams of one length, sorted by context, then by word.

    Their contexts are the M n-grams one word shorter; unigrams have one
    context, the empty one. What an n-gram starts or ends with is kept too.

    Attributes:
        prefix: index of the context among the shorter n-grams, [N].
        word: id of the last word, [N].
        suffix: index, among the shorter n-grams, of all but the first word,
            [N]. As both are sorted by word, it rises within a context.
        count: how often it occurs, or for short n-grams what Kneser and Ney
            put in its place, [N].
        dropped: sum of the counts of the n-grams that were pruned, [M].
        discounts: what is taken off the counts 1, 2, and 3 or more, [3].
    """

    prefix: np.ndarray
    word: np.ndarray
    suffix: np.ndarray
    count: np.ndarray
    dropped: np.ndarray
    discounts: np.ndarray

    @functools.cached_property
    def starts(self) -> np.ndarray:
        """Index of the first n-gram of each context, and N: [M + 1]."""
        return np.append(0, np.cumsum(self._sum(None)))

    @functools.cached_property
    def gain(self) -> np.ndarray:
        """What each n-gram has above its share of the back-off, [N]."""
        return (self.count - self._discount) / self._total[self.prefix]

    @functools.cached_property
    def back_off(self) -> np.ndarray:
        """Weight of the shorter context's distribution, [M]."""
        rest, total = self._sum(self._discount) + self.dropped, self._total
        return np.divide(rest, total, out=np.ones(len(rest)), where=total > 0)

    @functools.cached_property
    def _total(self) -> np.ndarray:
        return self._sum(self.count) + self.dropped

    @functools.cached_property
    def _discount(self) -> np.ndarray:
        return np.append(0, self.discounts)[np.minimum(self.count, 3)]

    def _sum(self, values: np.ndarray | None) -> np.ndarray:
        """Sums `values` over each context, or counts them: [N] to [M]."""
        return np.bincount(self.prefix, values, len(self.dropped))


def unigrams(count: np.ndarray, discounts: np.ndarray) -> Level:
    """Returns the level of all words, as often as `count` says, [V]."""
    word, root = np.arange(len(count)), np.zeros(len(count), np.int64)
    return Level(root, word, root, count, root[:1], discounts)
