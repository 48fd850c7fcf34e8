"""What a user gets without us: the stock converter on stock Keras layers.

`TFLiteConverter.from_keras_model` with default optimizations, which fuses an
LSTM and quantizes weights to int8 as it sees fit.
"""

import pathlib
import sys

import numpy as np

from tflm import temporary
from tflm.model import storage
from tflm.model.language_model import LanguageModel
from tflm.tflite import child
from tflm.tflite.interpreter import open_interpreter


def convert(model: LanguageModel) -> bytes:
    """Returns the stock file of the same model, converted in a child process.

    Raises:
        ConversionError: the converter died or refused.
    """
    with temporary.directory() as place:
        storage.save(model, place / "model.npz")
        return child.run(__name__, place, "the stock file")


class StockStep:
    """Reads one word with a stock file, which keeps its state inside.

    It is a `Step` whose state is empty: it can only go on from where it is.
    """

    def __init__(self, content: bytes):
        """Loads a file that `convert` made.

        Raises:
            ValueError: the file is damaged or the runtime refuses it.
        """
        self._interpreter = open_interpreter(content)
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]["index"]

    def initial_state(self) -> np.ndarray:
        """Forgets what was read; returns nothing, float32 [1, 0]."""
        self._interpreter.reset_all_variables()
        return np.zeros([1, 0], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the word after `token`."""
        word = np.full(self._input["shape"], token, self._input["dtype"])
        self._interpreter.set_tensor(self._input["index"], word)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output).ravel(), state


def main(directory: pathlib.Path) -> None:
    """Converts what `convert` left in `directory`, in the child process."""
    import tensorflow as tf

    from tflm.model.foreign.keras.to_keras import to_keras

    stock = to_keras(storage.load(directory / "model.npz"), steps=1)
    converter = tf.lite.TFLiteConverter.from_keras_model(stock)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    (directory / "model.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
