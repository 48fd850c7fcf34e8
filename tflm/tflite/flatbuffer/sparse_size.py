"""What a file would take if its zeros were coded, whatever their pattern.

No runtime reads such a file; the figure says what zeros could be worth, as zip
does, and is what papers on pruning count.
"""

import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.flatbuffer.bits import type_bits
from tflm.tflite.flatbuffer.constants import constants, is_weight, values


def sparse_bytes(flatbuffer: bytes) -> int:
    """Returns the size of a .tflite file with its weights in a sparse code.

    A constant of n numbers of b bits, of which k are not zero, is coded as a
    bit for each number that says whether it is zero, then those that are not:
    (n + b k) / 8 bytes, rounded up (the accounting of the MicroNet challenge,
    Gale et al. 2019). One that is smaller as it is in the file stays so, and
    all that is not weights counts as it is.

    Raises:
        ValueError: the file is damaged.
    """
    saved = 0
    for tensor, data in constants(verify.read(flatbuffer)):
        if not is_weight(tensor):
            continue
        stored = len(data)
        if tensor.sparsity is not None:
            stored += content.index_bytes(tensor.sparsity)
        saved += max(0, stored - _coded_bytes(tensor, data))
    return len(flatbuffer) - saved


def _coded_bytes(tensor: schema.TensorT, data: np.ndarray) -> int:
    numbers = math.prod(content.shape(tensor))
    kept = np.count_nonzero(values(tensor, data)[:numbers])
    bits = type_bits(tensor)
    return math.ceil((numbers + bits * kept) / 8)
