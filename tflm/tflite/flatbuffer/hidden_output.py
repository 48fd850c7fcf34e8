"""What the softmax reads, as an output of a signature of its own.

A cache of hidden vectors needs that vector; nobody else does. So the file has
two signatures of one subgraph: `step`, as ever, and `step_hidden`, which names
one output more. No operation is added, as the vector is computed anyway.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, verify

STEP, STEP_HIDDEN, HIDDEN = "step", "step_hidden", "hidden"


def set_apart(flatbuffer: bytes) -> bytes:
    """Returns a file with the output `hidden` of `step` in `step_hidden`.

    It becomes the last output of the subgraph, for readers that go by places.
    A file whose step has no such output is returned as it is.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    for step in list(model.signatureDefs or []):
        found = _hidden(step)
        if content.text(step.signatureKey) == STEP and found:
            model.signatureDefs.append(_like(step, STEP_HIDDEN))
            step.outputs = [o for o in step.outputs if o not in found]
            graph = model.subgraphs[step.subgraphIndex]
            own = {output.tensorIndex for output in step.outputs}
            # Each once: a state of one vector is that vector.
            order = sorted({*graph.outputs}, key=lambda i: i not in own)
            graph.outputs = np.array(order, np.int32)
            return content.write(model)
    return flatbuffer


def left_out(flatbuffer: bytes) -> bytes:
    """Returns a file without `step_hidden`, for readers that would refuse it.

    LiteRT's compiled models, as those of the browser, want each signature to
    name all outputs of its subgraph. A file without it is returned as it is.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(flatbuffer)
    signatures = {
        content.text(s.signatureKey): s for s in model.signatureDefs or []
    }
    if not {STEP, STEP_HIDDEN} <= signatures.keys():
        return flatbuffer
    step = signatures[STEP]
    model.signatureDefs.remove(signatures[STEP_HIDDEN])
    own = {output.tensorIndex for output in step.outputs}
    graph = model.subgraphs[step.subgraphIndex]
    graph.outputs = np.array([i for i in graph.outputs if i in own], np.int32)
    return content.write(model)


def _hidden(signature: schema.SignatureDefT) -> list[schema.TensorMapT]:
    outputs = signature.outputs or []
    return [o for o in outputs if content.text(o.name) == HIDDEN]


def _like(signature: schema.SignatureDefT, key: str) -> schema.SignatureDefT:
    made = schema.SignatureDefT()
    made.signatureKey = key.encode()
    made.subgraphIndex = signature.subgraphIndex
    made.inputs, made.outputs = signature.inputs, list(signature.outputs)
    return made
