"""The graph of one word: what a .tflite file of this toolkit holds."""

import tensorflow as tf

from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel
from tflm.model.network import Network
from tflm.model.tagger import Tagger
from tflm.tflite import tag_step


def step_module(
    model: Network, early_exit: bool = False, hidden: bool = False
) -> tf.Module:
    """Returns a module whose `functions` are the signatures of the file.

    `step(token: int32[1], state: float32[1, S]) -> {logits: float32[1, V],
    state: float32[1, S]}`: a keyboard gives it a word and keeps the state. It
    has no loop, which is why every kind of cell converts to built-in ops.
    With `hidden` it also returns `hidden: float32[1, W]`, what the softmax
    reads, which `hidden_output.set_apart` makes a signature of its own.

    With `early_exit` there are also the parts of a hierarchical softmax over
    clusters of n_0 ... n_C words: `step_head(token, state) -> {words:
    float32[1, n_0], tails: float32[1, C], hidden: float32[1, W], state}`, and
    for each tail `step_tail_K(hidden) -> {logits: float32[1, n_K]}`, which
    are log p(word | tail). `step` sorts first, and so is the first subgraph.

    Those of a tagger are what `tag_step.functions` says.
    """
    module = tf.Module()
    # Weights alone: a saved Keras layer would drag its call functions along.
    module.weights = list(model.named_weights().values())
    if isinstance(model, Tagger):
        module.functions = tag_step.functions(model)
        return module
    word = (
        tf.TensorSpec([1], tf.int32, "token"),
        tf.TensorSpec([1, model.state_size], tf.float32, "state"),
    )
    module.functions = {"step": graph(_step(model, hidden), word)}
    if early_exit:
        width = model.config.outputs
        vector = tf.TensorSpec([1, width], tf.float32, "hidden")
        module.functions["step_head"] = graph(_head(model), word)
        for c in range(1, model.softmax.table.clusters):
            tail = graph(_tail(model, c), [vector])
            module.functions[f"step_tail_{c}"] = tail
    return module


def _step(model: LanguageModel, with_hidden: bool):
    def step(token, state):
        hidden, state = model.read(token, state)
        outputs = {"logits": model.softmax(hidden), "state": state}
        return outputs | ({"hidden": hidden} if with_hidden else {})

    return step


def _head(model: LanguageModel):
    def head(token, state):
        hidden, state = model.read(token, state)
        return {
            "words": model.softmax.words(hidden, 0),
            "tails": model.softmax.tails(hidden),
            "hidden": hidden,
            "state": state,
        }

    return head


def _tail(model: LanguageModel, c: int):
    return lambda hidden: {"logits": model.softmax.within(hidden, c)}
