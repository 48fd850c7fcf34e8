"""The least time that a step can take: that of reading its weights once.

A step of one word uses each weight in one multiplication, so it has to read
all of them and can keep none for later. What a machine reads in a second
depends on where the bytes lie: those of a small file stay in a cache, those
of a large one come from memory. So a file's limit is the time that reading as
many bytes takes, measured in the same rounds as the file itself.
"""

from collections.abc import Mapping

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tflm.latency import benchmark
from tflm.latency import inputs as latency_inputs
from tflm.latency.backend import Backend
from tflm.latency.statistics import Latency
from tflm.report.columns import Column
from tflm.tflite.flatbuffer import content, verify

# What a table of times against their limits shows.
COLUMNS = {
    "MB": Column("megabytes", ".3f"),
    "p50 ms": Column("p50_ms", ".3f"),
    "p95 ms": Column("p95_ms", ".3f"),
    "limit ms": Column("limit_ms", ".3f"),
    "of limit": Column("limit_ratio", ".2f"),
    "speed": Column("speed_up", ".2f"),
}
_LOOKUPS = {"EMBEDDING_LOOKUP": 1, "GATHER": 0}  # Which input is the table.


def touched_bytes(file: bytes) -> int:
    """Returns how many bytes of its constants a step of a .tflite file reads.

    All constants of all operations and the scales of the quantized ones, but
    of a table that is only looked up the row of one word. What several
    operations share is read by one of them, and is in a cache for the others.

    Raises:
        ValueError: the file is damaged.
    """
    model = verify.read(file)
    touched: dict[int, int] = {}  # By number of the buffer.
    for graph in model.subgraphs:
        for op in graph.operators or []:
            name = content.op_name(model.operatorCodes[op.opcodeIndex])
            for place, index in enumerate(op.inputs):
                if index < 0:
                    continue  # An optional tensor that is not there.
                tensor = graph.tensors[index]
                is_table = _LOOKUPS.get(name) == place
                size = _constant_bytes(model, tensor, is_table)
                known = touched.get(tensor.buffer, 0)
                touched[tensor.buffer] = max(known, size)
    return sum(touched.values())


def _constant_bytes(
    model: schema.ModelT, tensor: schema.TensorT, is_table: bool
) -> int:
    constant = content.constant(model, tensor)
    if constant is None:
        return 0
    size = len(constant) + 4 * content.scales(tensor)  # Scales are float32.
    rows = content.shape(tensor)[0] if is_table else 1
    return -(-size // rows)


class Reading:
    """Reads so many bytes of memory at each step, and does little else.

    It is a `Backend` and its own `LoadedModel`, so that it can be measured
    among files. The greatest of int64 numbers is the fastest of twelve
    reductions of NumPy that were tried (sum, or, dot, matrix by vector, ...):
    64 bytes take one instruction, so that memory is what it waits for.
    """

    content = b""
    inputs: latency_inputs.Details = {}
    outputs: latency_inputs.Details = {}
    signature = None
    runtime = f"numpy {np.__version__}"

    def __init__(self, size: int):
        """Prepares to read `size` bytes, rounded up to a multiple of 8."""
        self.size = size

    def open(self, threads: int) -> "Reading":
        """Allocates and writes the bytes; one thread reads them."""
        self._numbers = np.arange(-(-self.size // 8))
        return self

    def write(self, name: str, value: np.ndarray) -> None:
        """Is never called, as there are no inputs."""

    def read(self, name: str) -> np.ndarray:
        """Returns the bytes that are read, as int64 numbers."""
        return self._numbers

    def invoke(self) -> None:
        """Reads all of them."""
        np.maximum.reduce(self._numbers)


def shipped(file: bytes | Backend) -> bytes:
    """Returns the bytes that would ship of what was timed."""
    return file if isinstance(file, bytes) else file.content


def interleave(
    files: Mapping[str, bytes | Backend], runs: int
) -> dict[str, tuple[Latency, dict[str, float]]]:
    """Returns latencies and, of .tflite files, how near they are to the limit.

    Files, backends and the reading of as many bytes as each file touches are
    measured in interleaved rounds, on one thread.

    Raises:
        ValueError: a file is damaged or cannot be run.

    Returns:
        By name the latency and, of a .tflite file, `touched_bytes`,
        `read_gb_per_second` (1e9 bytes), `limit_ms` and `limit_ratio`, the
        median of the file's times over that of the reading's.
    """
    sizes = {
        name: touched_bytes(file)
        for name, file in files.items()
        if isinstance(file, bytes)
    }
    every: dict[str, bytes | Backend] = dict(files)
    every |= {f"reading {size}": Reading(size) for size in sizes.values()}
    found = benchmark.interleave(every, runs=runs)
    results: dict[str, tuple[Latency, dict[str, float]]] = {
        name: (found[name], {}) for name in files
    }
    for name, size in sizes.items():
        limit = found[f"reading {size}"].p50_ms
        results[name][1].update(
            touched_bytes=size,
            read_gb_per_second=round(size / limit / 1e6, 2),
            limit_ms=limit,
            limit_ratio=round(found[name].p50_ms / limit, 3),
        )
    return results
