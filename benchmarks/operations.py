r"""Which operations of .tflite files take the time.

python -m benchmarks.operations FILE.tflite...

The runtime's own profiler times every operation, those inside of XNNPACK too,
on one thread and random words and states. It knows whole microseconds, so means
of many steps are shown; looking at its clock costs each operation that
XNNPACK does not take one or two of them.
"""

import ctypes
import importlib.util
import pathlib
import re
from collections.abc import Sequence

import numpy as np
from absl import app, flags

_RUNS = flags.DEFINE_integer("runs", 3000, "Steps to time of each file.")

_CPU = 1  # An accelerator of the runtime.
_WRITE = 1  # How a buffer is locked.
_TYPE_BYTES = 512  # More than the runtime's description of a tensor takes.
_WARM_UP = 50
_FIRST = "runtime_options_string", b"enable_profiling = true\n"
_SECOND = "xnnpack", b"num_threads = 1\n"


def main(argv: Sequence[str]) -> None:
    if len(argv) < 2:
        raise app.UsageError("name .tflite files")
    for path in argv[1:]:
        found = profile(path, _RUNS.value)
        print(f"{path}: {sum(us for _, us in found):.1f} us")
        for name, us in found:
            print(f"  {us:8.2f}  {name}")


def profile(path: str, runs: int) -> list[tuple[str, float]]:
    """Returns each operation of a step in order, and its mean microseconds.

    Raises:
        ValueError: the runtime refuses the file.
    """
    runtime = _Runtime()
    compiled, inputs, outputs = runtime.compiled(path)
    profiler = runtime.made("LiteRtCompiledModelGetProfiler", compiled)
    random = np.random.default_rng(0)
    for run in range(_WARM_UP + runs):
        if run == _WARM_UP:
            runtime.call("LiteRtStartProfiler", profiler)
        for buffer, size in inputs:
            value = random.uniform(-0.5, 0.5, size // 4).astype(np.float32)
            if size == 4:
                value = random.integers(0, 10, 1, np.int32)
            runtime.write(buffer, value)
        runtime.run(compiled, inputs, outputs)
    runtime.call("LiteRtStopProfiler", profiler)
    return _parsed(runtime.summary(profiler, compiled), runs)


def _parsed(summary: str, runs: int) -> list[tuple[str, float]]:
    """Returns the operations of the profiler's table in run order."""
    table, _, rest = summary.partition("Top by Computation Time")
    total = re.search(r"curr=(\d+)", rest)
    if not total:
        raise ValueError("the runtime's profile has another form than 2.3's")
    rows = re.findall(r"^ *(\S.*?)  .* ([\d.]+)% +[\d.]+% .*$", table, re.M)
    return [
        (name, float(share) / 100 * int(total[1]) / runs)
        for name, share in rows
    ]


class _Runtime:
    """The functions of the runtime's C library that a profile takes."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("ai_edge_litert")
        if spec is None or spec.origin is None:
            raise ValueError("ai_edge_litert is missing: install it")
        folder = pathlib.Path(spec.origin).parent
        self._library = ctypes.CDLL(str(folder / "libLiteRt.so"))
        self._kept: list[object] = []  # What the library holds pointers to.

    def call(self, name: str, *arguments: object) -> None:
        """Calls a function of a name, and checks the status it returns."""
        status = self._library[name](*arguments)
        if status:
            raise ValueError(f"{name} of the runtime failed: status {status}")

    def made(self, name: str, *arguments: object) -> ctypes.c_void_p:
        """Returns what a function writes to its last argument."""
        result = ctypes.c_void_p()
        self.call(name, *arguments, ctypes.byref(result))
        return result

    def compiled(self, path: str) -> tuple[ctypes.c_void_p, list, list]:
        """Returns a file ready to run, and buffers for its first signature."""
        self._environment = self.made("LiteRtCreateEnvironment", 0, None)
        model = self.made(
            "LiteRtCreateModelFromFile", self._environment, path.encode()
        )
        options = self.made("LiteRtCreateOptions")
        self.call("LiteRtSetOptionsHardwareAccelerators", options, _CPU)
        for name, text in (_FIRST, _SECOND):
            self.call("LiteRtAddOpaqueOptions", options, self._some(name, text))
        compiled = self.made(
            "LiteRtCreateCompiledModel", self._environment, model, options
        )
        graph = self.made("LiteRtGetModelSubgraph", model, ctypes.c_size_t(0))
        inputs = self._buffers(compiled, graph, "Input")
        return compiled, inputs, self._buffers(compiled, graph, "Output")

    def _some(self, name: str, text: bytes) -> ctypes.c_void_p:
        leave = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: None)
        payload = ctypes.create_string_buffer(text)
        self._kept += [leave, payload]
        return self.made(
            "LiteRtCreateOpaqueOptions", name.encode(), payload, leave
        )

    def _buffers(
        self, compiled: ctypes.c_void_p, graph: ctypes.c_void_p, side: str
    ) -> list[tuple[ctypes.c_void_p, int]]:
        """Returns a buffer and its bytes for each input, or output."""
        count, first = ctypes.c_size_t(), ctypes.c_size_t(0)
        self.call(f"LiteRtGetNumSubgraph{side}s", graph, ctypes.byref(count))
        found = []
        for place in map(ctypes.c_size_t, range(count.value)):
            tensor = self.made(f"LiteRtGetSubgraph{side}", graph, place)
            form = ctypes.create_string_buffer(_TYPE_BYTES)
            self.call("LiteRtGetRankedTensorType", tensor, form)
            needs = f"LiteRtGetCompiledModel{side}BufferRequirements"
            buffer = self.made(
                "LiteRtCreateManagedTensorBufferFromRequirements",
                self._environment,
                form,
                self.made(needs, compiled, first, place),
            )
            size = ctypes.c_size_t()
            self.call(
                "LiteRtGetTensorBufferPackedSize", buffer, ctypes.byref(size)
            )
            found.append((buffer, size.value))
        return found

    def write(self, buffer: ctypes.c_void_p, value: np.ndarray) -> None:
        """Copies an array to a buffer of its size."""
        place = ctypes.c_void_p()
        self.call("LiteRtLockTensorBuffer", buffer, ctypes.byref(place), _WRITE)
        ctypes.memmove(place, value.ctypes.data, value.nbytes)
        self.call("LiteRtUnlockTensorBuffer", buffer)

    def run(self, compiled: ctypes.c_void_p, inputs: list, outputs: list):
        """Runs the first signature once."""
        sides = []
        for buffers in (inputs, outputs):
            handles = (ctypes.c_void_p * len(buffers))(
                *(buffer.value for buffer, _ in buffers)
            )
            sides += [ctypes.c_size_t(len(buffers)), handles]
        self.call(
            "LiteRtRunCompiledModel", compiled, ctypes.c_size_t(0), *sides
        )

    def summary(
        self, profiler: ctypes.c_void_p, compiled: ctypes.c_void_p
    ) -> str:
        """Returns what the profiler prints of all that it has seen."""
        text = ctypes.c_char_p()
        self.call(
            "LiteRtGetProfileSummary", profiler, compiled, ctypes.byref(text)
        )
        return (text.value or b"").decode()


if __name__ == "__main__":
    app.run(main)
