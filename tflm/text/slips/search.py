"""All words that may have been meant by what was typed."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from tflm.text.slips.channel import Channel
from tflm.text.slips.prefix_tree import Level, levels

NEVER = 1 << 20  # A cost above any bound.
MAX_LETTERS = 24  # Longer words are not searched for.


@dataclasses.dataclass(frozen=True)
class Costs:
    """What it takes to have meant each word, in 1/64 nat; NEVER if too much.

    Attributes:
        whole: that all of it was typed, int64 [words].
        begun: that its beginning was typed, int64 [words].
    """

    whole: np.ndarray
    begun: np.ndarray


class SlipSearch:
    """Finds words by an edit distance whose edits cost what slips do.

    One row of the dynamic programme belongs to a beginning of words, so words
    that begin alike share it, and where all of a row is above the bound, none
    of the words that begin so is looked at.
    """

    def __init__(self, words: Sequence[str], channel: Channel):
        """Takes words in alphabetical order."""
        self._count = len(words)
        self._channel = channel
        self._letters = sorted(set("".join(words)))
        places = {letter: i for i, letter in enumerate(self._letters)}
        self._levels = levels(words, places)

    def costs(self, typed: str) -> Costs:
        """Returns what each word costs that `typed` may stand for."""
        found = Costs(*np.full([2, self._count], NEVER))
        bound = self._channel.bound(len(typed))
        if bound and len(typed) <= MAX_LETTERS:
            self._descend(_Table(self._channel, typed, self._letters), found)
            for costs in (found.whole, found.begun):
                costs[costs > bound] = NEVER
        return found

    def _descend(self, table: "_Table", found: Costs) -> None:
        """Goes through the levels, with rows of what is within the bound."""
        rows = [np.zeros([0, table.size]), table.first()]
        begun = rows[1][:, -1]
        alive = np.zeros(1, np.int64)
        letters = np.full(1, -1)
        for level in self._levels:
            chosen, parents = _children(level, alive)
            last = level.letters[chosen]
            new = table.rows(rows, last, letters, parents)
            best = np.minimum(begun[parents], new[:, -1])
            ends = level.is_word[chosen]
            found.whole[level.starts[chosen[ends]]] = new[ends, -1]
            for i in np.flatnonzero(best <= table.bound):
                span = slice(level.starts[chosen[i]], level.ends[chosen[i]])
                found.begun[span] = best[i]
            # Two letters in the wrong order go on from the row before.
            before = rows[-1][parents].min(1) + self._channel.transposed
            goes_on = np.minimum(new.min(1), before) <= table.bound
            rows = [rows[-1][parents[goes_on]], new[goes_on]]
            alive, letters, begun = (
                chosen[goes_on],
                last[goes_on],
                best[goes_on],
            )


def _children(level: Level, alive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns which beginnings go on from those alive, and from which."""
    place = np.searchsorted(alive, level.parents)
    place[place == len(alive)] = 0
    chosen = (
        np.flatnonzero(alive[place] == level.parents)
        if len(alive)
        else np.zeros(0, np.int64)
    )
    return chosen, place[chosen]


class _Table:
    """The dynamic programme for one typed word of n letters."""

    def __init__(self, channel: Channel, typed: str, letters: Sequence[str]):
        self.size = len(typed) + 1
        self.bound = channel.bound(len(typed))
        self._channel = channel
        number = {letter: i for i, letter in enumerate(letters)}
        self._typed = np.array([number.get(letter, -2) for letter in typed])
        self._substitution = np.array(
            [[channel.substitution(t, m) for m in letters] for t in typed]
        )  # [n, letters], as the next.
        self._insertion = np.array(
            [[channel.insertion(t, m) for m in letters] for t in typed]
        )
        self._beside = np.array(
            [
                [channel.keyboard.are_neighbours(t, m) for m in letters]
                for t in typed
            ]
        )
        self._omission = np.array(
            [channel.omission(letter, "") for letter in letters]
        )
        self._single = np.array(
            [channel.omission(letter, letter) for letter in letters]
        )

    def first(self) -> np.ndarray:
        """Returns the row before a word's first letter, int64 [1, n + 1]."""
        channel, n = self._channel, self.size - 1
        row = [j * channel.extra + min(j, 1) * channel.first for j in range(n)]
        return np.array([[*row, NEVER]])  # Not all letters are too many.

    def rows(
        self,
        above: list[np.ndarray],
        letters: np.ndarray,
        before: np.ndarray,
        parents: np.ndarray,
    ) -> np.ndarray:
        """Returns the rows of beginnings one letter longer, int64 [k, n + 1].

        Args:
            above: rows of two letters less, and of one, [parents, n + 1].
            letters: last letter of each, [k].
            before: last letter of each parent, [parents].
            parents: of which each is one, [k].
        """
        channel = self._channel
        up, before = above[1][parents], before[parents]
        first = np.where(before < 0, channel.first, 0)
        omission = self._omission[letters]
        omission = np.where(letters == before, self._single[letters], omission)
        rows = up + (omission + first)[:, None]
        for j, typed in enumerate(self._typed, 1):
            wrong = self._substitution[j - 1, letters]
            cost = up[:, j - 1] + wrong + np.where(wrong > 0, first, 0)
            extra = rows[:, j - 1] + self._insertion[j - 1, letters]
            rows[:, j] = np.minimum(rows[:, j], np.minimum(cost, extra))
            if j > 1:
                self._two(rows, j, typed, letters, before, above, parents)
        return rows

    def _two(self, rows, j, typed, letters, before, above, parents) -> None:
        """Counts slips of two typed letters."""
        channel = self._channel
        earlier = self._typed[j - 2]
        is_swapped = (letters == earlier) & (before == typed)
        is_swapped &= letters != before
        if is_swapped.any():
            cost = above[0][parents[is_swapped], j - 2] + channel.transposed
            rows[is_swapped, j] = np.minimum(rows[is_swapped, j], cost)
        brushed = self._beside[j - 2, letters] & (letters == typed)
        if brushed.any():
            cost = above[1][parents[brushed], j - 2] + channel.brushed
            rows[brushed, j] = np.minimum(rows[brushed, j], cost)
