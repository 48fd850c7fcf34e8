"""How long one step of a .tflite file takes on this machine.

Another runtime is measured in the same turns, if it is given as a `Peer`.
"""

import contextlib
import dataclasses
import functools
import gc
import hashlib
import importlib.metadata
import itertools
import os
import pathlib
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

MIN_RUNS = 50  # As TensorFlow Lite's own tool.
_WARM_UP_RUNS = 20
_BLOCK = 25  # Measured steps in a row, before it is another file's turn.
_FEEDS = 256  # Different inputs, before they come again.


@dataclasses.dataclass(frozen=True)
class Latency:
    """What one file takes on one device; phones report the same fields.

    Times are of `invoke` alone, but for `init_ms` and `step_p50_ms`.
    Percentiles are interpolated linearly between the two nearest runs.

    Attributes:
        init_ms: to load the file, allocate and pack the weights.
        first_ms: the first step.
        warmup_runs: steps that were run and not measured.
        runs: steps that were measured.
        step_p50_ms: the median with inputs written and outputs read.
        drift_ratio: median of the last third of the runs over that of the
            first; away from 1, the device was throttled or busy.
        memory_bytes: resident memory for the file and for running it, too
            low in a process that has freed much; None where none is told.
        xnnpack: whether the XNNPACK delegate was asked for.
        cpu: name of the processor, or of the phone's chip.
        runtime: what ran the file, and its version.
    """

    init_ms: float
    first_ms: float
    warmup_runs: int
    runs: int
    min_ms: float
    mean_ms: float
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    step_p50_ms: float
    drift_ratio: float
    memory_bytes: int | None
    file_bytes: int
    file_sha256: str
    threads: int
    xnnpack: bool
    cpu: str
    cores: int
    system: str
    runtime: str


Details = dict[str, dict[str, Any]]  # What a runtime says of tensors, by name.


class Runner(Protocol):
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


class Peer(Protocol):
    """A net in the form of another runtime.

    Attributes:
        content: the bytes that would ship, from which `open` loads it.
    """

    content: bytes

    def open(self, threads: int) -> Runner:
        """Loads it; the time that this takes is `init_ms`."""


def measure(
    file: str | os.PathLike[str] | bytes,
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 1000,
    seconds: float = 20.0,
    tokens: Sequence[int] | None = None,
) -> Latency:
    """Returns the latency of one .tflite file, as `interleave` does.

    Raises:
        OSError: there is no such file.
        ValueError: as `interleave`.
    """
    if isinstance(file, bytes):
        name, content = "the file", file
    else:
        name, content = str(file), pathlib.Path(file).read_bytes()
    files = {name: content}
    return interleave(files, threads, xnnpack, runs, seconds, tokens)[name]


def interleave(
    files: Mapping[str, bytes | Peer],
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 1000,
    seconds: float = 20.0,
    tokens: Sequence[int] | None = None,
) -> dict[str, Latency]:
    """Returns the latencies of .tflite files, by name, measured in turns.

    A `Peer` among them is fed and timed by the same loop.

    A machine that is slow for a while is then slow for all files, so that
    their ratios hold. A turn starts with a step that is not measured, as the
    file before it has emptied the caches.

    Kernels of int8 weights skip inputs that are all zero, so none is fed. A
    file with our step (`token` int32 [1] and `state` float32 [1, S] in,
    `logits` float32 [1, V] and `state` out) reads `tokens` over and over, or
    else random ids of its V words. Another gets random inputs: normal floats
    and, as nobody knows how many rows its table has, integers from 1 to 9. A
    dimension that it leaves open is 1. An output with the name, shape and
    type of an input is a state, zeros at first, and is fed back.

    Check a foreign file's structure before: a malformed one may crash Python.

    Args:
        files: the contents of the files, or peers, by name.
        threads: how many the runtime may use.
        xnnpack: whether the XNNPACK delegate, the runtime's default, may take
            the operations that it knows; peers have none.
        runs: steps to measure of each file, at least `MIN_RUNS`.
        seconds: time for each file, which ends it with fewer runs.
        tokens: ids of words to read, in their order.

    Raises:
        ValueError: an argument is out of range or a file cannot be run.
    """
    _require(threads >= 1, f"threads must be at least 1, got {threads}")
    _require(runs >= MIN_RUNS, f"runs must be at least {MIN_RUNS}, got {runs}")
    _require(seconds > 0, f"seconds must be above 0, got {seconds}")
    limit_ns = seconds * 1e9
    sessions = {}
    for name, file in files.items():
        if isinstance(file, bytes):
            file = _File(file, xnnpack)
        with _refusing(name):
            sessions[name] = _begin(file, threads, tokens, limit_ns)
    with _no_garbage_collection():
        waiting = dict(sessions)
        while waiting:
            for name, session in [*waiting.items()]:
                with _refusing(name):
                    if session.take_turn(runs, limit_ns):
                        del waiting[name]
    return {
        name: _latency(session, threads) for name, session in sessions.items()
    }


def text(latencies: Mapping[str, Latency]) -> str:
    """Returns a table with a line a file, times in milliseconds."""
    kinds = ("p50", "p90", "p95", "p99", "max", "step_p50", "first", "init")
    titles = ["ms", *(kind.replace("_", " ") for kind in kinds)]
    lines = [[*titles, "MB", "runs", "drift", "threads", "XNNPACK"]]
    for name, latency in latencies.items():
        cells = [f"{getattr(latency, f'{kind}_ms'):.3f}" for kind in kinds]
        size, drift = latency.file_bytes / 1e6, latency.drift_ratio
        cells += [f"{size:.3f}", f"{latency.runs}", f"{drift:.2f}"]
        cells += [f"{latency.threads}", "on" if latency.xnnpack else "off"]
        lines.append([name, *cells])
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Returns cells in columns, the first to the left, others to the right."""
    first, *others = [
        max(map(len, cells)) for cells in zip(*lines, strict=True)
    ]
    return "\n".join(
        "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)])
        for line in lines
    )


def machine() -> dict[str, str | int]:
    """Returns `cpu`, `cores` and `system` of this machine, but not its name."""
    system = f"{platform.system()} {platform.machine()}"
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
    return {"cpu": cpu, "cores": os.cpu_count() or 1, "system": system}


_Times = tuple[int, int]  # Nanoseconds of `invoke` and of the whole step.


@dataclasses.dataclass
class _Session:
    """A loaded file and the times that it took."""

    file: Peer
    runtime: str
    steps: Iterator[_Times]
    init_ns: int
    memory_bytes: int | None = None
    unmeasured: list[_Times] = dataclasses.field(default_factory=list)
    measured: list[_Times] = dataclasses.field(default_factory=list)

    def warm_up(self, limit_ns: float) -> None:
        """Runs steps that are not measured, fewer if they are very slow."""
        for times in itertools.islice(self.steps, _WARM_UP_RUNS):
            self.unmeasured.append(times)
            if _spent_ns(self.unmeasured) >= limit_ns:
                break

    def take_turn(self, runs: int, limit_ns: float) -> bool:
        """Measures a block of steps; returns whether it was the last."""
        self.unmeasured.append(next(self.steps))
        limit_ns -= _spent_ns(self.measured)
        start = len(self.measured)
        for times in itertools.islice(self.steps, min(_BLOCK, runs - start)):
            self.measured.append(times)
            if _spent_ns(self.measured[start:]) >= limit_ns:
                return True
        return len(self.measured) >= runs


def _spent_ns(times: Sequence[_Times]) -> int:
    return sum(step for _, step in times)


def _begin(
    file: Peer,
    threads: int,
    tokens: Sequence[int] | None,
    limit_ns: float,
) -> _Session:
    before = _resident_bytes()
    start = time.perf_counter_ns()
    runner = file.open(threads)
    init_ns = time.perf_counter_ns() - start
    session = _Session(file, runner.runtime, _run(runner, tokens), init_ns)
    session.warm_up(limit_ns / 10)
    if before is not None:
        # The file's own bytes were in memory before.
        growth = max(0, _resident_bytes() - before)
        session.memory_bytes = growth + len(file.content)
    return session


@dataclasses.dataclass(frozen=True)
class _File:
    """A .tflite file, which is run as a peer would be."""

    content: bytes
    xnnpack: bool

    def open(self, threads: int) -> "_Interpreter":
        return _Interpreter(_load(self.content, threads, self.xnnpack))


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


def _load(content: bytes, threads: int, xnnpack: bool) -> Interpreter:
    bare = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    interpreter = Interpreter(
        model_content=content,
        num_threads=threads,
        experimental_op_resolver_type=OpResolverType.AUTO if xnnpack else bare,
    )
    for detail in interpreter.get_input_details():
        shape = detail["shape_signature"]
        if -1 in shape:
            closed = np.where(shape == -1, 1, shape)
            interpreter.resize_tensor_input(detail["index"], closed)
    interpreter.allocate_tensors()
    return interpreter


def _tensors(interpreter: Interpreter) -> tuple[Details, Details]:
    """Returns the inputs and the outputs, by name."""
    signatures = interpreter.get_signature_list()
    if len(signatures) == 1:  # Of several, most are about other graphs.
        runner = interpreter.get_signature_runner(*signatures)
        return runner.get_input_details(), runner.get_output_details()
    inputs = {d["name"]: d for d in interpreter.get_input_details()}
    outputs = {d["name"]: d for d in interpreter.get_output_details()}
    return inputs, outputs


def _run(runner: Runner, tokens: Sequence[int] | None) -> Iterator[_Times]:
    """Runs one step after the other, without end, and yields their times."""
    inputs, outputs = runner.inputs, runner.outputs
    states = {name for name in inputs if _is_state(name, inputs, outputs)}
    carried = {
        n: np.zeros(inputs[n]["shape"], inputs[n]["dtype"]) for n in states
    }
    for values in itertools.cycle(_feeds(inputs, outputs, tokens)):
        start = time.perf_counter_ns()
        for name, value in (values | carried).items():
            runner.write(name, value)
        ready = time.perf_counter_ns()
        runner.invoke()
        done = time.perf_counter_ns()
        read = {name: runner.read(name) for name in outputs}
        end = time.perf_counter_ns()
        carried = {name: read[name] for name in states}
        yield done - ready, end - start


def _is_state(name: str, inputs: Details, outputs: Details) -> bool:
    return (
        name in outputs
        and inputs[name]["dtype"] == outputs[name]["dtype"]
        and np.array_equal(inputs[name]["shape"], outputs[name]["shape"])
    )


def _feeds(
    inputs: Details, outputs: Details, tokens: Sequence[int] | None
) -> list[dict[str, np.ndarray]]:
    """Returns the inputs of one step after the other, by name."""
    random = np.random.default_rng(0)
    if inputs.keys() == {"token", "state"} and "logits" in outputs:
        words = int(outputs["logits"]["shape"][-1])
        ids = random.integers(words, size=_FEEDS) if tokens is None else tokens
        _require(len(ids) > 0, "tokens are empty")
        for id in ids:
            _require(
                0 <= id < words, f"token {id} is none of its {words} words"
            )
        return [{"token": np.array([id], np.int32)} for id in ids]
    return [
        {name: _random(detail, random) for name, detail in inputs.items()}
        for _ in range(_FEEDS)
    ]


def _random(detail: dict[str, Any], random: np.random.Generator) -> np.ndarray:
    shape, dtype = detail["shape"], np.dtype(detail["dtype"])
    _require(dtype.kind in "fiub", f"it reads {dtype}, and not numbers")
    if dtype.kind == "f":
        return random.standard_normal(shape).astype(dtype)
    return random.integers(1, 10, shape).astype(dtype)


def _latency(session: _Session, threads: int) -> Latency:
    file = session.file
    invoke, step = np.array(session.measured).T
    third = max(1, len(invoke) // 3)
    drift = np.median(invoke[-third:]) / np.median(invoke[:third])
    percentiles = {
        f"p{p}_ms": _ms(np.percentile(invoke, p)) for p in (50, 90, 95, 99)
    }
    return Latency(
        init_ms=_ms(session.init_ns),
        first_ms=_ms(session.unmeasured[0][0]),
        warmup_runs=len(session.unmeasured),
        runs=len(invoke),
        min_ms=_ms(invoke.min()),
        mean_ms=_ms(invoke.mean()),
        max_ms=_ms(invoke.max()),
        step_p50_ms=_ms(np.median(step)),
        drift_ratio=round(float(drift), 3),
        memory_bytes=session.memory_bytes,
        file_bytes=len(file.content),
        file_sha256=hashlib.sha256(file.content).hexdigest(),
        threads=threads,
        xnnpack=isinstance(file, _File) and file.xnnpack,
        runtime=session.runtime,
        **percentiles,
        **machine(),
    )


def _ms(nanoseconds: float) -> float:
    return round(float(nanoseconds) / 1e6, 6)  # To the nanosecond.


def _resident_bytes() -> int | None:
    """Returns the resident memory of this process, where Linux tells it."""
    with contextlib.suppress(OSError):
        pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return None


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@contextlib.contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Gives an error that arises with a file its name, and one line."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"{name} cannot be measured: {reason}; "
            "tflm inspect shows what it holds and reads"
        ) from error


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
