"""What can be measured: a model as a .tflite file or of another runtime."""

import dataclasses
import functools
import importlib.metadata
from typing import Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from tflm import runtime
from tflm.latency.inputs import Details


class LoadedModel(Protocol):
    """A model that is loaded and ready to run one step after the other."""

    @property
    def inputs(self) -> Details:
        """`shape` and `dtype` of each input, by name."""

    @property
    def outputs(self) -> Details:
        """The same of each output."""

    @property
    def signature(self) -> str | None:
        """The one that is run; None if it has none, or several."""

    @property
    def runtime(self) -> str:
        """What runs it, and its version."""

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input of the next step, of its shape and type."""

    def invoke(self) -> None:
        """Runs one step: what is timed."""

    def read(self, name: str) -> np.ndarray:
        """Returns an output of the last step, which stays as it is."""


class Backend(Protocol):
    """A model in the form of a runtime."""

    @property
    def content(self) -> bytes:
        """The bytes that would ship, from which `open` loads it."""

    def open(self, threads: int) -> LoadedModel:
        """Loads it; the time that this takes is `init_ms`."""


@dataclasses.dataclass(frozen=True)
class TfliteFile:
    """A .tflite file in LiteRT.

    Attributes:
        content: of the file.
        xnnpack: whether the XNNPACK delegate may take what it knows.
    """

    content: bytes
    xnnpack: bool = True

    def open(self, threads: int) -> "LoadedFile":
        """Loads it; see `Backend`.

        Raises:
            ValueError: the runtime refuses it.
        """
        return LoadedFile(
            runtime.open_interpreter(self.content, threads, self.xnnpack)
        )


class LoadedFile:
    """A .tflite file in an interpreter, a `LoadedModel`."""

    def __init__(self, interpreter: Interpreter):
        version = importlib.metadata.version("ai-edge-litert")
        self.runtime = f"ai-edge-litert {version}"
        self.invoke = interpreter.invoke
        self._interpreter = interpreter

    @functools.cached_property  # It is no part of `init_ms`.
    def inputs(self) -> Details:
        """`shape`, `dtype` and `index` of each input, by name."""
        return _tensors(self._interpreter)[0]

    @functools.cached_property
    def outputs(self) -> Details:
        """The same of each output."""
        return _tensors(self._interpreter)[1]

    @functools.cached_property
    def signature(self) -> str | None:
        """The only one of the first graph; see `LoadedModel`."""
        return _signature(self._interpreter)

    def write(self, name: str, value: np.ndarray) -> None:
        """Sets an input; see `LoadedModel`."""
        self._interpreter.set_tensor(self.inputs[name]["index"], value)

    def read(self, name: str) -> np.ndarray:
        """Returns an output; see `LoadedModel`."""
        return self._interpreter.get_tensor(self.outputs[name]["index"])


def _tensors(interpreter: Interpreter) -> tuple[Details, Details]:
    """Returns the inputs and the outputs, by name."""
    signature = _signature(interpreter)
    if signature:
        runner = interpreter.get_signature_runner(signature)
        return runner.get_input_details(), runner.get_output_details()
    inputs = {d["name"]: d for d in interpreter.get_input_details()}
    outputs = {d["name"]: d for d in interpreter.get_output_details()}
    return inputs, outputs


def _signature(interpreter: Interpreter) -> str | None:
    """Returns the one signature that is run, None if nobody can tell."""
    names = interpreter.get_signature_list()
    # Of several, most are about other graphs; this one gives a step's vector.
    others = {*names} - {"step_hidden"}
    return others.pop() if len(others) == 1 else None
