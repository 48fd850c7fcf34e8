"""What a file would have scored in the MicroNet challenge of 2019.

The challenge (Gale et al., NeurIPS 2019) counted what a model stores and what
it computes for one word, both in units of 32 bits, over the same counts of a
published model. This is its language-modelling track as we read the rules:

- A number of b bits is b/32 of a parameter. Zeros may be left out for one bit
  a number that says where they are. A scale is a parameter.
- A multiplication counts by the larger of the bits of what it multiplies, an
  addition as one of 32 bits; a product with a zero that was left out as none.
- Any other function of a number is one operation: a sigmoid as an addition.
- Moving numbers, and looking a row up, is none.

The normaliser and the first two were checked with what Yan et al. 2020 (arXiv
2005.07877) state of their entries; the others we could not.
"""

import dataclasses
import math

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.flatbuffer.bits import bits_by_row, type_bits
from tflm.tflite.flatbuffer.constants import constants, is_weight, values

# Of the model that counts as 1 + 1.
PARAMETERS, OPERATIONS = 159e6, 318e6
_FULL = 32  # bits of what counts as one
_DYNAMIC = 8  # bits that a product of integer weights rounds its inputs to
_MOVES = (
    "CONCATENATION",
    "DEQUANTIZE",
    "EMBEDDING_LOOKUP",
    "EXPAND_DIMS",
    "GATHER",
    "PACK",
    "PAD",
    "QUANTIZE",
    "RESHAPE",
    "SHAPE",
    "SLICE",
    "SPLIT",
    "SPLIT_V",
    "SQUEEZE",
    "STRIDED_SLICE",
    "TRANSPOSE",
    "UNPACK",
)


@dataclasses.dataclass(frozen=True)
class MicroNet:
    """What the challenge would have counted of a file.

    Attributes:
        parameters: that it stores, in units of 32 bits.
        operations: that its step takes, in units of 32 bits.
        score: the sum of both, each over that of the challenge's own model.
    """

    parameters: float
    operations: float
    score: float


def micronet(flatbuffer: bytes) -> MicroNet:
    """Returns the counts of a .tflite file; its first subgraph is its step.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    found = [(t, data) for t, data in constants(model) if is_weight(t)]
    coded = {t.buffer: _coded(t, data) for t, data in found}
    stored = sum(bits for bits, _ in coded.values())
    kept = {buffer: share for buffer, (_, share) in coded.items()}
    graph = model.subgraphs[0]
    steps = [_operations(model, graph, op, kept) for op in graph.operators]
    return of_counts(stored / _FULL, sum(steps))


def of_counts(parameters: float, operations: float) -> MicroNet:
    """Returns the score of what was counted, in units of 32 bits."""
    score = parameters / PARAMETERS + operations / OPERATIONS
    return MicroNet(parameters, operations, score)


def _coded(tensor: schema.TensorT, data: np.ndarray) -> tuple[int, float]:
    """Returns the bits of a constant, and the share of numbers among them.

    That is below 1 where it takes less to leave the zeros out.
    """
    numbers = math.prod(content.shape(tensor))
    bits = bits_by_row(tensor, data)
    whole = numbers // len(bits) * int(bits.sum())
    if content.scales(tensor):
        scales = content.scales(tensor)
    else:
        scales = int(np.count_nonzero(bits < type_bits(tensor)))
    share = np.count_nonzero(values(tensor, data)[:numbers]) / numbers
    without_zeros = math.ceil(whole * share) + numbers
    if without_zeros < whole:
        return without_zeros + _FULL * scales, share
    return whole + _FULL * scales, 1.0


def _operations(
    model: schema.ModelT,
    graph: schema.SubGraphT,
    op: schema.OperatorT,
    kept: dict[int, float],
) -> float:
    name = content.op_name(model.operatorCodes[op.opcodeIndex])
    if name in _MOVES:
        return 0.0
    size = math.prod(content.shape(graph.tensors[op.outputs[0]]))
    if name not in ("FULLY_CONNECTED", "BATCH_MATMUL"):
        return float(size)
    x, weights = (graph.tensors[i] for i in op.inputs[:2])
    products = size * content.shape(x)[-1] * kept.get(weights.buffer, 1.0)
    is_dynamic = content.scales(weights) and not content.scales(x)
    read = _DYNAMIC if is_dynamic else type_bits(x)
    bits = max(read, type_bits(weights))
    rescaled = size if is_dynamic else 0  # A row's sum times its scale.
    return products * (bits / _FULL + 1) + rescaled
