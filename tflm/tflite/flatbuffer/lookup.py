"""EMBEDDING_LOOKUP in place of GATHER, which reads the same rows of a table."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content


def row_gathers(
    model: schema.ModelT, graph: schema.SubGraphT
) -> list[schema.OperatorT]:
    """Returns the GATHERs that read rows of a constant matrix by a list."""
    return [
        op
        for op in content.ops(model, graph, "GATHER")
        if content.constant(model, graph.tensors[op.inputs[0]]) is not None
        and len(content.shape(graph.tensors[op.inputs[0]])) > 1
        and len(content.shape(graph.tensors[op.inputs[1]])) == 1
        and graph.tensors[op.inputs[1]].type == schema.TensorType.INT32
        and not (op.builtinOptions.axis or op.builtinOptions.batchDims)
    ]


def rewrite(model: schema.ModelT, op: schema.OperatorT, table: int) -> None:
    """Makes `op` look up its ids in the tensor `table`."""
    op.opcodeIndex = content.code_number(model, "EMBEDDING_LOOKUP")
    op.inputs = np.array([op.inputs[1], table], np.int32)
    op.builtinOptionsType = schema.BuiltinOptions.NONE
    op.builtinOptions = None
