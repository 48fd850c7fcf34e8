"""Opens .tflite files in LiteRT, the runtime: nothing else here does."""

from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def open_interpreter(
    flatbuffer: bytes, threads: int = 1, xnnpack: bool = True
) -> Interpreter:
    """Returns an interpreter of a .tflite file, its tensors allocated.

    A dimension that the file leaves open is 1. A malformed file may crash
    Python: `tflite.flatbuffer.verify` goes over foreign ones before.

    Args:
        flatbuffer: the content of the file.
        threads: how many the runtime may use.
        xnnpack: whether the XNNPACK delegate, the runtime's default, may take
            the operations that it knows.

    Raises:
        ValueError: the runtime refuses the file; one line, with the cure.
    """
    resolver = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    if xnnpack:
        resolver = OpResolverType.AUTO
    try:
        interpreter = Interpreter(
            model_content=bytes(flatbuffer),
            num_threads=threads,
            experimental_op_resolver_type=resolver,
        )
        _close_dimensions(interpreter)
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"the runtime refuses the file ({reason}); convert it with"
            " built-in operations only, for this runtime"
        ) from error
    return interpreter


def _close_dimensions(interpreter: Interpreter) -> None:
    for detail in interpreter.get_input_details():
        shape = detail["shape_signature"]
        if -1 in shape:
            closed = np.where(shape == -1, 1, shape)
            interpreter.resize_tensor_input(detail["index"], closed)


def run_once(flatbuffer: bytes) -> None:
    """Runs a file on zeros, with and without XNNPACK.

    Raises:
        ValueError, RuntimeError: the runtime refuses.
        MemoryError: it needs more than there is.
    """
    for xnnpack in (True, False):
        _run_signatures(open_interpreter(flatbuffer, 1, xnnpack))


def _run_signatures(interpreter: Interpreter) -> None:
    """Runs each signature of a file, or what is without one."""
    names = [*interpreter.get_signature_list()]
    for name in names:
        runner = interpreter.get_signature_runner(name)
        runner(**_zeros(runner.get_input_details()))
    if not names:
        for detail in interpreter.get_input_details():
            zeros = np.zeros(detail["shape"], detail["dtype"])
            interpreter.set_tensor(detail["index"], zeros)
        interpreter.invoke()
        for detail in interpreter.get_output_details():
            interpreter.get_tensor(detail["index"])


def _zeros(details: dict[str, dict[str, Any]]) -> dict[str, np.ndarray]:
    return {
        name: np.zeros(np.maximum(detail["shape"], 1), detail["dtype"])
        for name, detail in details.items()
    }
