"""A user's own Keras model to ours, weights and all."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from absl import logging

from tflm import files
from tflm.model.foreign import windows as module
from tflm.model.foreign.description import Imported, Layer
from tflm.model.foreign.keras import chain, in_memory, protocol, saved_file
from tflm.model.keras_step import KerasStep
from tflm.model.language_model import LanguageModel
from tflm.text.protocol import Protocol


def from_keras(model: Any, windows: Any = None) -> LanguageModel:
    """Returns a Keras language model in the toolkit's form.

    It may be one of Keras 3, of any backend, or of tf_keras, Sequential or a
    functional chain: an Embedding, then recurrent layers, normalizations,
    Dense layers and activations, the last a Dense layer with one unit for
    each word. Its logits are those before a softmax that the model may end
    with. Configuration and weights are read; nothing is run, but where
    there are windows `model.predict`, with which the result is compared.

    How the model was used, with padding in front or masked, is in `protocol`
    of the result, and told where one word at a time cannot be just that.

    Args:
        model: of Keras; it is left as it was.
        windows: ids as it reads them, [windows, steps].

    Raises:
        ValueError: it has a layer, a connection or a setting that the toolkit
            has not, which is named; or it predicts otherwise.

    Examples:
        >>> import tf_keras as keras
        >>> theirs = keras.Sequential([
        ...     keras.layers.Embedding(30, 8),
        ...     keras.layers.LSTM(16, return_sequences=True),
        ...     keras.layers.Dense(30),
        ... ])
        >>> theirs.build([None, None])
        >>> [*tflm.from_keras(theirs).maps]
        ['embedding', 'layer_0/input', 'layer_0/recurrent', 'softmax']
    """
    found = imported(*in_memory.read(model))
    if windows is not None:
        _compare(model, found, windows)
    return found.model


def _compare(theirs: Any, ours: Imported, given: Any) -> None:
    """Proves on windows what was read, and tells where it is used otherwise."""
    size = ours.model.config.vocabulary_size
    ids = module.checked(given, size)
    expected = module.predicted(ours, ids)
    found = np.asarray(theirs.predict(ids, verbose=0))
    if not np.allclose(found.sum(-1), 1, atol=1e-3):
        found = np.asarray(tf.nn.softmax(found))
    for window, rows, chances in zip(ids, found, expected, strict=True):
        rows = np.reshape(rows, (-1, size))
        if len(rows) > 1 and ours.skips is not None:
            rows = rows[window != ours.skips]
        if (worst := float(np.abs(rows - chances).max(initial=0))) > 1e-3:
            raise ValueError(
                f"model.predict gives a chance that differs by {worst:.2g} "
                f"after window {window.tolist()}: tell us of this model"
            )
    protocol = ours.protocol or Protocol()
    step = KerasStep(ours.model)
    match = module.match(step, protocol, ids, expected)
    if match.equal < 1:
        logging.warning("%s", module.told(ours, match, len(ids)))


def load(path: files.Path, config: files.Path | None = None) -> Imported:
    """Reads a model that Keras 3 or tf_keras saved, `.keras` or `.h5`.

    Args:
        path: of the file, or of the directory of a SavedModel.
        config: JSON of `model.to_json()`, for a file of weights alone.

    Raises:
        ValueError: the file is no such model, or `from_keras` refuses it.
    """
    layers, is_keras_3 = saved_file.read(path, config)
    return imported(layers, is_keras_3)


def imported(layers: Sequence[Layer], is_keras_3: bool) -> Imported:
    """Returns what a chain of layers is, and how it was used."""
    model = chain.from_layers(layers, is_keras_3)
    model.protocol = protocol.protocol(layers)
    return Imported(
        model,
        model.protocol,
        protocol.steps(layers),
        protocol.is_of_last_word(layers),
        protocol.skips(layers),
    )
