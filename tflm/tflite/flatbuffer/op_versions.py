"""The versions of operations that a file says it needs.

A runtime opens a file whose scales it does not know and answers with wrong
logits, without an error, unless the versions tell it not to.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, runtimes

# Element types that hold several weights in a byte, and those of floats.
PACKED = ("INT4", "INT2")
FLOATS = ("FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT64")


def raise_all(model: schema.ModelT) -> None:
    """Raises operation versions to what the types of their tensors need."""
    for graph in model.subgraphs:
        for op in graph.operators or []:
            code = model.operatorCodes[op.opcodeIndex]
            code.version = max(code.version, _version(code, op, graph))
    found = runtimes.needed(model).encode().ljust(16, b"\0")
    for entry in model.metadata or []:
        if entry.name == b"min_runtime_version":
            model.buffers[entry.buffer].data = np.frombuffer(found, np.uint8)


def _version(
    code: schema.OperatorCodeT, op: schema.OperatorT, graph: schema.SubGraphT
) -> int:
    """Returns the version that integer weights need, after op_version.cc.

    It asks version 12 of 4-bit layers with scales by channel too, where
    op_version.cc is content with 1: TensorFlow Lite 2.16.1 reads the first
    scale only and gives wrong logits.
    """
    name = content.op_name(code)
    if name not in ("EMBEDDING_LOOKUP", "FULLY_CONNECTED"):
        return 1
    weights = graph.tensors[op.inputs[1]]
    inputs = graph.tensors[op.inputs[0]]
    dtype = content.type_name(weights.type)
    by_channel = content.scales(weights) > 1
    if name == "EMBEDDING_LOOKUP":
        return 4 if by_channel or dtype in PACKED else 1
    if dtype in FLOATS or content.type_name(inputs.type) not in FLOATS:
        return 1
    if by_channel:
        return 12
    return 9 if op.builtinOptions.asymmetricQuantizeInputs else 3
