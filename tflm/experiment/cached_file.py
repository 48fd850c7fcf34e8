"""A .tflite file with a cache, as a benchmark measures models."""

import dataclasses
import importlib.metadata

import numpy as np

from tflm.evaluation.cache import Cached, CachedState
from tflm.evaluation.memory import Memory
from tflm.latency.inputs import Details
from tflm.text.cache_settings import CacheSettings
from tflm.tflite.interpreter import Step, load_step


@dataclasses.dataclass(frozen=True)
class CachedFile:
    """A file and its cache: a `Backend` of `tflm.latency`.

    Attributes:
        content: of the file.
        settings: of the cache, which is full from the first step on.
    """

    content: bytes
    settings: CacheSettings

    def open(self, threads: int) -> "LoadedCache":
        """Loads it; see `Backend`.

        Raises:
            ValueError: the file does not give what its softmax reads.
        """
        return LoadedCache(load_step(self.content, threads), self.settings)


class LoadedCache:
    """A file with a full cache that is ready to run, a `LoadedModel`."""

    signature = "step_hidden"

    def __init__(self, step: Step, settings: CacheSettings):
        version = importlib.metadata.version("ai-edge-litert")
        self.runtime = f"ai-edge-litert {version}"
        state = {"dtype": np.float32, "shape": [1, step.state_size]}
        logits = {"dtype": np.float32, "shape": [1, step.vocabulary_size]}
        token = {"dtype": np.int32, "shape": [1]}
        self.inputs: Details = {"token": token, "state": state}
        self.outputs: Details = {"logits": logits, "state": state}
        self._cached = Cached(step, settings)
        self._state = _full(step, settings)
        self._values: dict[str, np.ndarray] = {}

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input; see `LoadedModel`."""
        self._values[name] = value

    def invoke(self) -> None:
        """Reads one word, asks the cache and mixes both."""
        token = int(self._values["token"][0])
        state = dataclasses.replace(self._state, model=self._values["state"])
        logits, self._state = self._cached(token, state)
        self._values["logits"] = logits[np.newaxis]
        self._values["state"] = self._state.model

    def read(self, name: str) -> np.ndarray:
        """Returns an output of the last step."""
        return self._values[name]


def _full(step: Step, settings: CacheSettings) -> CachedState:
    """Returns a state whose memory is full, of random pairs."""
    random = np.random.default_rng(0)
    width = step.hidden_size
    memory = Memory.empty(settings.window, width)
    for word in random.integers(step.vocabulary_size, size=settings.window):
        vector = random.standard_normal(width).astype(np.float32)
        memory = memory.with_pair(vector, int(word))
    hidden = np.zeros(width, np.float32)
    return CachedState(step.initial_state(), memory, hidden)
