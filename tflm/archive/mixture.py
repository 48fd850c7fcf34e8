"""Which word comes next: what a model says, and what its text has shown.

The predictor's table and those of the text so far are mixed, each by how well
it has done: Bayes' rule over who is right, with a share that is always dealt
anew, as the fixed share of Herbster and Warmuth 1998.
"""

import dataclasses

import numpy as np

from tflm.archive.coder import Channel

ESCAPE, END = -1, -2  # Beside the words: none of them, and no more.
_BITS = 7  # A table of the second level has 128 words.
_BLOCK = 1 << _BITS
_SCALE = 2.0**50
_DEALT = 0.02  # Share of all trust, after each word.
_RECENT = 1000  # Words back.
_FOLLOWERS = 200  # Words after a word, the last ones.
_MODEL_FIRST = 0.9
_RARE = 1 / 64  # Of a word: how much an escape counts before there is one.


@dataclasses.dataclass(frozen=True)
class _Part:
    """A table of some words; places may repeat, and their masses add up."""

    places: np.ndarray
    masses: np.ndarray  # Whole numbers.
    total: float

    def share(self, token: int) -> float:
        """Returns the probability of a word."""
        if not self.total:
            return 0.0
        return float(self.masses[self.places == token].sum()) / self.total


class Mixture:
    """Codes the words of one text.

    Only whole-number tables, and sums, products and quotients in one order:
    whoever decodes comes to the same.
    """

    def __init__(self, vocabulary_size: int):
        self._size = vocabulary_size
        self._blocks = -(-vocabulary_size // _BLOCK)
        self._table = np.zeros(self._blocks * _BLOCK, np.int64)
        self._beside = [_RARE, _RARE]
        self._coded = 1.0
        self._trust: dict[tuple[int, ...], list[float]] = {}
        self._text = np.zeros(2 * _RECENT, np.int64)
        self._length = 0
        self._contexts: list[tuple[int, ...]] = []
        self._after: dict[tuple[int, ...], list[int]] = {}

    def code(
        self,
        channel: Channel,
        weights: np.ndarray,
        token: int | None = None,
    ) -> int:
        """Returns a token, which may be ESCAPE or END.

        Args:
            channel: as `Channel.code` takes the symbol.
            weights: the predictor's, int64 [V].
            token: which one; whoever decodes does not know it.
        """
        self._table[: self._size] = weights
        rows = self._table.reshape(self._blocks, _BLOCK)
        sums = rows.sum(1)
        total = int(sums.sum())
        parts = self._parts(weights)
        key = tuple(min(len(part.places), 8) for part in parts[2:])
        trust = self._trusted(key, parts)
        scale = np.floor(trust[0] * _SCALE / total)
        places, masses = _joined(parts, trust[1:])
        first = sums * scale + _spread(places >> _BITS, masses, self._blocks)
        block = self._block(channel, first, token)
        if block < 0:
            return block
        inside = places >> _BITS == block
        near = places[inside] & _BLOCK - 1
        row = rows[block] * scale + _spread(near, masses[inside], _BLOCK)
        start = block * _BLOCK
        row = row[: self._size - start]
        symbol = None if token is None else token - start
        # A table of one symbol says nothing, and the coder takes none.
        token = start + (channel.code(row, symbol) if len(row) > 1 else 0)
        own = int(weights[token]) / total
        said = [own, *(part.share(token) for part in parts)]
        self._trust[key] = _judged(trust, said)
        return token

    def learn(self, token: int) -> None:
        """Remembers that a word was seen next."""
        for context in self._contexts:
            followers = self._after.setdefault(context, [])
            followers.append(token)
            del followers[:-_FOLLOWERS]
        if self._length == len(self._text):  # All but the last is forgotten.
            self._text[:_RECENT] = self._text[-_RECENT:]
            self._length = _RECENT
        self._text[self._length] = token
        self._length += 1
        last = self._contexts[0] if self._contexts else ()
        self._contexts = [(token,), (*last, token)][: 1 + len(last)]

    def _block(
        self, channel: Channel, first: np.ndarray, token: int | None
    ) -> int:
        """Returns the table that has the token, or ESCAPE or END."""
        rare = np.array(self._beside) / self._coded
        table = np.concatenate([first, np.floor(rare * _SCALE) + 1.0])
        symbol = None
        if token is not None:
            beside = self._blocks - 1 - token
            symbol = beside if token < 0 else token >> _BITS
        symbol = channel.code(table, symbol)
        self._coded += 1.0
        if symbol < self._blocks:
            return symbol
        self._beside[symbol - self._blocks] += 1.0
        return self._blocks - 1 - symbol

    def _parts(self, weights: np.ndarray) -> list[_Part]:
        """Returns what the text so far says, in tables that may be empty."""
        start = max(0, self._length - _RECENT)
        recent = self._text[start : self._length].copy()
        parts = [_even(recent), _part(recent, weights[recent] >> 8)]
        found = [self._after.get(context, []) for context in self._contexts]
        for after in [*found, [], []][:2]:
            parts.append(_even(np.array(after, np.int64)))
        return parts

    def _trusted(self, key: tuple[int, ...], parts: list[_Part]) -> list[float]:
        """Returns the trust in the model and each part, summing to 1."""
        usual = (1.0 - _MODEL_FIRST) / len(parts)
        trust = self._trust.get(key, [_MODEL_FIRST] + [usual] * len(parts))
        there = [part.total > 0 for part in parts]
        return _normal(
            [
                t if has else 0.0
                for t, has in zip(trust, [True, *there], strict=True)
            ]
        )


def _even(places: np.ndarray) -> _Part:
    return _part(places, np.ones(len(places), np.int64))


def _part(places: np.ndarray, masses: np.ndarray) -> _Part:
    return _Part(places, masses, float(masses.sum()))


def _joined(
    parts: list[_Part], trust: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the places of all parts and their masses in the common scale."""
    masses = [
        part.masses * np.floor(believed * _SCALE / part.total)
        for part, believed in zip(parts, trust, strict=True)
        if part.total
    ]
    places = [part.places for part in parts if part.total]
    if not places:
        return np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(places), np.concatenate(masses)


def _spread(places: np.ndarray, masses: np.ndarray, size: int) -> np.ndarray:
    # Sums of whole numbers below 2^53, which no order changes.
    return np.bincount(places, masses, size)


def _judged(trust: list[float], said: list[float]) -> list[float]:
    """Returns the trust after it is known what each said of a word."""
    right = _normal([t * s for t, s in zip(trust, said, strict=True)])
    dealt = _DEALT / len(right)
    return [(1.0 - _DEALT) * r + dealt for r in right]


def _normal(values: list[float]) -> list[float]:
    total = 0.0
    for value in values:
        total += value
    return [value / total for value in values]
