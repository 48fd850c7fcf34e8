"""How a Keras model was used, by what its configuration says of it."""

from collections.abc import Sequence

from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras.weights import GATES
from tflm.text.protocol import Protocol


def steps(layers: Sequence[Layer]) -> int | None:
    """Returns how many ids a model reads at once, None for any number."""
    for layer in layers[:2]:
        for key in ("batch_shape", "batch_input_shape"):
            shape = layer.config.get(key)
            if shape and len(shape) == 2 and shape[1]:
                return shape[1]
        if length := layer.config.get("input_length"):
            return length
    return None


def protocol(layers: Sequence[Layer]) -> Protocol | None:
    """Returns how a text begins for a model, None if nothing tells.

    With `mask_zero` padding is skipped, so that a text begins with zeros. A
    model that says the last word of a window was trained on windows that
    padding fills in front, and the least that follows is one word.
    """
    if skips(layers) is not None:
        return Protocol((), 0)
    length = steps(layers)
    if is_of_last_word(layers) and length:
        return Protocol((0,) * (length - 1), 0)
    return Protocol() if is_of_last_word(layers) else None


def is_of_last_word(layers: Sequence[Layer]) -> bool:
    """Tells whether a model predicts after its last id alone."""
    return any(
        layer.kind in GATES and not layer.config.get("return_sequences")
        for layer in layers
    )


def skips(layers: Sequence[Layer]) -> int | None:
    """Returns the id that an Embedding masks, None if it masks none."""
    masked = any(layer.config.get("mask_zero") for layer in layers)
    return 0 if masked else None
