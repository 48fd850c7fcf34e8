"""Small language models as .tflite files, for the tests that need some.

One coupled-gate layer of 32 units with a 16-wide projection and 200 words,
converted by TensorFlow alone, so that these tests need no model of ours.
"""

import functools
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.interpreter import load_step

WORDS, WIDTH, UNITS = 200, 16, 32
WORD_IDS = (3, 77, 150, 9)

PER_TENSOR = "_experimental_disable_per_channel_quantization_for_dense_layers"


@functools.cache
def step(
    tied: bool, width: int = WIDTH
) -> tf.types.experimental.GenericFunction:
    """Returns a step as a TensorFlow function of constants."""
    random = np.random.default_rng(0)

    def weights(*shape):
        return tf.constant(random.normal(0, 0.3, shape), tf.float32)

    table = weights(WORDS, width)
    kernel, bias = weights(width + UNITS, 3 * UNITS), weights(3 * UNITS)
    projection, softmax_bias = weights(UNITS, width), weights(WORDS)
    softmax = table if tied else weights(WORDS, width)

    @tf.function(
        input_signature=[
            tf.TensorSpec([1], tf.int32, "token"),
            tf.TensorSpec([1, 2 * UNITS], tf.float32, "state"),
        ]
    )
    def step(token, state):
        h, c = tf.split(state, 2, axis=-1)
        x = tf.concat([tf.gather(table, token), h], axis=-1)
        gates = tf.matmul(x, kernel) + bias
        forget, output, new = tf.split(gates, 3, axis=-1)
        forget = tf.sigmoid(forget)
        c = forget * c + (1 - forget) * tf.tanh(new)
        h = tf.sigmoid(output) * tf.tanh(c)
        logits = tf.matmul(tf.matmul(h, projection), softmax, transpose_b=True)
        return {
            "logits": logits + softmax_bias,
            "state": tf.concat([h, c], axis=-1),
        }

    return step


@functools.cache
def file(tied: bool, kind: str = "float32", width: int = WIDTH) -> bytes:
    """Returns the file of `step(tied, width)`, as TensorFlow makes it."""
    function = step(tied, width)
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [function.get_concrete_function()], tf.Module()
    )
    if kind != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind.startswith("full_int8"):
        converter.representative_dataset = lambda: _examples(function)
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS_INT8
        ]
    if kind.endswith("per_tensor"):
        setattr(converter, PER_TENSOR, True)
    return renamed(converter.convert())


def renamed(flatbuffer: bytes, signature: bytes = b"step") -> bytes:
    """Returns a file whose one signature has another name."""

    def rename(model):
        model.signatureDefs[0].signatureKey = signature

    return changed(flatbuffer, rename)


def changed(
    flatbuffer: bytes, change: Callable[[schema.ModelT], None]
) -> bytes:
    """Returns a file after `change` of its content."""
    model = verify.read(flatbuffer)
    change(model)
    return content.write(model)


def tables(flatbuffer: bytes) -> list[str]:
    """Returns the element types of the matrices [WORDS, WIDTH], sorted."""
    model = verify.read(flatbuffer)
    return sorted(
        content.type_name(tensor.type)
        for tensor in model.subgraphs[0].tensors
        if content.shape(tensor) == [WORDS, WIDTH]
        and model.buffers[tensor.buffer].data is not None
    )


def logits(flatbuffer: bytes, xnnpack: bool = True) -> np.ndarray:
    """Returns the logits of a file after each of WORD_IDS, [4, WORDS]."""
    step = load_step(flatbuffer, xnnpack=xnnpack)
    state = step.initial_state()
    rows = []
    for word in WORD_IDS:
        row, state = step(word, state)
        rows.append(row)
    return np.stack(rows)


def _examples(function) -> Iterator[dict[str, np.ndarray]]:
    state = np.zeros([1, 2 * UNITS], np.float32)
    for word in range(0, WORDS, 4):
        token = np.array([word], np.int32)
        yield {"token": token, "state": state}
        state = function(token, state)["state"].numpy()
