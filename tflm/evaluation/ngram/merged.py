"""Counts of n-grams of parts of a text, made those of the whole.

A part begins where a sentence does: no n-gram reaches beyond an end mark, so
each is in one part, and counts add up.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tflm.evaluation.ngram.level import Level, unigrams


@dataclasses.dataclass(frozen=True, eq=False)
class Counts:
    """How often N n-grams of one length occur, in order of their ids.

    Attributes:
        rows: their ids, int64 [N, length].
        count: of each, int64 [N].
    """

    rows: np.ndarray
    count: np.ndarray


def counts_of(levels: Sequence[Level]) -> list[Counts]:
    """Returns the counts of each length, of words only those that occur."""
    occur = np.flatnonzero(levels[0].count)
    found = [Counts(occur[:, np.newaxis], levels[0].count[occur])]
    rows = levels[0].word[:, np.newaxis]
    for level in levels[1:]:
        rows = np.column_stack([rows[level.prefix], level.word])
        found.append(Counts(rows, level.count))
    return found


def added(parts: Sequence[Counts]) -> Counts:
    """Returns the sum of counts of one length."""
    rows = np.concatenate([part.rows for part in parts])
    count = np.concatenate([part.count for part in parts])
    order = np.lexsort(rows.T[::-1])
    rows, count = rows[order], count[order]
    if not len(rows):
        return Counts(rows, count)
    is_new = np.append(True, (rows[1:] != rows[:-1]).any(axis=1))
    first = np.flatnonzero(is_new)
    return Counts(rows[first], np.add.reduceat(count, first))


def levels_of(counts: Sequence[Counts], vocabulary_size: int) -> list[Level]:
    """Returns the levels whose counts these are, without discounts.

    Args:
        counts: of n-grams of 1 word, of 2 and so on, all of a text.
        vocabulary_size: how many ids there are.
    """
    none = np.zeros(3)
    words = np.zeros(vocabulary_size, np.int64)
    words[counts[0].rows[:, 0]] = counts[0].count
    levels, keys = [unigrams(words, none)], [np.arange(vocabulary_size)]

    def place(rows: np.ndarray) -> np.ndarray:
        """Returns where n-grams stand among those of their length."""
        found = rows[:, 0]
        for its_keys, word in zip(keys[1:], rows.T[1:], strict=False):
            found = np.searchsorted(its_keys, found * vocabulary_size + word)
        return found

    for each in counts[1:]:
        prefix, word = place(each.rows[:, :-1]), each.rows[:, -1]
        suffix, dropped = (
            place(each.rows[:, 1:]),
            np.zeros_like(levels[-1].count),
        )
        levels.append(Level(prefix, word, suffix, each.count, dropped, none))
        keys.append(prefix * vocabulary_size + word)
    return levels
