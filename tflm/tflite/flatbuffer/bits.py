"""How many bits each number of a constant has."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

_BITS = {"FLOAT32": 32, "FLOAT16": 16, "INT16": 16, "INT4": 4, "INT2": 2}
_CODED = range(2, 17)  # Widths that 32 bits may have been rounded to.
_NEAR = 0.02  # Of an integer, what still counts as one.
_FIRST = 64  # Numbers of a row that tell most rows without a width.


def type_bits(tensor: schema.TensorT) -> int:
    """Returns the bits of a number of the tensor's type."""
    return _BITS.get(content.type_name(tensor.type), 8)


def bits_by_row(tensor: schema.TensorT, data: np.ndarray) -> np.ndarray:
    """Returns the bits that the numbers of each row of a constant need.

    They are those of its type, but for a matrix of float32: a row whose
    numbers are integers times one scale needs those of the integers, for
    `QuantizeAware` leaves such rows, of widths that no runtime stores.

    Returns:
        int [rows], or int [1] for what is no matrix of float32.
    """
    bits, shape = type_bits(tensor), content.shape(tensor)
    if bits < 32 or len(shape) != 2 or tensor.sparsity is not None:
        return np.array([bits])
    rows = np.frombuffer(data.tobytes(), np.float32).reshape(shape)
    found = np.full(len(rows), bits)
    high = np.abs(rows).max(1, keepdims=True)
    # Rows of zeros are integers, and those of what is no number are not.
    scaled = np.where(high == 0, np.float32(0), np.full_like(rows, np.nan))
    is_number = np.isfinite(high) & (high > 0)
    np.divide(rows, high, out=scaled, where=is_number)
    # From the widest, so that what is left is the narrowest.
    for width in reversed(_CODED):
        likely = np.flatnonzero(_is_coded(scaled[:, :_FIRST], width))
        found[likely[_is_coded(scaled[likely], width)]] = width
    return found


def _is_coded(rows: np.ndarray, width: int) -> np.ndarray:
    """Returns which rows, in [-1, 1], are integers over the largest one."""
    codes = rows * (2 ** (width - 1) - 1)
    return (np.abs(codes - np.rint(codes)) < _NEAR).all(1)
