"""The step as a TensorFlow SavedModel."""

import pathlib

import numpy as np
import tensorflow as tf

from tflm.model.language_model import LanguageModel
from tflm.tflite.step import step_module

NAME = "saved_model"


def write(model: LanguageModel, path: pathlib.Path) -> None:
    """Writes a SavedModel whose one signature is `step`, as in a .tflite file.

    It holds the weights and the graph of a word, and no Python of ours.

    Args:
        model: what to write.
        path: a directory that is not there.
    """
    module = step_module(model)
    tf.saved_model.save(module, str(path), signatures=module.functions)


class Step:
    """Reads one word with such a SavedModel."""

    def __init__(self, path: pathlib.Path):
        # It has to live on, as the signature holds no weights.
        self._loaded = tf.saved_model.load(str(path))
        self._step = self._loaded.signatures["step"]

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the next word, and the new state."""
        found = self._step(
            token=tf.constant([token], tf.int32), state=tf.constant(state)
        )
        return found["logits"].numpy()[0], found["state"].numpy()
