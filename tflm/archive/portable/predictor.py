"""Predicts the next word of many texts, the same on every machine."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tflm.archive.portable import functions
from tflm.archive.portable.fixed_point import ONE
from tflm.archive.portable.net import Net
from tflm.archive.portable.program import Program

VERSION = 1  # Of the arithmetic: another one gives other weights.
_PROBE_WORDS = 16


class PortablePredictor:
    """A `Predictor` of whole numbers and exact sums.

    Args:
        program: the step, as `read.read` finds it.
        streams: N, how many texts are read side by side.
        first: ids that are read before the first token of a text.

    Raises:
        ValueError: the program has an operation that is not known.
    """

    def __init__(self, program: Program, streams: int, first: Sequence[int]):
        self.streams = streams
        self.vocabulary_size = program.vocabulary_size
        self._net = Net(program)
        self._first = first
        self._weights = np.empty([streams, self.vocabulary_size], np.int64)
        self._logits = np.zeros(self._weights.shape)
        self.start()

    def start(self) -> None:
        """Begins every stream anew, as at the beginning of a text."""
        self._state = self._net.initial_state(self.streams)
        self._logits = np.zeros_like(self._logits)
        for token in self._first:
            self.feed(np.full(self.streams, token, np.int32))

    def feed(self, tokens: np.ndarray) -> None:
        """Reads the next token of every stream, int32 [N]."""
        self._logits, self._state = self._net(tokens, self._state)

    def weights(self) -> np.ndarray:
        """Returns int64 [N, V], from 1 to 2^24: how likely a token is next."""
        for logits, row in zip(self._logits, self._weights, strict=True):
            _weigh(logits, row)
        return self._weights

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where it is decoded, for JSON."""
        return {"portable": VERSION, "probe": self._probe()}

    def _probe(self) -> str:
        """Returns a digest of the weights after some words, SHA-256."""
        digest = hashlib.sha256()
        state, row = self._net.initial_state(1), np.empty_like(self._weights[0])
        for i in range(_PROBE_WORDS):
            word = np.array([i * 7919 % self.vocabulary_size])
            logits, state = self._net(word, state)
            _weigh(logits[0], row)
            digest.update(row.astype("<i8").tobytes())
        return digest.hexdigest()


def _weigh(logits: np.ndarray, weights: np.ndarray) -> None:
    """Writes 2^24 exp(logit - highest), at least 1, of each into `weights`."""
    table = functions.likelihoods()
    places = np.rint((logits.max() - logits) * (functions.FINEST / ONE))
    np.minimum(places, len(table) - 1, out=places)
    np.take(table, places.astype(np.intp), out=weights)
