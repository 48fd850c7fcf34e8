"""How a model is used: what it reads before a text, and what is no word."""

import dataclasses
from collections.abc import Mapping
from typing import Any
from typing import Protocol as Interface

import msgspec
import numpy as np

from tflm import json_files
from tflm.json_files import Id

# What a step remembers: float32 [1, S], and more if it has a cache. It is a
# value: a step returns another one.
State = Any


class Step(Interface):
    """A language model that reads one word."""

    def initial_state(self) -> State:
        """Returns the state before the first word: zeros."""

    def __call__(self, token: int, state: State) -> tuple[np.ndarray, State]:
        """Returns logits float32 [V] of the word after `token`, new state."""


class HiddenStep(Step, Interface):
    """A step that also gives what its softmax reads, W numbers."""

    hidden_size: int

    def read(
        self, token: int, state: State
    ) -> tuple[np.ndarray, State, np.ndarray]:
        """Returns logits float32 [V], new state, hidden float32 [W]."""


def check_hidden(step: Step) -> None:
    """Raises ValueError if a step does not give what its softmax reads."""
    if not getattr(step, "hidden_size", 0):
        raise ValueError(
            "a cache needs what the softmax reads, which this file does not "
            "give: export the model again, not as full_int8"
        )


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
    def after(eos: int | None, padding: int | None = None) -> "Protocol":
        """Returns what this toolkit trains: a text begins after `<eos>`."""
        return Protocol(() if eos is None else (eos,), padding)

    @property
    def carries(self) -> bool:
        """Whether the state goes on from sentence to sentence.

        A model that reads padding first has seen each text alone.
        """
        return self.padding not in self.start

    def fields(self) -> dict[str, Any]:
        """Returns this as JSON has it."""
        return {"start": list(self.start), "padding": self.padding}

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "Protocol":
        """Returns what `fields` wrote.

        Raises:
            ValueError: it is something else.
        """
        said = json_files.convert(fields, "protocol", _Fields)
        return Protocol(said.start, said.padding)

    def begin(self, step: Step) -> tuple[np.ndarray | None, State]:
        """Returns what `step` has read where a text begins.

        It is logits float32 [V], None where nothing was read that could
        predict a text's first word, and the state.
        """
        logits, state = None, step.initial_state()
        for token in self.start:
            logits, state = step(token, state)
        return logits, state


class _Fields(msgspec.Struct):
    start: tuple[Id, ...]
    padding: Id | None
