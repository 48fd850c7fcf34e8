"""The operations of a step, one after the other, as read from a file."""

import dataclasses
from collections.abc import Mapping

import numpy as np


@dataclasses.dataclass(frozen=True)
class Constant:
    """Numbers of the file: those stored, times the scale of their row.

    Attributes:
        numbers: as stored, less the zero point.
        scales: float64 [rows] or [1]; None where nothing is quantized.
    """

    numbers: np.ndarray
    scales: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Operation:
    """An operation of a .tflite file.

    Attributes:
        name: as in "FULLY_CONNECTED".
        inputs: numbers of tensors; -1 for one that is left out.
        outputs: the same.
        shapes: of each output, for one word of one text.
        options: such as the axis, by the names of the file's schema.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    options: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Program:
    """A step: from a token and a state to logits and the next state.

    Attributes:
        operations: in the order in which they are done.
        constants: by the number of their tensor.
        token, state, logits, next_state: numbers of tensors.
        vocabulary_size: V, how many logits there are.
        state_size: S, how many numbers the state has.
    """

    operations: tuple[Operation, ...]
    constants: Mapping[int, Constant]
    token: int
    state: int
    logits: int
    next_state: int
    vocabulary_size: int
    state_size: int
