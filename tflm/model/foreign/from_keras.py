"""A user's own Keras model to ours, weights and all."""

from collections.abc import Sequence
from typing import Any

from tflm import files
from tflm.model.foreign import (
    keras_files,
    keras_model,
    keras_objects,
    keras_protocol,
)
from tflm.model.foreign.description import Imported, Layer
from tflm.model.language_model import LanguageModel


def from_keras(model: Any) -> LanguageModel:
    """Returns a Keras language model in the toolkit's form.

    It may be one of Keras 3, of any backend, or of tf_keras, Sequential or a
    functional chain: an Embedding, then recurrent layers, normalizations,
    Dense layers and activations, the last a Dense layer with one unit for
    each word. Its logits are those before a softmax that the model may end
    with. Configuration and weights are read, and nothing is run.

    Raises:
        ValueError: it has a layer, a connection or a setting that the toolkit
            has not; it is named.

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
    return imported(*keras_objects.read(model)).model


def load(path: files.Path, config: files.Path | None = None) -> Imported:
    """Reads a model that Keras 3 or tf_keras saved, `.keras` or `.h5`.

    Args:
        path: of the file, or of the directory of a SavedModel.
        config: JSON of `model.to_json()`, for a file of weights alone.

    Raises:
        ValueError: the file is no such model, or `from_keras` refuses it.
    """
    layers, is_keras_3 = keras_files.read(path, config)
    return imported(layers, is_keras_3)


def imported(layers: Sequence[Layer], is_keras_3: bool) -> Imported:
    """Returns what a chain of layers is, and how it was used."""
    return Imported(
        keras_model.from_layers(layers, is_keras_3),
        keras_protocol.protocol(layers),
        keras_protocol.steps(layers),
        keras_protocol.is_of_last_word(layers),
        keras_protocol.skips(layers),
    )
