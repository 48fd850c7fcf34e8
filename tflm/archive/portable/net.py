"""A program run for many texts side by side."""

from typing import Any

import numpy as np

from tflm.archive.portable import operations
from tflm.archive.portable.fixed_point import LARGEST, from_real
from tflm.archive.portable.matrix import Matrix
from tflm.archive.portable.program import Constant, Program


class Net:
    """A language model that reads one word of each of N texts at a time.

    Raises:
        ValueError: the program has an operation that is not known.
    """

    def __init__(self, program: Program):
        self._program = program
        self._matrices: dict[int, Matrix] = {}
        self._constants: dict[int, np.ndarray] = {}
        self._inputs = [
            [self._constant(op.name, i, n) for i, n in enumerate(op.inputs)]
            for op in program.operations
        ]
        self(np.zeros(1, np.int64), self.initial_state(1))

    def initial_state(self, texts: int) -> np.ndarray:
        """Returns the state before the first word: zeros, float64 [N, S]."""
        return np.zeros([texts, self._program.state_size])

    def __call__(
        self, tokens: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits [N, V] and the next state [N, S], of fixed point.

        Args:
            tokens: ids, integers [N].
            state: what the last call returned, float64 [N, S].
        """
        program = self._program
        values = {
            program.token: tokens.astype(np.int64)[:, np.newaxis],
            program.state: state[:, np.newaxis],
        }
        for op, constants in zip(program.operations, self._inputs, strict=True):
            inputs = [
                values[n] if constant is None else constant
                for n, constant in zip(op.inputs, constants, strict=True)
                if n >= 0
            ]
            values |= zip(op.outputs, operations.run(op, inputs), strict=True)
        state = np.clip(values[program.next_state], -LARGEST, LARGEST)
        return values[program.logits][:, 0], state[:, 0]

    def _constant(self, operation: str, place: int, number: int) -> Any:
        """Returns a constant as its operation reads it, or None."""
        constant = self._program.constants.get(number)
        if constant is None:
            return None
        if operations.MATRIX_INPUT.get(operation) == place:
            if number not in self._matrices:
                self._matrices[number] = _matrix(constant)
            return self._matrices[number]
        if number not in self._constants:
            self._constants[number] = _array(constant)
        return self._constants[number]


def _matrix(constant: Constant) -> Matrix:
    if constant.scales is None:
        return Matrix.from_real(constant.numbers)
    return Matrix(constant.numbers, constant.scales)


def _array(constant: Constant) -> np.ndarray:
    numbers = constant.numbers
    if constant.scales is not None:
        scales = constant.scales.reshape(-1, *[1] * max(numbers.ndim - 1, 0))
        numbers = from_real(numbers * scales)
    elif numbers.dtype != np.int64:
        numbers = from_real(numbers)
    return numbers[np.newaxis]
