"""How a model is used: what it reads before a text, and what is no word."""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import Protocol as Interface

import numpy as np


class Reader(Interface):
    """A language model that reads one word."""

    def initial_state(self) -> np.ndarray:
        """Returns the state of zeros, float32 [1, S]."""

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the word after `token`, new state."""


@dataclasses.dataclass(frozen=True)
class Protocol:
    """What a model was used to when it was trained.

    A model with the same weights says other words after another start, so
    whoever reads a text with it begins as this says.

    Attributes:
        start: ids that are read from a state of zeros before a text's first
            word: `(eos,)` where sentences follow one another, `()` where a
            text begins with zeros, `(0,) * n` after n steps of padding.
        padding: id that fills up windows: it is never predicted and never
            read as a word. None if there is none.

    Raises:
        ValueError: an id is negative.
    """

    start: tuple[int, ...] = ()
    padding: int | None = None

    def __post_init__(self) -> None:
        for word_id in (*self.start, self.padding or 0):
            if word_id < 0:
                raise ValueError(f"an id is 0 or more, got {word_id}")

    @staticmethod
    def after(eos: int | None) -> "Protocol":
        """Returns what this toolkit trains: a text begins after `<eos>`."""
        return Protocol(() if eos is None else (eos,))

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "Protocol":
        """Returns what `dataclasses.asdict` wrote as JSON."""
        return Protocol(tuple(fields["start"]), fields["padding"])

    def begin(self, step: Reader) -> tuple[np.ndarray | None, np.ndarray]:
        """Returns what `step` has read where a text begins.

        It is logits float32 [V], None where nothing was read that could
        predict a text's first word, and the state float32 [1, S].
        """
        logits, state = None, step.initial_state()
        for token in self.start:
            logits, state = step(token, state)
        return logits, state
