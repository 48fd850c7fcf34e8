"""A model of symbols of few kinds, which learns from those it has seen.

The side information of a text: how a word is written, what parts it from the
next, the letters of words that are not in the vocabulary.
"""

from collections.abc import Hashable, Sequence

import numpy as np

from tflm.archive.coder import Channel

_SCALE = 2.0**40


class Counts:
    """Predicts a symbol by contexts, from the broadest to the narrowest.

    Each context shares with the one before what it has not seen itself, as in
    the hierarchical Pitman-Yor process of Teh 2006:

        p(s) = (max(n_s - d, 0) + (c + d k) p_broader(s)) / (n + c)

    where it has seen s n_s times, n symbols in all and k different ones. So a
    new context believes its elders, and what is regular costs nothing. Only
    sums, products and quotients of one order: the same on every machine.
    """

    def __init__(
        self,
        prior: Sequence[float] | np.ndarray,
        strength: float = 0.5,
        discount: float = 0.0,
    ):
        """Knows nothing but a prior.

        Args:
            prior: of each symbol before any was seen, summing to 1.
            strength: c, in symbols: how much an elder is believed.
            discount: d, 0 to 1: what is held back for what is new.
        """
        self._prior = np.array(prior, np.float64)
        self._strength = strength
        self._discount = discount
        self._seen: dict[Hashable, dict[int, int]] = {}
        self._base: Counts | None = None

    def fork(self) -> "Counts":
        """Returns one that knows the same and learns for itself."""
        child = Counts(self._prior, self._strength, self._discount)
        child._base = self
        return child

    def code(
        self,
        channel: Channel,
        contexts: Sequence[Hashable],
        symbol: int | None = None,
    ) -> int:
        """Returns the symbol, coded by what its contexts have seen.

        Args:
            channel: as `Channel.code` takes the symbol.
            contexts: from the broadest to the narrowest, all different.
            symbol: which one; whoever decodes does not know it.
        """
        weights = np.floor(self.predict(contexts) * _SCALE) + 1.0
        symbol = channel.code(weights, symbol)
        self.learn(contexts, symbol)
        return symbol

    def predict(self, contexts: Sequence[Hashable]) -> np.ndarray:
        """Returns the probability of each symbol, float64 [K]."""
        found = self._prior
        c, d = self._strength, self._discount
        for context in contexts:
            seen = self._of(context)
            if not seen:
                continue
            total = sum(seen.values()) + c
            found = found * ((c + d * len(seen)) / total)
            for symbol, count in seen.items():
                found[symbol] += (count - d) / total
        return found

    def learn(self, contexts: Sequence[Hashable], symbol: int) -> None:
        """Remembers that a symbol was seen in these contexts."""
        for context in contexts:
            seen = self._seen.get(context)
            if seen is None:
                seen = dict(self._of(context))
                self._seen[context] = seen
            seen[symbol] = seen.get(symbol, 0) + 1

    def _of(self, context: Hashable) -> dict[int, int]:
        found = self._seen.get(context)
        if found is None and self._base is not None:
            return self._base._of(context)
        return found or {}
