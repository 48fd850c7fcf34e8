"""Which TensorFlow Lite runs a file: the first that has all its operations."""

from ai_edge_litert import schema_py_generated as schema

from tflm.tflite.flatbuffer import content

UNKNOWN = "unknown"

# The first TensorFlow Lite that has version 1, 2, 3, ... of an operation, from
# runtime_version.cc (https://github.com/google-ai-edge/LiteRT,
# tflite/tools/versioning); "-" where that table has a gap. Operations that no
# language model uses are left out.
_RUNTIMES = {
    "ADD": "1.5.0 1.14.0 2.4.0 2.6.0 2.13.0",
    "ARG_MAX": "1.9.0 1.14.0 2.9.0",
    "ASSIGN_VARIABLE": "2.6.0",
    "AVERAGE_POOL_2D": "1.5.0 1.14.0 2.3.0",
    "BATCH_MATMUL": "2.3.0 2.3.0 2.4.0 2.5.0",
    "BIDIRECTIONAL_SEQUENCE_LSTM": "1.14.0 1.14.0 1.14.0",
    "BROADCAST_ARGS": "2.6.0",
    "BROADCAST_TO": "- 2.5.0 2.5.0",
    "CALL_ONCE": "2.5.0",
    "CAST": "1.5.0 2.7.0 2.8.0 2.9.0 2.12.0 2.15.0 2.17.0",
    "CONCATENATION": "1.5.0 1.14.0 2.3.0 2.14.0",
    "DENSIFY": "2.2.0",
    "DEQUANTIZE": "1.13.1 1.14.0 1.15.0 2.2.0 2.7.0 2.18.0",
    "DIV": "1.6.0 2.3.0",
    "EMBEDDING_LOOKUP": "1.13.0 1.14.0 1.14.0 2.18.0",
    "EQUAL": "1.14.0 1.14.0 2.3.0 2.13.0",
    "EXP": "1.7.0 2.12.0",
    "EXPAND_DIMS": "1.10.0",
    "FILL": "1.13.0 2.3.0 2.5.0 2.12.0",
    "FLOOR_DIV": "1.14.0 1.14.0 2.13.0",
    "FLOOR_MOD": "1.13.0 2.13.0",
    "FULLY_CONNECTED": "1.5.0 1.10.0 1.14.0 1.14.0 2.0.0 2.1.0 2.3.0 2.3.0"
    " 2.3.0 2.11.0 2.15.0 2.17.0 2.18.0",
    "GATHER": "1.6.0 1.14.0 1.15.0 2.4.0 2.5.0 2.13.0 2.15.0",
    "GATHER_ND": "1.14.0 2.3.0 2.5.0 2.13.0 2.16.0",
    "GREATER_EQUAL": "1.14.0 1.14.0 2.13.0",
    "LESS": "1.14.0 1.14.0 2.13.0",
    "LOGICAL_AND": "1.11.0",
    "LOGISTIC": "1.14.0 1.14.0 2.3.0",
    "LOG_SOFTMAX": "1.14.0 1.14.0",
    "LSTM": "1.7.0 1.10.0 1.14.0 2.3.0",
    "MAXIMUM": "1.14.0 1.14.0 2.3.0 2.3.0",
    "MEAN": "1.6.0 1.14.0 2.4.0",
    "MINIMUM": "1.14.0 1.14.0 2.3.0 2.3.0",
    "MUL": "1.5.0 1.14.0 1.15.0 2.3.0 2.6.0 2.11.0 2.13.0",
    "NEG": "1.9.0",
    "PACK": "1.11.0 1.14.0 2.3.0 2.13.0",
    "PAD": "1.5.0 1.14.0 2.4.0 2.6.0",
    "QUANTIZE": "1.14.0 1.15.0 2.7.0",
    "RANGE": "1.13.0 2.14.0",
    "READ_VARIABLE": "2.6.0",
    "RELU": "1.5.0 2.1.0 2.5.0",
    "RESHAPE": "1.5.0",
    "REVERSE_V2": "1.14.0 2.2.0 2.5.0",
    "RNN": "1.5.0 1.14.0 2.3.0",
    "RSQRT": "1.10.0 2.5.0 2.15.0",
    "SELECT": "1.14.0 1.14.0 2.12.0 2.12.0",
    "SELECT_V2": "2.2.0 2.12.0",
    "SHAPE": "1.10.0",
    "SLICE": "1.14.0 1.14.0 1.14.0 2.4.0 2.5.0 2.14.0",
    "SOFTMAX": "1.5.0 1.14.0 2.3.0",
    "SPLIT": "1.5.0 1.14.0 1.14.0 2.3.0",
    "SPLIT_V": "1.13.1 2.3.0",
    "SQUARE": "1.12.0",
    "SQUARED_DIFFERENCE": "1.13.1 2.5.0",
    "SQUEEZE": "1.6.0 2.5.0",
    "STRIDED_SLICE": "1.6.0 1.14.0 2.1.0 2.2.0 2.5.0 2.6.0 2.14.0 2.14.0",
    "SUB": "1.6.0 1.14.0 2.3.0 2.4.0 2.4.0",
    "SUM": "1.10.0 1.15.0",
    "TANH": "1.14.0 1.14.0 2.3.0",
    "TILE": "1.10.1 2.2.0 2.8.0",
    "TOPK_V2": "1.7.0 1.14.0 2.13.0",
    "TRANSPOSE": "1.6.0 1.14.0 1.15.0 2.3.0 2.4.0 2.12.0 2.14.4",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "1.13.1 1.14.0 2.3.0 2.12.0",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "1.14.0 1.14.0 2.3.0",
    "UNPACK": "1.11.0 1.14.0 2.2.0 2.3.0",
    "VAR_HANDLE": "2.6.0",
    "WHERE": "1.14.0 2.8.0",
    "WHILE": "1.15.0",
    "ZEROS_LIKE": "1.12.0",
}


# The first that we have seen to read numbers of a type, which versions of
# operations do not tell.
_TYPES = {"INT2": "2.21.0"}


def needed(model: schema.ModelT) -> str:
    """Returns the first TensorFlow Lite that has every operation of a model.

    It is "unknown" if an operation is a custom one or not in our table.
    """
    codes = (
        model.operatorCodes[op.opcodeIndex]
        for graph in model.subgraphs
        for op in graph.operators or []
    )
    found = {first(content.own_name(code), code.version) for code in codes}
    if UNKNOWN in found:
        return UNKNOWN
    tensors = (t for graph in model.subgraphs for t in graph.tensors or [])
    types = {content.type_name(tensor.type) for tensor in tensors}
    found |= {_TYPES[name] for name in types & {*_TYPES}}
    return max(found, key=version_numbers, default="1.5.0")


def first(name: str, version: int) -> str:
    """Returns the first TensorFlow Lite that has a version of an operation."""
    versions = _RUNTIMES.get(name, "").split()
    if not 0 < version <= len(versions) or versions[version - 1] == "-":
        return UNKNOWN
    return versions[version - 1]


def version_numbers(version: str) -> tuple[int, ...]:
    """Returns (2, 16, 1) for "2.16.1", so that versions compare.

    Raises:
        ValueError: `version` is not numbers with dots between.
    """
    try:
        return tuple(int(part) for part in version.split("."))
    except ValueError as error:
        raise ValueError(
            f"{version!r} is no runtime version; write one like 2.16.1"
        ) from error


def is_older(runtime: str, other: str) -> bool:
    """Whether the runtime `runtime` comes before `other`."""
    # "2.18" has what "2.18.0" has, and "2.16.1" is newer than "2.16".
    pair = [version_numbers(v) for v in (runtime, other)]
    return pair[0] + (0,) * (3 - len(pair[0])) < pair[1]
