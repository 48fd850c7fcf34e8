"""Which word comes next: what a model says, and what its text has shown.

The predictor's table and those of the text so far are mixed, each with the
share of the words that it was right about: expectation-maximization a word at a
time, as in Cappe and Moulines 2009.
"""

import numpy as np

from tflm.archive.coder import Channel

ESCAPE, END = -1, -2  # Beside the words: none of them, and no more.
_BITS = 7  # A table of the second level has 128 words.
_BLOCK = 1 << _BITS
_SCALE = 2.0**50
# Chosen on texts for validation: 20,000 words each of two corpora.
_WINDOWS = (200, 2000)  # Words back.
_FOLLOWERS = 200  # Words after a word, the last ones.
_ALIKE = 4  # More of them are trusted as much as so many.
_MODEL_FIRST = 0.9  # The trust before any word, which counts as so many.
_FIRST_WORDS = 3
_LEAST_RATE = 0.02  # Of a new word in the trust.
_RARE = 1 / 64  # Of a word: how much an escape counts before there is one.


class _Trust:
    """How far the model and each part are believed."""

    def __init__(self, parts: int):
        usual = (1.0 - _MODEL_FIRST) / parts
        self._shares = [_MODEL_FIRST] + [usual] * parts
        self._words = _FIRST_WORDS

    def in_those(self, there: list[bool]) -> list[float]:
        """Returns the trust in the model and the parts that are there."""
        pairs = zip(self._shares, [True, *there], strict=True)
        return _normal([share if has else 0.0 for share, has in pairs])

    def learn(self, trust: list[float], said: list[float]) -> None:
        """Moves to who was right about a word, by what each said of it."""
        right = [t * s for t, s in zip(trust, said, strict=True)]
        self._words += 1
        if not any(right):  # After a long repetition what is left underflows.
            return
        right = _normal(right)
        rate = max(_LEAST_RATE, 1 / self._words)
        self._shares = [
            (1.0 - rate) * share + rate * was
            for share, was in zip(self._shares, right, strict=True)
        ]


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
        self._trust: dict[tuple[int, ...], _Trust] = {}
        self._text = np.zeros(2 * max(_WINDOWS), np.int64)
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
        parts = self._parts()
        believed = self._believed(parts)
        trust = believed.in_those([len(part) > 0 for part in parts])
        scale = max(1.0, np.floor(trust[0] * _SCALE / total))
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
        said = [own, *(_share(part, token) for part in parts)]
        believed.learn(trust, said)
        return token

    def learn(self, token: int) -> None:
        """Remembers that a word was seen next."""
        for context in self._contexts:
            followers = self._after.setdefault(context, [])
            followers.append(token)
            del followers[:-_FOLLOWERS]
        if self._length == len(self._text):  # All but the last is forgotten.
            self._length //= 2
            self._text[: self._length] = self._text[self._length :]
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

    def _parts(self) -> list[np.ndarray]:
        """Returns words that the text so far makes likely, each as much."""
        text = self._text[: self._length]
        parts = [text[-size:] for size in _WINDOWS]
        found = [self._after.get(context, []) for context in self._contexts]
        for after in [*found, [], []][:2]:
            parts.append(np.array(after, np.int64))
        return parts

    def _believed(self, parts: list[np.ndarray]) -> _Trust:
        """Returns the trust where followers were seen as often as here."""
        followers = parts[len(_WINDOWS) :]
        key = tuple(min(len(part), _ALIKE) for part in followers)
        return self._trust.setdefault(key, _Trust(len(parts)))


def _share(part: np.ndarray, token: int) -> float:
    """Returns the probability of a word."""
    return float((part == token).sum()) / max(1, len(part))


def _joined(
    parts: list[np.ndarray], trust: list[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the words of all parts and their masses in the common scale."""
    masses = [
        np.full(len(part), np.floor(believed * _SCALE / max(1, len(part))))
        for part, believed in zip(parts, trust, strict=True)
    ]
    return np.concatenate(parts), np.concatenate(masses)


def _spread(places: np.ndarray, masses: np.ndarray, size: int) -> np.ndarray:
    # Sums of whole numbers below 2^53, which no order changes.
    return np.bincount(places, masses, size)


def _normal(values: list[float]) -> list[float]:
    total = 0.0
    for value in values:
        total += value
    return [value / total for value in values]
