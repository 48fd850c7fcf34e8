"""Numbers as whole multiples of 2^-20, which float64 holds exactly.

A vector [..] of them is float64 and counts in that unit. `ONE` of them is 1.
"""

import numpy as np

ONE = 2.0**20
LARGEST = 2.0**10 * ONE  # What a state may grow to.

# Sums of whole numbers are exact below 2^53; with room to spare.
EXACT = 2.0**52


def from_real(numbers: np.ndarray) -> np.ndarray:
    """Returns the nearest multiples of 2^-20 to real numbers."""
    # Of float32, the product is exact, and so it is rounded once.
    return np.rint(np.asarray(numbers, np.float64) * ONE)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Returns a b, number by number."""
    return np.rint(a * b * (1 / ONE))


def quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Returns a / b, number by number, as if b were at least 2^-20."""
    return np.rint(a / np.maximum(b, 1) * ONE)


def inverse_root(x: np.ndarray) -> np.ndarray:
    """Returns 1 / sqrt(x), as if x were at least 2^-20."""
    # IEEE 754 defines the root, too, to the last bit.
    return np.rint(ONE**1.5 / np.sqrt(np.maximum(x, 1)))
