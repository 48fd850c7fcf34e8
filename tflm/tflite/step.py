"""The graph of one word: what a .tflite file of this toolkit holds."""

import tensorflow as tf

from tflm.model import LanguageModel


def step_module(model: LanguageModel) -> tf.Module:
    """Returns a module whose `step` is the function of the file's signature.

    `step(token: int32[1], state: float32[1, S]) -> {logits: float32[1, V],
    state: float32[1, S]}`: a keyboard feeds one word and keeps the state. It
    has no loop, which is why every kind of cell converts to built-in ops.
    """
    module = tf.Module()
    # Weights alone: a saved Keras layer would drag its call functions along.
    module.weights = list(model.named_weights().values())

    @tf.function(
        input_signature=[
            tf.TensorSpec([1], tf.int32, "token"),
            tf.TensorSpec([1, model.state_size], tf.float32, "state"),
        ]
    )
    def step(token, state):
        logits, state = model.step(token, state)
        return {"logits": logits, "state": state}

    module.step = step
    return module
