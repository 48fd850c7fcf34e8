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
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from tflm import compare, feeds, latency
from tflm.feeds import Details
from tflm.latency import Latency, milliseconds

MIN_RUNS = 50  # As TensorFlow Lite's own tool.
_WARM_UP_RUNS = 20
_BLOCK = 25  # Measured steps in a row: a round of one file.
_CHECK_ROUNDS = 10  # How often it is asked whether ratios are precise.


class Net(Protocol):
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

    def open(self, threads: int) -> Net:
        """Loads it; the time that this takes is `init_ms`."""


@dataclasses.dataclass(frozen=True)
class Measured:
    """A file's latency, and the median step of each round, in milliseconds.

    Round i of all files of one run is of the same time.
    """

    latency: Latency
    rounds_ms: tuple[float, ...]


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
    options = {"runs": runs, "seconds": seconds, "tokens": tokens}
    return interleave(files, threads, xnnpack=xnnpack, **options)[name]


def interleave(
    files: Mapping[str, bytes | Peer], threads: int = 1, **options
) -> dict[str, Latency]:
    """Returns the latencies of .tflite files, by name; see `rounds`."""
    found = rounds(files, threads, **options)
    return {name: measured.latency for name, measured in found.items()}


def rounds(
    files: Mapping[str, bytes | Peer],
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 1000,
    seconds: float = 20.0,
    tokens: Sequence[int] | None = None,
    precision: float | None = None,
) -> dict[str, Measured]:
    """Measures .tflite files, by name, in rounds that are shuffled.

    A `Peer` among them is fed and timed by the same loop.

    A machine that is slow for a while is then slow for all files, so that
    their ratios hold. In a round each file has a block of 25 steps. It starts
    with a step that is not measured, as the file before it has emptied the
    caches.

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
        precision: if given, it ends before that when the interval of every
            ratio to the first file is within this share of it.

    Raises:
        ValueError: an argument is out of range or a file cannot be run.
    """
    _require(threads >= 1, f"threads must be at least 1, got {threads}")
    _require(runs >= MIN_RUNS, f"runs must be at least {MIN_RUNS}, got {runs}")
    _require(seconds > 0, f"seconds must be above 0, got {seconds}")
    _require(
        precision is None or precision > 0,
        f"precision must be above 0, got {precision}",
    )
    limit_ns = seconds * 1e9
    sessions = {}
    for name, file in files.items():
        if isinstance(file, bytes):
            file = File(file, xnnpack)
        with _refusing(name):
            sessions[name] = _begin(file, threads, tokens, limit_ns)
    with _no_garbage_collection():
        _take_turns(sessions, runs, limit_ns, precision)
    return {
        name: _measured(session, threads) for name, session in sessions.items()
    }


def _take_turns(
    sessions: "Mapping[str, _Session]",
    runs: int,
    limit_ns: float,
    precision: float | None,
) -> None:
    """Measures round after round, each in an order of its own."""
    order = random.Random(0)
    waiting = [*sessions]
    for number in itertools.count(1):
        for name in order.sample(waiting, len(waiting)):
            with _refusing(name):
                if sessions[name].take_turn(runs, limit_ns):
                    waiting.remove(name)
        if not waiting:
            return
        if precision and number % _CHECK_ROUNDS == 0:
            if _are_precise(sessions, precision):
                return


def _are_precise(sessions: "Mapping[str, _Session]", precision: float) -> bool:
    found = compare.ratios({n: s.rounds_ms for n, s in sessions.items()})
    return bool(found) and all(r.precision <= precision for r in found)


Times = tuple[int, int]  # Nanoseconds of `invoke` and of the whole step.


@dataclasses.dataclass
class _Session:
    """A loaded file and the times that it took."""

    file: Peer
    runtime: str
    steps: Iterator[Times]
    init_ns: int
    memory_bytes: int | None = None
    unmeasured: list[Times] = dataclasses.field(default_factory=list)
    measured: list[Times] = dataclasses.field(default_factory=list)
    rounds_ms: list[float] = dataclasses.field(default_factory=list)
    spent_ns: int = 0

    def warm_up(self, limit_ns: float) -> None:
        """Runs steps that are not measured, fewer if they are very slow."""
        spent_ns = 0
        for times in itertools.islice(self.steps, _WARM_UP_RUNS):
            self.unmeasured.append(times)
            spent_ns += times[1]
            if spent_ns >= limit_ns:
                break

    def take_turn(self, runs: int, limit_ns: float) -> bool:
        """Measures a block of steps; returns whether it was the last."""
        self.unmeasured.append(next(self.steps))
        block = []
        count = min(_BLOCK, runs - len(self.measured))
        for times in itertools.islice(self.steps, count):
            block.append(times)
            self.spent_ns += times[1]
            if self.spent_ns >= limit_ns:
                break
        self.measured += block
        self.rounds_ms.append(np.median([t for t, _ in block]) / 1e6)
        return self.spent_ns >= limit_ns or len(self.measured) >= runs


def _begin(
    file: Peer,
    threads: int,
    tokens: Sequence[int] | None,
    limit_ns: float,
) -> _Session:
    before = _resident_bytes()
    start = time.perf_counter_ns()
    net = file.open(threads)
    init_ns = time.perf_counter_ns() - start
    session = _Session(file, net.runtime, steps(net, tokens), init_ns)
    session.warm_up(limit_ns / 10)
    if before is not None:
        # The file's own bytes were in memory before.
        growth = max(0, _resident_bytes() - before)
        session.memory_bytes = growth + len(file.content)
    return session


@dataclasses.dataclass(frozen=True)
class File:
    """A .tflite file, which is run as a peer would be."""

    content: bytes
    xnnpack: bool = True

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


def steps(net: Net, tokens: Sequence[int] | None = None) -> Iterator[Times]:
    """Runs one step after the other, without end, and yields their times.

    What is between `end` and the next `start` is the loop's own time.
    """
    inputs, outputs = net.inputs, net.outputs
    fed = feeds.feeds(inputs, outputs, tokens)
    states = feeds.states(inputs, outputs)
    read = {n: np.zeros(inputs[n]["shape"], inputs[n]["dtype"]) for n in states}
    clock = time.perf_counter_ns
    for values in itertools.cycle([[*feed.items()] for feed in fed]):
        start = clock()
        for name, value in values:
            net.write(name, value)
        for name in states:
            net.write(name, read[name])
        ready = clock()
        net.invoke()
        done = clock()
        read = {name: net.read(name) for name in outputs}
        end = clock()
        yield done - ready, end - start


def _measured(session: _Session, threads: int) -> Measured:
    file = session.file
    invoke, step = np.array(session.measured).T
    unmeasured = [times for times, _ in session.unmeasured]
    found = Latency(
        init_ms=milliseconds(session.init_ns),
        first_ms=milliseconds(unmeasured[0]),
        warmup_runs=len(unmeasured),
        warmup_mean_ms=milliseconds(np.mean(unmeasured)),
        step_p50_ms=milliseconds(np.median(step)),
        memory_bytes=session.memory_bytes,
        file_bytes=len(file.content),
        file_sha256=hashlib.sha256(file.content).hexdigest(),
        threads=threads,
        xnnpack=isinstance(file, File) and file.xnnpack,
        runtime=session.runtime,
        **latency.statistics(invoke),
        **latency.machine(),
    )
    return Measured(found, tuple(session.rounds_ms))


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
