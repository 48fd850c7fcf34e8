"""Files and backends as what is scored: a step that reads one word."""

import dataclasses

import numpy as np

from tflm.latency.backend import Backend, LoadedModel, TfliteFile
from tflm.latency.inputs import Details


@dataclasses.dataclass(frozen=True)
class Renamed:
    """A `Backend` of a .tflite file whose tensors have names of no meaning.

    litert-torch numbers inputs and outputs; here they are `token`, `state`,
    `logits` and `state` again.
    """

    content: bytes

    def open(self, threads: int) -> "LoadedRenamed":
        """Loads it; see `Backend`."""
        return LoadedRenamed(TfliteFile(self.content).open(threads))


class LoadedRenamed:
    """A `LoadedModel` of such a file."""

    signature = None

    def __init__(self, file: LoadedModel):
        self._file, self.runtime, self.invoke = file, file.runtime, file.invoke
        self._in = dict(
            zip(("token", "state"), sorted(file.inputs), strict=True)
        )
        self._out = dict(
            zip(("logits", "state"), sorted(file.outputs), strict=True)
        )
        self.inputs: Details = {k: file.inputs[v] for k, v in self._in.items()}
        self.outputs: Details = {
            k: file.outputs[v] for k, v in self._out.items()
        }

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input; see `LoadedModel`."""
        self._file.write(self._in[name], value)

    def read(self, name: str) -> np.ndarray:
        """Returns an output; see `LoadedModel`."""
        return self._file.read(self._out[name])


class BackendStep:
    """A `Step` of whatever is a `Backend`."""

    def __init__(self, backend: Backend):
        """Loads it, for one thread."""
        self._loaded = backend.open(threads=1)

    def initial_state(self) -> np.ndarray:
        """Returns zeros, float32 [1, S]."""
        return np.zeros(self._loaded.inputs["state"]["shape"], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the word after `token`, new state."""
        self._loaded.write("token", np.array([token], np.int32))
        self._loaded.write("state", state)
        self._loaded.invoke()
        return self._loaded.read("logits")[0], self._loaded.read("state")
