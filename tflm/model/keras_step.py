"""A model as a step: NumPy in, NumPy out."""

import numpy as np

from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel


class KerasStep:
    """A model as a `Step` of `tflm.evaluation.quality`: NumPy in, NumPy out."""

    def __init__(self, model: LanguageModel):
        def read(token, state):
            hidden, state = model.read(token, state)
            return model.softmax(hidden), state, hidden

        self._read = graph(read)
        self.vocabulary_size = model.config.vocabulary_size
        self.state_size = model.state_size
        self.hidden_size = model.config.outputs

    def initial_state(self) -> np.ndarray:
        """Returns zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the next word, and the new state."""
        logits, state, _ = self.read(token, state)
        return logits, state

    def read(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns the same, and what the softmax read, float32 [W]."""
        token_in = np.array([token], np.int32)
        logits, new_state, hidden = self._read(token_in, state)
        return logits.numpy()[0], new_state.numpy(), hidden.numpy()[0]
