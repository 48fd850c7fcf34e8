"""The step as an ONNX model."""

import pathlib

import numpy as np
import onnx
import tensorflow as tf
import tf2onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from tflm import files
from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel

NAME = "model.onnx"
_OPSET = 18


def write(model: LanguageModel, path: pathlib.Path) -> None:
    """Writes `step` as ONNX, of operations of opset 18 alone.

    `(token: int32[1], state: float32[1, S]) -> (logits: float32[1, V],
    new_state: float32[1, S])`: in one graph two values have two names.

    Args:
        model: what to write.
        path: of the file.

    Raises:
        OSError: the directory is missing, full or read-only.
    """

    def step(token, state):
        logits, new_state = model.step(token, state)
        return {"logits": logits, "new_state": new_state}

    word = (
        tf.TensorSpec([1], tf.int32, "token"),
        tf.TensorSpec([1, model.state_size], tf.float32, "state"),
    )
    made, _ = tf2onnx.convert.from_function(
        graph(step, word), word, opset=_OPSET
    )
    made.graph.name = "step"
    _store_once(made.graph)
    onnx.checker.check_model(made, full_check=True)
    files.write(path, made.SerializeToString(deterministic=True))


def _store_once(graph: onnx.GraphProto) -> None:
    """Lets a product read a matrix that is there as its transpose.

    So a table that is tied to the softmax, which a GATHER reads by rows, is
    not stored a second time for the softmax.
    """
    arrays = {x.name: numpy_helper.to_array(x) for x in graph.initializer}
    matrices = {name: x for name, x in arrays.items() if x.ndim == 2}
    gathered = {x.input[0] for x in graph.node if x.op_type == "Gather"}
    for k, node in enumerate(graph.node):
        if node.op_type != "MatMul" or node.input[1] not in matrices:
            continue
        weights = matrices[node.input[1]]
        for name in gathered & {*matrices}:
            if np.array_equal(matrices[name].T, weights):
                inputs = [node.input[0], name]
                product = helper.make_node(
                    "Gemm", inputs, node.output, node.name, transB=1
                )
                graph.node[k].CopyFrom(product)
    used = {name for node in graph.node for name in node.input}
    kept = [x for x in graph.initializer if x.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


class Step:
    """Reads one word with such a file, by ONNX' own reference in NumPy."""

    def __init__(self, path: pathlib.Path):
        self._evaluator = ReferenceEvaluator(str(path))

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the next word, and the new state."""
        inputs = {"token": np.array([token], np.int32), "state": state}
        names = ["logits", "new_state"]
        logits, new_state = self._evaluator.run(names, inputs)
        return logits[0], new_state
