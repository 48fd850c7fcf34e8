"""What can be measured: a net in the form of a runtime, as a .tflite file."""

import dataclasses
import functools
import importlib.metadata
from typing import Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from tflm import runtime
from tflm.latency.inputs import Details


class LoadedModel(Protocol):
    """A net that is loaded and ready to run one step after the other.

    Attributes:
        inputs: `shape` and `dtype` of each input, by name.
        outputs: the same of each output.
        runtime: what runs it, and its version.
    """

    inputs: Details
    outputs: Details
    runtime: str

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input of the next step."""

    def invoke(self) -> None:
        """Runs one step: what is timed."""

    def read(self, name: str) -> np.ndarray:
        """Returns an output of the last step, which stays as it is."""


class Backend(Protocol):
    """A net in the form of another runtime.

    Attributes:
        content: the bytes that would ship, from which `open` loads it.
    """

    content: bytes

    def open(self, threads: int) -> LoadedModel:
        """Loads it; the time that this takes is `init_ms`."""


@dataclasses.dataclass(frozen=True)
class TfliteFile:
    """A .tflite file, which is run as a peer would be."""

    content: bytes
    xnnpack: bool = True

    def open(self, threads: int) -> "_Interpreter":
        return _Interpreter(
            runtime.open_interpreter(self.content, threads, self.xnnpack)
        )


class _Interpreter:
    """A loaded .tflite file."""

    def __init__(self, interpreter: Interpreter):
        version = importlib.metadata.version("ai-edge-litert")
        self.runtime = f"ai-edge-litert {version}"
        self.invoke = interpreter.invoke
        self._interpreter = interpreter

    @functools.cached_property  # It is no part of `init_ms`.
    def inputs(self) -> Details:
        return _tensors(self._interpreter)[0]

    @functools.cached_property
    def outputs(self) -> Details:
        return _tensors(self._interpreter)[1]

    def write(self, name: str, value: np.ndarray) -> None:
        self._interpreter.set_tensor(self.inputs[name]["index"], value)

    def read(self, name: str) -> np.ndarray:
        return self._interpreter.get_tensor(self.outputs[name]["index"])


def _tensors(interpreter: Interpreter) -> tuple[Details, Details]:
    """Returns the inputs and the outputs, by name."""
    signatures = interpreter.get_signature_list()
    if len(signatures) == 1:  # Of several, most are about other graphs.
        runner = interpreter.get_signature_runner(*signatures)
        return runner.get_input_details(), runner.get_output_details()
    inputs = {d["name"]: d for d in interpreter.get_input_details()}
    outputs = {d["name"]: d for d in interpreter.get_output_details()}
    return inputs, outputs
