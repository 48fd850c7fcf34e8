"""How long one step of a .tflite file takes on this machine.

Another runtime is measured in the same rounds, if it is given as a `Backend`.
"""

import contextlib
import gc
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tflm import files, probing
from tflm.latency import interleave as latency_interleave
from tflm.latency import statistics, timed_model
from tflm.latency.backend import Backend, TfliteFile
from tflm.latency.machine import machine
from tflm.latency.results import Measurement
from tflm.latency.statistics import MIN_RUNS, Latency, milliseconds
from tflm.latency.timed_model import TimedModel

_WARM_UP_SHARE = 0.1  # Of a file's time, at most.


def measure(
    file: str | os.PathLike[str] | bytes,
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 1000,
    seconds: float = 20.0,
    tokens: Sequence[int] | None = None,
) -> Latency:
    """Returns how long a step of one .tflite file takes on this machine.

    Args:
        file: its path, whose content is probed first, or its content, which
            is trusted.
        threads: how many the runtime may use.
        xnnpack: whether the XNNPACK delegate may take what it knows.
        runs: steps to measure, at least `MIN_RUNS`.
        seconds: time, which ends it with fewer runs.
        tokens: ids of words to read, in their order; else they are random.

    Raises:
        OSError: there is no such file.
        ValueError: an argument is out of range or the file cannot be run.

    Examples:
        >>> latency = tflm.benchmark(content, runs=100)
        >>> latency.p50_ms > 0
        True
    """
    if isinstance(file, bytes):
        name, content = "the file", file
    else:
        name, content = str(file), files.read(file)
        probing.probe(content)
    return interleave(
        {name: content},
        threads,
        xnnpack=xnnpack,
        runs=runs,
        seconds=seconds,
        tokens=tokens,
    )[name]


def interleave(
    files: Mapping[str, bytes | Backend], threads: int = 1, **options
) -> dict[str, Latency]:
    """Returns the latencies of .tflite files, by name.

    Each file is loaded once, unless `reloads` is among the options.

    Args:
        files, threads, options: those of `rounds`.

    Raises:
        ValueError: as `rounds`.
    """
    found = rounds(files, threads, **{"reloads": False} | options)
    return {name: each.latency for name, each in found.items()}


def rounds(
    files: Mapping[str, bytes | Backend],
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 1000,
    seconds: float = 20.0,
    tokens: Sequence[int] | None = None,
    precision: float | None = None,
    reloads: bool = True,
) -> dict[str, Measurement]:
    """Measures .tflite files, by name, in rounds that are shuffled.

    A backend among them gets its inputs and its times from the same loop.

    A machine that is slow for a while is then slow for all files, so that
    their ratios hold. In a round each file has a block of 25 steps. It starts
    with a step that is not measured, as the file before it has emptied the
    caches.

    Kernels of int8 weights skip inputs that are zero, so that none is given. A
    file with our step (`token` int32 [1] and `state` float32 [1, S] in,
    `logits` float32 [1, V] and `state` out) reads `tokens` over and over, or
    else random ids of its V words. Another gets random inputs: normal floats
    and, as nobody knows how many rows its table has, integers from 1 to 9. A
    dimension that it leaves open is 1. An output with the name, shape and
    type of an input is a state: zeros at first, then what the step before
    returned.

    Check a foreign file's structure before: a malformed one may crash Python.

    Args:
        files: the contents of the files, or backends, by name.
        threads: how many the runtime may use.
        xnnpack: whether the XNNPACK delegate, the runtime's default, may take
            the operations that it knows; other backends have none.
        runs: steps to measure of each file, at least `MIN_RUNS`.
        seconds: time for each file, which ends it with fewer runs.
        tokens: ids of words to read, in their order.
        precision: if given, it ends before that when the interval of every
            ratio to the first file is within this share of it.
        reloads: whether each round loads its file anew. Without that, where
            the weights come to lie is the same in all rounds, and intervals
            of ratios are too narrow: a file against itself is then outside
            in most runs.

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
    models = {}
    for name, file in files.items():
        backend = TfliteFile(file, xnnpack) if isinstance(file, bytes) else file
        with latency_interleave.refusing(name):
            models[name] = timed_model.load(
                backend, threads, tokens, _WARM_UP_SHARE * limit_ns, reloads
            )
    with no_garbage_collection():
        latency_interleave.measure_rounds(models, runs, limit_ns, precision)
    return {
        name: Measurement(
            name,
            "host",
            _latency(model),
            tuple(model.rounds_ms),
            signature=model.signature,
        )
        for name, model in models.items()
    }


def _latency(model: TimedModel) -> Latency:
    backend, unmeasured = model.backend, model.unmeasured_ns
    return Latency(
        init_ms=milliseconds(model.init_ns),
        first_ms=milliseconds(unmeasured[0]),
        warmup_runs=len(unmeasured),
        warmup_mean_ms=milliseconds(np.mean(unmeasured)),
        step_p50_ms=milliseconds(np.median(model.step_ns)),
        memory_bytes=model.memory_bytes,
        file_bytes=len(backend.content),
        file_sha256=hashlib.sha256(backend.content).hexdigest(),
        threads=model.threads,
        xnnpack=isinstance(backend, TfliteFile) and backend.xnnpack,
        runtime=model.runtime,
        **statistics.statistics(model.invoke_ns),
        **machine(),
    )


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@contextlib.contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Collects none in the block, as a collection would fall into some step."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
