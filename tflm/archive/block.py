"""One text, token by token: what a predictor and a channel make of it."""

from collections.abc import Iterator

import numpy as np

from tflm.archive.alignment import Placed
from tflm.archive.coder import Channel
from tflm.archive.mixture import END, ESCAPE, Mixture
from tflm.archive.written import Writing


class Block:
    """Codes a text; the same steps for whoever encodes and whoever decodes.

    Attributes:
        is_done: whether all of the text was coded.
        text: what has been coded so far.
        letters: how many those are.
    """

    def __init__(
        self,
        writing: Writing,
        channel: Channel,
        placed: Iterator[Placed] | None = None,
        most_bytes: int | None = None,
    ):
        """Begins a text.

        Args:
            writing: what is known of how texts are written.
            channel: carries the text.
            placed: the text; whoever decodes does not know it.
            most_bytes: that it can have; a decoder stops there.
        """
        self._channel = channel
        self._placed = placed
        self._writing = writing.fork()
        self._mixture = Mixture(len(writing.known.words))
        self._parts: list[str] = []
        self.letters, self._most = 0, most_bytes
        self.is_done = False

    @property
    def text(self) -> bytes:
        return "".join(self._parts).encode("utf-8", "surrogateescape")

    def step(self, weights: np.ndarray) -> int:
        """Codes what comes next; returns the token that is read after it.

        Args:
            weights: of the predictor, int64 [V].

        Raises:
            ValueError: what is decoded cannot have been encoded.
        """
        token = ESCAPE
        while token < 0:
            given = None if self._placed is None else next(self._placed)
            token = self._next(weights, given)
            if self.is_done:
                return 0
        self._mixture.learn(token)
        return token

    def _next(self, weights: np.ndarray, given: Placed | None) -> int:
        """Codes one token, which may be none of the model's."""
        symbol = None
        if given:
            symbol = given.token
            if symbol is None:
                symbol = ESCAPE if given.surface else END
        symbol = self._mixture.code(self._channel, weights, symbol)
        if symbol == END:
            gap = given.gap if given else None
            self._keep(self._writing.end(self._channel, gap))
            self.is_done = True
            return symbol
        token = None if symbol < 0 else symbol
        gap, surface, goes_on = self._writing.code(self._channel, token, given)
        self._keep(gap + surface)
        self.is_done = not goes_on
        return symbol

    def _keep(self, part: str) -> None:
        self._parts.append(part)
        self.letters += len(part)
        if self._most is not None and self.letters > self._most:
            raise ValueError("there is more text than was encoded")
