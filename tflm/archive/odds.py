"""Probabilities to the logarithm of their odds and back, in whole numbers.

By tables of exact decimals: what a mathematical library rounds differs from
machine to machine.
"""

import decimal
import functools

import numpy as np

_PER_NAT = 256
_MOST = 12 * _PER_NAT - 1
_STEPS = 1 << 12  # Of probability.
_LEAST = 16  # Of 2^16, so that nothing is impossible.


def stretch(chances: np.ndarray) -> np.ndarray:
    """Returns ln(p / (1 - p)) in steps of 1/256, of p in steps of 2^-16."""
    return _stretched().take(chances >> 4)


def squash(odds: np.ndarray) -> np.ndarray:
    """Returns 1 / (1 + exp(-x)) in steps of 2^-16, of x in steps of 1/256."""
    return _squashed().take(np.clip(odds, -_MOST, _MOST) + _MOST)


@functools.cache
def _stretched() -> np.ndarray:
    context = decimal.Context(prec=20)
    found = []
    for step in range(_STEPS):
        odds = decimal.Decimal(2 * step + 1) / (2 * _STEPS - 2 * step - 1)
        found.append(round(_PER_NAT * context.ln(odds)))
    return np.array(found, np.int64)


@functools.cache
def _squashed() -> np.ndarray:
    context = decimal.Context(prec=20)
    found = []
    for step in range(-_MOST, _MOST + 1):
        against = context.exp(decimal.Decimal(-step) / _PER_NAT)
        found.append(round((1 << 16) / (1 + against)))
    return np.clip(np.array(found, np.int64), _LEAST, (1 << 16) - _LEAST)
