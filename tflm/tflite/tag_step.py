"""The graph of one word of a tagger, which a .tflite file holds."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tflm.model.graph import graph
from tflm.model.tagger import Reader, Tagger
from tflm.tflite.tag_signature import BACKWARD


def functions(model: Tagger) -> dict[str, Callable[..., Any]]:
    """Returns the signatures of a tagger's file.

    `step(token: int32[W], state: float32[1, S]) -> {logits: float32[1, L],
    state: float32[1, S]}`: it is that of a language model, but for the ids
    that it reads for one word, which `Tagger` tells, and that logits are of
    labels. Whoever feeds the state back has greedy labels; a beam writes
    other labels over the last number of a state. A tagger of both directions
    has `step_backward` too, which reads sentences from their end.
    """
    names = ("step", BACKWARD)[: len(model.readers)]
    token = tf.TensorSpec([model.config.tokens], tf.int32, "token")
    return {
        name: graph(
            _step(model, reader),
            (token, tf.TensorSpec([1, size], tf.float32, "state")),
        )
        for name, reader, size in zip(
            names, model.readers, model.sizes, strict=True
        )
    }


def _step(model: Tagger, reader: Reader) -> Callable[..., Any]:
    def step(token, state):
        logits, state = model.step_of(reader, token, state)
        return {"logits": logits, "state": state}

    return step
