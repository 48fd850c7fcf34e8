"""Teachers: whatever reads words in order and says what may come next."""

import hashlib
from collections.abc import Sequence
from typing import Any
from typing import Protocol as Interface

import numpy as np
import tensorflow as tf

from tflm.model.digest import digest
from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel
from tflm.text.protocol import Protocol, Step

_STEPS = 50  # Words that a net reads in one call.


class Teacher(Interface):
    """What reads a text in order.

    Its state is made of arrays and numbers, so that a file can keep it
    (`state.flatten`).

    Attributes:
        name: for people.
        sha256: of it; empty if nothing is known of what it is.
        vocabulary_size: words that it chooses among.
    """

    name: str
    sha256: str
    vocabulary_size: int

    def begin(self) -> Any:
        """Returns the state in which a text begins."""

    def read(self, ids: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Reads words; returns what it expects after each, and the state.

        Args:
            ids: int32 [n].
            state: of a text whose next words these are.

        Returns:
            probabilities, float32 [n, vocabulary], and the new state.
        """


class Net:
    """A model of the toolkit, which reads many words in a call."""

    def __init__(
        self,
        model: LanguageModel,
        protocol: Protocol | None = None,
        name: str = "a model",
    ):
        self.name, self._model = name, model
        self.sha256 = digest(model)
        self.vocabulary_size = model.config.vocabulary_size
        self._protocol = protocol or model.protocol or Protocol()

        @graph
        def read(ids, state):
            hidden, state = model.hidden(ids, state)
            logits = model.softmax(hidden[0])
            return tf.nn.softmax(logits), state

        self._read = read

    def begin(self) -> np.ndarray:
        """Returns what it remembers before a text: float32 [1, state]."""
        state = np.zeros([1, self._model.state_size], np.float32)
        return self.read(np.array(self._protocol.start, np.int32), state)[1]

    def read(
        self, ids: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reads words, as `Teacher` says."""
        found = [np.zeros([0, self.vocabulary_size], np.float32)]
        whole = len(ids) // _STEPS * _STEPS
        edges = [*range(0, whole, _STEPS), *range(whole, len(ids) + 1)]
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            chunk = np.asarray(ids[start:end], np.int32)[np.newaxis]
            chances, state = self._read(chunk, state)
            found.append(chances.numpy())
        return np.concatenate(found), np.asarray(state)


class Reader:
    """Any `Step`, such as a file's, an n-gram model or one with a cache."""

    def __init__(
        self,
        step: Step,
        vocabulary_size: int,
        protocol: Protocol | None = None,
        name: str = "a step",
        sha256: str = "",
    ):
        self.name, self.sha256 = name, sha256
        self.vocabulary_size = vocabulary_size
        self._step, self._protocol = step, protocol or Protocol()

    def begin(self) -> Any:
        """Returns what it remembers before a text."""
        return self._protocol.begin(self._step)[1]

    def read(self, ids: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Reads words, as `Teacher` says."""
        found = np.zeros([len(ids), self.vocabulary_size], np.float32)
        for row, word in zip(found, ids, strict=True):
            logits, state = self._step(int(word), state)
            row[:] = np.exp(logits - logits.max())
        return found / found.sum(1, keepdims=True), state


class Mixture:
    """Several teachers, whose probabilities are averaged.

    Two nets are an ensemble, a net and an n-gram model are interpolated.
    """

    def __init__(
        self,
        teachers: Sequence[Teacher],
        weights: Sequence[float] | None = None,
    ):
        shares = np.array(weights or [1.0] * len(teachers))
        if len(shares) != len(teachers) or not (shares > 0).all():
            raise ValueError(
                f"{len(teachers)} teachers need as many weights above 0, "
                f"got {list(shares)}"
            )
        sizes = {teacher.vocabulary_size for teacher in teachers}
        if len(sizes) != 1:
            raise ValueError(
                f"teachers have {' and '.join(map(str, sorted(sizes)))} words: "
                f"give those of one vocabulary"
            )
        [self.vocabulary_size] = sizes
        self._teachers = [*teachers]
        self._shares = (shares / shares.sum()).astype(np.float32)
        named = zip(self._shares, teachers, strict=True)
        self.name = " + ".join(f"{s:.3g} {t.name}" for s, t in named)
        digests = [teacher.sha256 for teacher in teachers]
        self.sha256 = ""
        if all(digests):
            text = " ".join([*digests, *map(str, self._shares)])
            self.sha256 = hashlib.sha256(text.encode()).hexdigest()

    def begin(self) -> Any:
        """Returns the states of all."""
        return tuple(teacher.begin() for teacher in self._teachers)

    def read(self, ids: np.ndarray, state: Any) -> tuple[np.ndarray, Any]:
        """Reads words, as `Teacher` says."""
        total = np.zeros([len(ids), self.vocabulary_size], np.float32)
        states = []
        for share, teacher, own in zip(
            self._shares, self._teachers, state, strict=True
        ):
            chances, after = teacher.read(ids, own)
            total += share * chances
            states.append(after)
        return total, tuple(states)
