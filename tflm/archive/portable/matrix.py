"""A matrix of whole numbers and scales, and exact products with it."""

import numpy as np

from tflm.archive.portable.fixed_point import EXACT, ONE

_FLOAT_LEVELS = 2**15 - 1  # A row of float32 is rounded to 16 bits.


class Matrix:
    """A matrix whose row r is scale[r] times whole numbers.

    Args:
        whole: the whole numbers, [rows, columns].
        scales: float64 [rows] or [1].
    """

    def __init__(self, whole: np.ndarray, scales: np.ndarray):
        self.whole = np.ascontiguousarray(whole, np.float64)
        self.scales = np.asarray(scales, np.float64)
        # Numbers up to here add up to what float64 holds, in whatever order.
        longest = np.abs(self.whole).sum(1).max(initial=1)
        self._largest = np.floor(EXACT / longest)

    @classmethod
    def from_real(cls, matrix: np.ndarray) -> "Matrix":
        """Returns the nearest matrix of 16 bits, with a scale a row."""
        real = np.asarray(matrix, np.float64)
        highest = np.abs(real).max(1, keepdims=True, initial=0)
        scales = np.where(highest > 0, highest, 1) / _FLOAT_LEVELS
        return cls(np.rint(real / scales), scales[:, 0])

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """Returns rows of the matrix: [*ids.shape, columns]."""
        scales = self.scales[ids] if len(self.scales) > 1 else self.scales
        return np.rint(self.whole[ids] * scales[..., np.newaxis] * ONE)

    def times(self, x: np.ndarray) -> np.ndarray:
        """Returns the products of vectors with each row.

        Args:
            x: [n, columns], of fixed point.

        Returns:
            [n, rows], of fixed point.
        """
        sums = np.clip(x, -self._largest, self._largest) @ self.whole.T
        return np.rint(sums * self.scales)
