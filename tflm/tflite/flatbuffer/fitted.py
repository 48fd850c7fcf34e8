"""How many bits each matrix of a float32 file needs to be held exactly."""

import re
from collections.abc import Iterator

from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content
from tflm.tflite.flatbuffer.bits import bits_by_row

_STORED = (2, 4)  # Bits below 8 that the runtime reads.


def scopes(model: schema.ModelT) -> Iterator[tuple[str, str, int]]:
    """Yields the operations whose matrix fits into fewer than 8 bits.

    Each is its name, a pattern for ai-edge-quantizer that finds it alone, and
    the bits.
    """
    for name in ("EMBEDDING_LOOKUP", "FULLY_CONNECTED"):
        for graph in model.subgraphs:
            for op in content.ops(model, graph, name):
                if bits := _bits(model, graph.tensors[op.inputs[1]]):
                    yield name, scope(graph, op), bits


def scope(graph: schema.SubGraphT, op: schema.OperatorT) -> str:
    """Returns the pattern of an operation for ai-edge-quantizer."""
    name = content.text(graph.tensors[op.outputs[0]].name)
    return f"^{re.escape(name)};$"


def _bits(model: schema.ModelT, weights: schema.TensorT) -> int:
    """Returns the fewest bits that hold a constant, 0 for 8 or more."""
    data = content.constant(model, weights)
    if data is None:
        return 0
    needed = bits_by_row(weights, data).max()
    # Rows are read from whole bytes.
    width = content.shape(weights)[-1]
    fits = (b for b in _STORED if b >= needed and b * width % 8 == 0)
    return next(fits, 0)
