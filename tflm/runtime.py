"""Opens .tflite files in LiteRT, the runtime: nothing else here does."""

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
