"""What each operation of a .tflite file does, in fixed point.

A tensor of shape [..] is an array [N, ..], one for each of N texts, and one
that is the same for all an array [1, ..]. Real numbers are float64 and of fixed
point; ids and truths are int64. A product's matrix is a `Matrix`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tflm.archive.portable import fixed_point, functions
from tflm.archive.portable.fixed_point import ONE
from tflm.archive.portable.program import Operation

Function = Callable[..., Any]

# Which input of an operation is a matrix, by the operation's name.
MATRIX_INPUT = {"FULLY_CONNECTED": 1, "EMBEDDING_LOOKUP": 1, "GATHER": 0}

# The numbers of the file's schema for what follows an operation.
_FUSED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    0: lambda x: x,
    1: lambda x: np.maximum(x, 0),
    2: lambda x: np.clip(x, -ONE, ONE),
    3: lambda x: np.clip(x, 0, 6 * ONE),
    4: functions.tanh,
}
_VALID = 1  # The padding of a pool that has none.


def run(op: Operation, inputs: Sequence[Any]) -> Sequence[np.ndarray]:
    """Returns the outputs of an operation.

    Raises:
        ValueError: it is not known, or not with its options.
    """
    if op.name not in OPERATIONS:
        raise ValueError(
            f"portable arithmetic has no operation {op.name}: leave out "
            f"--portable"
        )
    outputs = OPERATIONS[op.name](op, *inputs)
    if not isinstance(outputs, list):
        outputs = [outputs]
    fused = _FUSED.get(op.options.get("fusedActivationFunction", 0))
    if fused is None:
        raise _unknown(op, "fusedActivationFunction")
    return [
        fused(y).reshape(-1, *shape)
        for y, shape in zip(outputs, op.shapes, strict=True)
    ]


def _unknown(op: Operation, option: str) -> ValueError:
    value = op.options.get(option)
    return ValueError(
        f"portable arithmetic has no {op.name} of {option} {value}: leave out "
        f"--portable"
    )


def _fully_connected(op, x, matrix, bias=None):
    y = matrix.times(x.reshape(-1, matrix.whole.shape[1]))
    return y if bias is None else y + bias.ravel()


def _embedding_lookup(op, ids, table):
    return table.rows(ids)


def _gather(op, table, ids):
    if op.options.get("axis") or op.options.get("batchDims"):
        raise _unknown(op, "axis" if op.options.get("axis") else "batchDims")
    return table.rows(ids)


def _elementwise(function: Callable[..., np.ndarray]) -> Function:
    """Returns an operation on numbers at the same places of its inputs."""

    def apply(op, *inputs):
        rank = max(x.ndim for x in inputs)
        return function(*(_raised(x, rank) for x in inputs))

    return apply


def _raised(x: np.ndarray, rank: int) -> np.ndarray:
    return x.reshape(len(x), *[1] * (rank - x.ndim), *x.shape[1:])


def _concatenation(op, *parts):
    texts = max(len(part) for part in parts)
    axis = _axis(op.options["axis"], parts[0])
    return np.concatenate(
        [np.broadcast_to(p, (texts, *p.shape[1:])) for p in parts], axis
    )


def _split(op, axis, x):
    return np.split(x, len(op.outputs), _axis(axis.item(), x))


def _split_sizes(op, x, sizes, axis):
    return np.split(x, np.cumsum(sizes)[:-1], _axis(axis.item(), x))


def _axis(axis: int, x: np.ndarray) -> int:
    """Returns the axis of an array, of one of a tensor."""
    return axis + 1 if axis >= 0 else axis + x.ndim


def _strided_slice(op, x, begin, end, strides):
    if op.options.get("ellipsisMask") or op.options.get("newAxisMask"):
        raise _unknown(op, "ellipsisMask or newAxisMask")
    places: list[Any] = [slice(None)]
    for i, stride in enumerate(strides[0]):
        first = None if op.options.get("beginMask", 0) >> i & 1 else begin[0, i]
        last = None if op.options.get("endMask", 0) >> i & 1 else end[0, i]
        if op.options.get("shrinkAxisMask", 0) >> i & 1:
            last = begin[0, i] + 1 or None
        places.append(slice(first, last, stride))
    return x[tuple(places)]


def _slice(op, x, begin, size):
    ends = np.where(size[0] < 0, x.shape[1:], begin[0] + size[0])
    places = slice(None), *map(slice, begin[0], ends)
    return x[places]


def _pad(op, x, widths):
    return np.pad(x, [(0, 0), *widths[0]])


def _transpose(op, x, order):
    return x.transpose(0, *(order[0] + 1))


def _reshape(op, x, *shape):
    return x  # `run` gives every output its shape.


def _average_pool(op, x):
    """Returns means of windows that lie wholly in [N, 1, height, width, n]."""
    if op.options["padding"] != _VALID:
        raise _unknown(op, "padding")
    _, _, height, width, _ = x.shape
    size = op.options["filterHeight"], op.options["filterWidth"]
    step = op.options["strideH"], op.options["strideW"]
    last = height - size[0] + 1, width - size[1] + 1
    window = [
        x[:, :, i : last[0] + i : step[0], j : last[1] + j : step[1]]
        for i in range(size[0])
        for j in range(size[1])
    ]
    return np.rint(sum(window) / len(window))


def _reduction(function: Callable[..., np.ndarray]) -> Function:
    def apply(op, x, axes):
        return function(x, axis=tuple(_axis(a, x) for a in axes.ravel()))

    return apply


def _mean(x: np.ndarray, axis: tuple[int, ...]) -> np.ndarray:
    total = x.sum(axis)
    return np.rint(total / (x.size // total.size))


def _softmax(op, x):
    powers = functions.exp(x - x.max(-1, keepdims=True))
    return fixed_point.quotient(powers, powers.sum(-1, keepdims=True))


def _cast(op, x):
    return x * ONE if x.dtype != np.float64 else x


OPERATIONS: dict[str, Function] = {
    "ABS": _elementwise(np.abs),
    "ADD": _elementwise(np.add),
    "AVERAGE_POOL_2D": _average_pool,
    "CAST": _cast,
    "CONCATENATION": _concatenation,
    "DEQUANTIZE": _reshape,
    "DIV": _elementwise(fixed_point.quotient),
    "EMBEDDING_LOOKUP": _embedding_lookup,
    "EQUAL": _elementwise(lambda a, b: (a == b).astype(np.int64)),
    "EXP": _elementwise(functions.exp),
    "FLOOR_DIV": _elementwise(np.floor_divide),
    "FLOOR_MOD": _elementwise(np.mod),
    "FULLY_CONNECTED": _fully_connected,
    "GATHER": _gather,
    "LOG": _elementwise(functions.log),
    "LOGISTIC": _elementwise(functions.sigmoid),
    "MAXIMUM": _elementwise(np.maximum),
    "MEAN": _reduction(_mean),
    "MINIMUM": _elementwise(np.minimum),
    "MUL": _elementwise(fixed_point.product),
    "NEG": _elementwise(np.negative),
    "PAD": _pad,
    "QUANTIZE": _reshape,
    "REDUCE_MAX": _reduction(np.max),
    "RELU": _elementwise(_FUSED[1]),
    "RELU_N1_TO_1": _elementwise(_FUSED[2]),
    "RELU6": _elementwise(_FUSED[3]),
    "RESHAPE": _reshape,
    "RSQRT": _elementwise(fixed_point.inverse_root),
    "SLICE": _slice,
    "SOFTMAX": _softmax,
    "SPLIT": _split,
    "SPLIT_V": _split_sizes,
    "STRIDED_SLICE": _strided_slice,
    "SUB": _elementwise(np.subtract),
    "SUM": _reduction(np.sum),
    "TANH": _elementwise(functions.tanh),
    "TRANSPOSE": _transpose,
}
