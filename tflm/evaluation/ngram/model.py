"""Interpolated n-gram model: the baseline to beat at an equal size of file.

Modified Kneser-Ney smoothing (Chen and Goodman, 1999, "An empirical study of
smoothing techniques for language modeling"). With c the count of an n-gram,
h its context and h' that context without its first word,

    p(w | h) = gain(h w) + back_off(h) p(w | h')
    gain(h w) = (c(h w) - D(c(h w))) / sum over v of c(h v)

where back_off(h) is what the gains leave to one, and the last p is 1 / V. So
the counts are the model: they are what the file holds, without rounding, and
every distribution sums to one whichever n-grams are dropped.
"""

import dataclasses
import functools
import lzma
import pathlib
from collections.abc import Sequence

import numpy as np

from tflm import files
from tflm.evaluation.ngram import serialization
from tflm.evaluation.ngram.level import Level


@dataclasses.dataclass(frozen=True, eq=False)
class NGram:
    """An n-gram model, which reads a word and predicts the next: a Step.

    The state holds the ids + 1 of the last words, newest last; 0 stands for
    none, so zeros are a legal first state. `eos` clears what came before.
    """

    vocabulary_size: int
    eos: int
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        """How many words the longest n-grams have."""
        return len(self.levels)

    @property
    def state_size(self) -> int:
        """How many words the state holds."""
        return self.order - 1

    @property
    def bytes(self) -> int:
        """Size of the file that `save` writes."""
        return len(self._file)

    def initial_state(self) -> np.ndarray:
        """Returns zeros, float32[1, order - 1]: nothing is read yet."""
        return np.zeros((1, self.state_size), np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reads word `token`; returns the logits of the next and the state.

        The logits are natural logarithms of probabilities that sum to one,
        float32[V]. The state is float32[1, order - 1] before and after.

        Raises:
            ValueError: `token` is no id, or `state` has another shape.
        """
        state = self._read(token, state)
        context = [int(number) - 1 for number in state[0] if number]
        # Scaled only at the end, and only the words that are known to follow
        # this one need a new logarithm: those that follow more words are some
        # of them.
        scaled, scale = self._unigrams.copy(), 1.0
        followers = self.levels[0].word[:0]
        for length in range(1, len(context) + 1):
            level, node = self.levels[length], self._find(context[-length:])
            if node is None:
                break  # Nor is a longer context known: it would end with it.
            span = slice(level.starts[node], level.starts[node + 1])
            scale *= level.back_off[node]
            scaled[level.word[span]] += level.gain[span] / scale
            followers = level.word[span] if length == 1 else followers
        logits = self._log_unigrams.copy()
        logits[followers] = np.log(scaled[followers])
        logits += np.float32(np.log(scale))
        return logits, state

    def probabilities(self) -> list[np.ndarray]:
        """Returns p(w | h) of each n-gram h w, an array [N] a level."""
        shorter, found = np.array([1 / self.vocabulary_size]), []
        for level in self.levels:
            rest = level.back_off[level.prefix] * shorter[level.suffix]
            shorter = level.gain + rest
            found.append(shorter)
        return found

    def _read(self, token: int, state: np.ndarray) -> np.ndarray:
        after = self.initial_state()
        if not 0 <= token < self.vocabulary_size:
            last = self.vocabulary_size - 1
            raise ValueError(f"token is {token}; give an id from 0 to {last}")
        if state.shape != after.shape:
            raise ValueError(
                f"state has shape {state.shape}; this model's has {after.shape}"
            )
        if token != self.eos:
            after[0, :-1] = state[0, 1:]
        after[0, -1:] = token + 1
        return after

    def _find(self, context: Sequence[int]) -> int | None:
        node = context[0]
        for level, word in zip(self.levels[1:], context[1:], strict=False):
            start, end = level.starts[node : node + 2]
            node = start + level.word[start:end].searchsorted(word)
            if node == end or level.word[node] != word:
                return None
        return node

    @functools.cached_property
    def _unigrams(self) -> np.ndarray:
        return self.probabilities()[0].astype(np.float32)

    @functools.cached_property
    def _log_unigrams(self) -> np.ndarray:
        return np.log(self._unigrams)

    @functools.cached_property
    def _file(self):
        return serialization.encode(self.vocabulary_size, self.eos, self.levels)


def save(model: NGram, path: files.Path) -> None:
    """Writes `model`: `model.bytes` bytes, with a checksum, atomically."""
    files.write(path, model._file)


def load(path: files.Path) -> NGram:
    """Reads a model that `save` wrote.

    Raises:
        ValueError: the file is something else, or damaged.
    """
    content = pathlib.Path(path).read_bytes()
    if not content.startswith(serialization.MAGIC):
        start = content[: len(serialization.MAGIC)]
        raise ValueError(
            f"{path} is no n-gram model: it starts with {start!r}; give a "
            f"file that tflm.evaluation.ngram.model.save wrote"
        )
    try:
        return NGram(*serialization.decode(content))
    except lzma.LZMAError as error:
        raise ValueError(
            f"{path} is damaged ({error}); copy it again, or train anew"
        ) from None
