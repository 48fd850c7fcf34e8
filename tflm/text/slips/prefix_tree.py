"""Words by their beginnings, a level for each letter."""

import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class Level:
    """Different beginnings of one length, in alphabetical order.

    Attributes:
        letters: last letter of each, int64 [k], places in the alphabet.
        parents: each without its last letter, int64 [k], of the level above.
        starts: the first word that begins so, int64 [k].
        ends: behind the last word that begins so, int64 [k].
        is_word: whether the first of them is no longer than that, bool [k].
    """

    letters: np.ndarray
    parents: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    is_word: np.ndarray


def levels(words: Sequence[str], alphabet: dict[str, int]) -> list[Level]:
    """Returns the beginnings of one letter, of two, and so on.

    Args:
        words: in alphabetical order.
        alphabet: place of each of their letters.
    """
    above = np.zeros(len(words), np.int64)  # Which beginning each word has.
    alive = np.arange(len(words))
    lengths = np.array([len(word) for word in words])
    found = []
    for depth in range(1, lengths.max(initial=0) + 1):
        alive = alive[lengths[alive] >= depth]
        letters = np.array(
            [alphabet[words[i][depth - 1]] for i in alive.tolist()]
        )
        is_new = np.ones(len(alive), bool)
        is_new[1:] = (letters[1:] != letters[:-1]) | (
            above[alive[1:]] != above[alive[:-1]]
        )
        firsts = alive[is_new]
        numbers = np.cumsum(is_new) - 1
        lasts = alive[np.append(np.flatnonzero(is_new)[1:], len(alive)) - 1]
        found.append(
            Level(
                letters[is_new],
                above[firsts],
                firsts,
                lasts + 1,
                lengths[firsts] == depth,
            )
        )
        above = above.copy()
        above[alive] = numbers
    return found
