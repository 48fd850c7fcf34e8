"""A matrix of whole numbers and scales, and exact products with it."""

import functools

import numpy as np

from tflm.archive.portable.fixed_point import EXACT, from_real

_FLOAT_LEVELS = 2**15 - 1  # A row of float32 is rounded to 16 bits.


class Matrix:
    """A matrix whose row r is scale[r] times whole numbers.

    Args:
        whole: the whole numbers, [rows, columns], of any type.
        scales: float64 [rows] or [1].
    """

    def __init__(self, whole: np.ndarray, scales: np.ndarray):
        self.columns = whole.shape[1]
        self._whole = whole
        self._scales = np.asarray(scales, np.float64)

    @functools.cached_property
    def _turned(self) -> np.ndarray:
        """The whole numbers as products take them: float64 [columns, rows]."""
        return np.ascontiguousarray(self._whole.T, np.float64)

    @functools.cached_property
    def _largest(self) -> float:
        """Up to where numbers have exact sums of products, in any order."""
        longest = np.abs(self._turned).sum(0).max(initial=1)
        return float(np.floor(EXACT / longest))

    @classmethod
    def from_real(cls, matrix: np.ndarray) -> "Matrix":
        """Returns the nearest matrix of 16 bits, with a scale a row."""
        real = np.asarray(matrix, np.float64)
        highest = np.abs(real).max(1, keepdims=True, initial=0)
        scales = np.where(highest > 0, highest, 1) / _FLOAT_LEVELS
        return cls(np.rint(real / scales), scales[:, 0])

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """Returns rows of the matrix: [*ids.shape, columns]."""
        scales = self._scales[ids] if len(self._scales) > 1 else self._scales
        return from_real(self._whole[ids] * scales[..., np.newaxis])

    def times(self, x: np.ndarray) -> np.ndarray:
        """Returns the products of vectors with each row.

        Args:
            x: [n, columns], of fixed point.

        Returns:
            [n, rows], of fixed point.
        """
        y = np.clip(x, -self._largest, self._largest) @ self._turned
        y *= self._scales
        return np.rint(y, out=y)
