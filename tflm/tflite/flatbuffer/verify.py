"""Whether a foreign .tflite file can be trusted.

The runtime is native code that trusts its input, so `read` goes over a foreign
file in Python first: `offsets` goes over the flatbuffer that it is, and
`problems` over the model that this holds.
"""

import struct

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content, offsets, problems

_KERAS = (b"PK\x03\x04", b"\x89HDF\r\n\x1a\n")  # .keras, which is a zip, .h5


def check(flatbuffer: bytes) -> None:
    """Raises ValueError, one line, if `flatbuffer` is no sound .tflite file."""
    read(flatbuffer)


def read(flatbuffer: bytes) -> schema.ModelT:
    """Returns the content of a .tflite file, each constant in its buffer.

    Raises:
        ValueError: it is not a .tflite file, a damaged one, or one without
            weights.
    """
    _check_head(flatbuffer)
    try:
        offsets.check(flatbuffer)
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(flatbuffer))
    except (struct.error, IndexError, TypeError, ValueError) as error:
        raise _damaged(f"{error} of {len(flatbuffer)} bytes") from error
    _fetch_appended(flatbuffer, model)
    for problem in problems.of(model):
        raise _damaged(problem)
    _check_weights(model)
    return model


def is_tflite(content: bytes) -> bool:
    """Whether a file says that it is a .tflite file."""
    return content[4:8] == b"TFL3"


def _check_head(flatbuffer: bytes) -> None:
    if not flatbuffer:
        raise _damaged("it is empty, 0 bytes")
    if flatbuffer.startswith(_KERAS):
        raise ValueError(
            "not a .tflite file but a Keras model: tflm export makes one of it"
        )
    if not is_tflite(flatbuffer):
        raise ValueError(
            f"not a .tflite file: bytes 4 to 8 are {flatbuffer[4:8]!r}, not"
            " b'TFL3'; name a file made by `tflm export`"
        )


def _fetch_appended(flatbuffer: bytes, model: schema.ModelT) -> None:
    # Large files keep constants behind the flatbuffer, by offset and size.
    for i, buffer in enumerate(model.buffers or []):
        if buffer.offset > 1:
            end = buffer.offset + buffer.size
            if end > len(flatbuffer):
                raise _damaged(
                    f"buffer {i} ends at byte {end} of {len(flatbuffer)}"
                )
            data = memoryview(flatbuffer)[buffer.offset : end]
            buffer.data = np.frombuffer(data, np.uint8)
            buffer.offset = buffer.size = 0


def _check_weights(model: schema.ModelT) -> None:
    # Keras 3 converts to variables that nothing sets: a file without weights.
    used = [
        content.op_name(model.operatorCodes[op.opcodeIndex])
        for graph in model.subgraphs
        for op in graph.operators or []
    ]
    reads = used.count("READ_VARIABLE")
    if reads and "ASSIGN_VARIABLE" not in used:
        raise ValueError(
            f"the .tflite file has no weights: it reads {reads} variables that"
            " nothing sets, as Keras 3 models do; convert a tf_keras model"
        )


def _damaged(problem: str) -> ValueError:
    return ValueError(
        f"damaged .tflite file: {problem}; convert or download it again"
    )
