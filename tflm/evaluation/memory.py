"""The last hidden vectors of a text, each with the word that came after it."""

import dataclasses

import numpy as np


class _Log:
    """Pairs in the order in which they came; written to at its end only."""

    def __init__(self, capacity: int, width: int):
        self.vectors = np.empty([capacity, width], np.float32)
        self.words = np.empty([capacity], np.int32)
        self.filled = 0

    def append(self, vectors: np.ndarray, words: np.ndarray) -> None:
        end = self.filled + len(words)
        self.vectors[self.filled : end] = vectors
        self.words[self.filled : end] = words
        self.filled = end


@dataclasses.dataclass(frozen=True)
class Memory:
    """At most `window` pairs of a hidden vector and the word after it.

    It is a value, as the state of a step is: one may go on from the same
    memory twice. What has been written is shared and never changed, so that
    a pair more costs as much as the pair, and now and then a copy.

    Attributes:
        window: the most pairs.
        log: where they are.
        end: how many of the log there were when this was made.
    """

    window: int
    log: _Log
    end: int = 0

    @staticmethod
    def empty(window: int, width: int) -> "Memory":
        """Returns a memory of nothing yet, for vectors of `width` numbers."""
        return Memory(window, _Log(2 * window, width))

    @property
    def vectors(self) -> np.ndarray:
        """Hidden vectors, the newest last: float32 [at most window, W]."""
        return self.log.vectors[self._start : self.end]

    @property
    def words(self) -> np.ndarray:
        """The word after each: int32 [at most window]."""
        return self.log.words[self._start : self.end]

    @property
    def _start(self) -> int:
        return max(self.end - self.window, 0)

    def with_pair(self, vector: np.ndarray, word: int) -> "Memory":
        """Returns a memory of one pair more, without the oldest if full."""
        log = self.log
        if self.end < log.filled or self.end == len(log.words):
            # Another text goes on from here, or the log is full.
            log = _Log(*log.vectors.shape)
            log.append(self.vectors, self.words)
        log.append(vector[np.newaxis], np.array([word]))
        return Memory(self.window, log, log.filled)
