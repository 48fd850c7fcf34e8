"""The constants of a .tflite file, as numbers."""

import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

_NUMPY = {
    "FLOAT32": np.float32,
    "FLOAT16": np.float16,
    "INT8": np.int8,
    "UINT8": np.uint8,
    "INT16": np.int16,
}
_PACKED = {"INT4": 4, "INT2": 2}


def constants(
    model: schema.ModelT,
) -> list[tuple[schema.TensorT, np.ndarray]]:
    """Returns one tensor, and its bytes, for each buffer that has some."""
    tensors = [t for graph in model.subgraphs for t in graph.tensors or []]
    by_buffer = {tensor.buffer: tensor for tensor in reversed(tensors)}
    found = [(t, model.buffers[i].data) for i, t in by_buffer.items()]
    return [(t, data) for t, data in found if data is not None and len(data)]


def is_weight(tensor: schema.TensorT) -> bool:
    """Whether a constant is of a type whose zeros can be counted."""
    dtype = content.type_name(tensor.type)
    return dtype in _NUMPY or dtype in _PACKED


def values(tensor: schema.TensorT, data: np.ndarray) -> np.ndarray:
    """Returns stored values as numbers that are 0 where weights are.

    Args:
        tensor: one of which `is_weight` holds.
        data: its bytes, uint8 [n].

    Returns:
        the numbers, flat; of a packed type, up to the end of the last byte.
    """
    dtype = content.type_name(tensor.type)
    if dtype in _PACKED:
        return _unpacked(data, _PACKED[dtype])
    values = np.frombuffer(data.tobytes(), _NUMPY[dtype])
    quantization = tensor.quantization
    if quantization is None or quantization.zeroPoint is None:
        return values
    # Per channel, the runtime demands zero points of 0.
    return values.astype(np.int32) - int(quantization.zeroPoint[0])


def signed_values(tensor: schema.TensorT, data: np.ndarray) -> np.ndarray:
    """Returns the integers of a quantized constant, less its zero point.

    Args:
        tensor: of type INT8, INT4 or INT2.
        data: its bytes, uint8 [n].

    Returns:
        as many numbers as the tensor has, flat.
    """
    found = values(tensor, data)[: math.prod(content.shape(tensor))]
    bits = _PACKED.get(content.type_name(tensor.type))
    if bits is None:
        return found
    sign = 2 ** (bits - 1)
    return (found.astype(np.int8) ^ sign) - sign


def _unpacked(data: np.ndarray, bits: int) -> np.ndarray:
    """Returns the codes of a packed constant, the lowest bits first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return (data[:, np.newaxis] >> shifts & (2**bits - 1)).ravel()
