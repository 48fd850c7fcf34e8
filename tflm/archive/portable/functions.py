"""Sigmoid, tanh, exp and log, by tables between whose entries lines are drawn.

The tables are rounded from decimal numbers of 40 digits, which Python computes
to the last digit, whereas the functions of a mathematical library differ from
machine to machine.
"""

import decimal
import functools
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from tflm.archive.portable.fixed_point import ONE

_STEPS = 2**7  # Entries a unit; a line is off by less than 2^-20 of sigmoid.
_RANGE = 16  # Sigmoid and its limit differ by less than 2^-20 beyond.
_PLACES = [k / _STEPS for k in range(-_RANGE * _STEPS, _RANGE * _STEPS + 1)]
_MANTISSAS = 2**10  # Entries of the logarithm from 1/2 to 1.
_HALF_TO_ONE = [0.5 + k / (2 * _MANTISSAS) for k in range(_MANTISSAS + 1)]

_DIGITS = decimal.Context(prec=40, rounding=decimal.ROUND_HALF_EVEN)

FINEST = 2**8  # Entries of `likelihoods` a unit of a logit.
_MOST = 2**24  # The largest likelihood; the least is 1.


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Returns 1 / (1 + exp(-x))."""
    return _between(x, _sigmoids())


def tanh(x: np.ndarray) -> np.ndarray:
    """Returns tanh(x), which is 2 sigmoid(2 x) - 1."""
    return 2 * sigmoid(2 * x) - ONE


def exp(x: np.ndarray) -> np.ndarray:
    """Returns exp(x), as if x were from -16 to 16."""
    return _between(x, _exponentials())


def log(x: np.ndarray) -> np.ndarray:
    """Returns the natural logarithm of x, as if x were at least 2^-20."""
    mantissa, exponent = np.frexp(np.maximum(x, 1) / ONE)
    table = _logarithms()  # From that of 1/2, which is -log 2, to that of 1.
    place = (mantissa - 0.5) * (2 * _MANTISSAS)
    return np.rint(_line(place, table) - exponent * table[0])


@functools.cache
def likelihoods() -> np.ndarray:
    """Returns 2^24 exp(-k / 256) for k = 0, 1 .. until it is 1, int64."""
    table: list[int] = []
    with decimal.localcontext(_DIGITS):
        while not table or table[-1] > 1:
            power = (Decimal(-len(table)) / FINEST).exp()
            table.append(max(1, round(_MOST * power)))
    return np.array(table, np.int64)


def _between(x: np.ndarray, table: np.ndarray) -> np.ndarray:
    place = x * (_STEPS / ONE) + _RANGE * _STEPS
    return np.rint(_line(place, table))


def _line(place: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Returns what is at `place` of a table, whole or between two entries."""
    place = np.clip(place, 0, len(table) - 1)
    below = np.minimum(place.astype(np.intp), len(table) - 2)
    first = table[below]
    return first + (table[below + 1] - first) * (place - below)


@functools.cache
def _sigmoids() -> np.ndarray:
    return _table(lambda x: 1 / (1 + (-x).exp()), _PLACES)


@functools.cache
def _exponentials() -> np.ndarray:
    return _table(lambda x: x.exp(), _PLACES)


@functools.cache
def _logarithms() -> np.ndarray:
    return _table(lambda x: x.ln(), _HALF_TO_ONE)


def _table(
    function: Callable[[Decimal], Decimal], places: Sequence[float]
) -> np.ndarray:
    """Returns a function of numbers that are exact, in fixed point."""
    with decimal.localcontext(_DIGITS):
        found = [function(Decimal(x)) * int(ONE) for x in places]
        return np.array([round(y) for y in found], np.float64)
