"""A net in whole numbers without a file, and what it must always say."""

import hashlib

import numpy as np

from tflm.archive.portable.predictor import PortablePredictor
from tflm.archive.portable.program import Constant, Operation, Program

WORDS, WIDTH, TEXTS = 1000, 128, 8


def digest(words: int = 50) -> str:
    """Returns the digest of the weights after each of some words."""
    predictor = PortablePredictor(program(), TEXTS, [0])
    found = hashlib.sha256()
    for i in range(words):
        weights = predictor.weights()
        found.update(weights.astype("<i8").tobytes())
        predictor.feed((weights.argmax(1) + np.arange(TEXTS) * i) % WORDS)
    return found.hexdigest()[:16]


def program() -> Program:
    """Returns h' = tanh(A x + B h), logits = E h', where x is a row of E."""
    return Program(
        operations=(
            _operation("EMBEDDING_LOOKUP", (0, 10), 2, WIDTH),
            _operation("FULLY_CONNECTED", (2, 11, -1), 3, WIDTH),
            _operation("FULLY_CONNECTED", (1, 12, -1), 4, WIDTH),
            _operation("ADD", (3, 4), 5, WIDTH),
            _operation("TANH", (5,), 6, WIDTH),
            _operation("FULLY_CONNECTED", (6, 10, -1), 7, WORDS),
        ),
        constants={10: _matrix(WORDS), 11: _matrix(WIDTH), 12: _matrix(WIDTH)},
        token=0,
        state=1,
        logits=7,
        next_state=6,
        vocabulary_size=WORDS,
        state_size=WIDTH,
    )


def _operation(
    name: str, inputs: tuple[int, ...], output: int, columns: int
) -> Operation:
    return Operation(name, inputs, (output,), ((1, columns),), {})


def _matrix(rows: int) -> Constant:
    places = np.arange(rows * WIDTH).reshape(rows, WIDTH)
    whole = places * places % 8191 % 255 - 127
    scales = (np.arange(rows) % 100 + 100) / 2**16
    return Constant(whole.astype(np.int8), scales)
