"""A loaded model, the steps that it runs and the times that they took."""

import array
import contextlib
import dataclasses
import itertools
import os
import pathlib
import statistics
import time
from collections.abc import Iterator, Sequence

import numpy as np

from tflm.latency import inputs as latency_inputs
from tflm.latency.backend import Backend, LoadedModel

_WARM_UP_RUNS = 20
_RELOADED_RUNS = 4  # To warm up again: packing and tables are done by then.
_BLOCK = 25  # Measured steps in a row: a round of one model.

Inputs = Iterator[Sequence[tuple[str, np.ndarray]]]  # Step after step.
Times = tuple[int, int]  # Nanoseconds of `invoke` and of the whole step.


def _numbers() -> array.array:
    return array.array("q")  # No objects, whose memory grows as it measures.


@dataclasses.dataclass
class TimedModel:
    """A loaded model and the times that it took.

    Attributes:
        backend: the model, which loads itself.
        signature: the one that is run, if it has just one.
        runtime: what runs it, and its version.
        inputs: what it reads, without end.
        steps: runs the next one.
        init_ns: to load it, the first time.
        threads: how many the runtime may use.
        reloads: whether it is loaded anew for each round.
        memory_bytes: resident memory for it; None where none is told.
        unmeasured_ns: `invoke` of the steps that warm up.
        invoke_ns, step_ns: of the steps that are measured.
        rounds_ms: the median `invoke` of each round.
        spent_ns: whole steps that were measured, in all.
        warming_ns: whole steps that were not, since the first round.
    """

    backend: Backend
    signature: str | None
    runtime: str
    inputs: Inputs
    steps: Iterator[Times]
    init_ns: int
    threads: int = 1
    reloads: bool = False
    memory_bytes: int | None = None
    unmeasured_ns: list[int] = dataclasses.field(default_factory=list)
    invoke_ns: array.array = dataclasses.field(default_factory=_numbers)
    step_ns: array.array = dataclasses.field(default_factory=_numbers)
    rounds_ms: list[float] = dataclasses.field(default_factory=list)
    spent_ns: int = 0
    warming_ns: int = 0

    def warm_up(self, limit_ns: float) -> None:
        """Runs steps that are not measured, fewer if they are very slow."""
        spent_ns = 0
        for invoke, step in itertools.islice(self.steps, _WARM_UP_RUNS):
            self.unmeasured_ns.append(invoke)
            spent_ns += step
            if spent_ns >= limit_ns:
                break

    def measure_round(self, runs: int, limit_ns: float) -> bool:
        """Measures a round of steps; returns whether it was the last."""
        if self.reloads and self.rounds_ms:
            self._reload()
        invoke, step = next(self.steps)
        self.unmeasured_ns.append(invoke)
        self.warming_ns += step
        start, spent_ns = len(self.invoke_ns), self.spent_ns
        keep_invoke, keep_step = self.invoke_ns.append, self.step_ns.append
        for invoke, step in itertools.islice(
            self.steps, min(_BLOCK, runs - start)
        ):
            keep_invoke(invoke)
            keep_step(step)
            spent_ns += step
            if spent_ns >= limit_ns:
                break
        self.spent_ns = spent_ns
        # NumPy's median would take ten times as long for so few.
        self.rounds_ms.append(statistics.median(self.invoke_ns[start:]) / 1e6)
        return spent_ns >= limit_ns or len(self.invoke_ns) >= runs

    def _reload(self) -> None:
        """Loads the model to another place in memory, and drops the old one.

        Where weights come to lie makes a step up to four per cent slower: an
        interval of one load alone would leave that out.
        """
        # The old one still holds its place.
        self.steps = steps(self.backend.open(self.threads), self.inputs)
        for invoke, step in itertools.islice(self.steps, _RELOADED_RUNS):
            self.unmeasured_ns.append(invoke)
            self.warming_ns += step


def load(
    backend: Backend,
    threads: int,
    tokens: Sequence[int] | None,
    limit_ns: float,
    reloads: bool = False,
) -> TimedModel:
    """Returns a model that is loaded and warm.

    Args:
        backend: the model.
        threads: how many the runtime may use.
        tokens: ids of words to read; see `benchmark.rounds`.
        limit_ns: time for warming up, where steps are very slow.
        reloads: whether each later round is to load it anew.

    Raises:
        ValueError: the model cannot be run, or `tokens` are not its words.
    """
    before = _resident_bytes()
    start = time.perf_counter_ns()
    loaded = backend.open(threads)
    init_ns = time.perf_counter_ns() - start
    read = latency_inputs.model_inputs(loaded.inputs, loaded.outputs, tokens)
    inputs = itertools.cycle([[*values.items()] for values in read])
    model = TimedModel(
        backend=backend,
        signature=loaded.signature,
        runtime=loaded.runtime,
        inputs=inputs,
        steps=steps(loaded, inputs),
        init_ns=init_ns,
        threads=threads,
        reloads=reloads,
    )
    model.warm_up(limit_ns)
    after = _resident_bytes()
    if before is not None and after is not None:
        # The file's own bytes were in memory before.
        model.memory_bytes = max(0, after - before) + len(backend.content)
    return model


def steps(model: LoadedModel, inputs: Inputs) -> Iterator[Times]:
    """Runs one step after the other, without end, and yields their times.

    What is between `end` and the next `start` is the loop's own time, which
    `benchmarks.comparison --overhead` keeps low.
    """
    forms, outputs = model.inputs, model.outputs
    states = latency_inputs.states(forms, outputs)
    found = {n: np.zeros(forms[n]["shape"], forms[n]["dtype"]) for n in states}
    clock = time.perf_counter_ns
    for values in inputs:
        start = clock()
        for name, value in values:
            model.write(name, value)
        for name in states:
            model.write(name, found[name])
        ready = clock()
        model.invoke()
        done = clock()
        found = {name: model.read(name) for name in outputs}
        end = clock()
        yield done - ready, end - start


def _resident_bytes() -> int | None:
    """Returns the resident memory of this process, where Linux tells it."""
    with contextlib.suppress(OSError):
        pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return None
