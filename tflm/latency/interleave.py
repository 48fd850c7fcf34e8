"""Measures nets in turns: rounds of steps, each in another order."""

import array
import contextlib
import dataclasses
import itertools
import os
import pathlib
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tflm.latency import bootstrap
from tflm.latency import inputs as latency_inputs
from tflm.latency.backend import Backend, LoadedModel

_WARM_UP_RUNS = 20
_RELOADED_RUNS = 4  # To warm up again: packing and tables are done by then.
_BLOCK = 25  # Measured steps in a row: a round of one net.
_FIRST_CHECK = 10  # Rounds before it is asked whether ratios are precise,
_CHECK_GROWTH = 1.2  # and then as often as there are so many times more.

Feed = Iterator[Sequence[tuple[str, np.ndarray]]]  # Inputs, step after step.
Times = tuple[int, int]  # Nanoseconds of `invoke` and of the whole step.


def _numbers() -> array.array:
    return array.array("q")  # No objects, whose memory grows as it measures.


@dataclasses.dataclass
class Session:
    """A loaded net and the times that it took.

    Attributes:
        feed: what it reads, without end.
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

    peer: Backend
    runtime: str
    feed: Feed
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

    def take_turn(self, runs: int, limit_ns: float) -> bool:
        """Measures a round of steps; returns whether it was the last."""
        if self.reloads and self.rounds_ms:
            self._load_again()
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

    def _load_again(self) -> None:
        """Loads the net to another place in memory, and drops the old one.

        Where weights come to lie makes a step up to four per cent slower: an
        interval of one load alone would leave that out.
        """
        # The old one still holds its place.
        self.steps = steps(self.peer.open(self.threads), self.feed)
        for invoke, step in itertools.islice(self.steps, _RELOADED_RUNS):
            self.unmeasured_ns.append(invoke)
            self.warming_ns += step


def begin(
    peer: Backend,
    threads: int,
    tokens: Sequence[int] | None,
    limit_ns: float,
    reloads: bool = False,
) -> Session:
    """Returns a net that is loaded and warm.

    Args:
        peer: the net.
        threads: how many the runtime may use.
        tokens: ids of words to read; see `benchmark.rounds`.
        limit_ns: time for warming up, where steps are very slow.
        reloads: whether each later round is to load it anew.
    """
    before = _resident_bytes()
    start = time.perf_counter_ns()
    net = peer.open(threads)
    init_ns = time.perf_counter_ns() - start
    fed = latency_inputs.feeds(net.inputs, net.outputs, tokens)
    feed = itertools.cycle([[*values.items()] for values in fed])
    session = Session(
        peer, net.runtime, feed, steps(net, feed), init_ns, threads, reloads
    )
    session.warm_up(limit_ns)
    if before is not None:
        # The file's own bytes were in memory before.
        growth = max(0, _resident_bytes() - before)
        session.memory_bytes = growth + len(peer.content)
    return session


def take(
    sessions: Mapping[str, Session],
    runs: int,
    limit_ns: float,
    precision: float | None = None,
) -> None:
    """Measures round after round, each in an order of its own.

    Args:
        sessions: by name.
        runs: steps to measure of each.
        limit_ns: time for each, which ends it with fewer runs.
        precision: if given, all end when each ratio's interval is within it.

    Raises:
        ValueError: a net cannot be run.
    """
    order = random.Random(0)
    waiting = [*sessions]
    check = _FIRST_CHECK
    for number in itertools.count(1):
        for name in order.sample(waiting, len(waiting)):
            with refusing(name):
                if sessions[name].take_turn(runs, limit_ns):
                    waiting.remove(name)
        if not waiting:
            return
        if precision and number >= check:
            if _are_precise(sessions, precision):
                return
            check = number * _CHECK_GROWTH


def _are_precise(sessions: Mapping[str, Session], precision: float) -> bool:
    found = bootstrap.ratios({n: s.rounds_ms for n, s in sessions.items()})
    return bool(found) and all(r.precision <= precision for r in found)


def steps(net: LoadedModel, feed: Feed) -> Iterator[Times]:
    """Runs one step after the other, without end, and yields their times.

    What is between `end` and the next `start` is the loop's own time, which
    `benchmarks.comparison --overhead` keeps low.
    """
    inputs, outputs = net.inputs, net.outputs
    states = latency_inputs.states(inputs, outputs)
    read = {n: np.zeros(inputs[n]["shape"], inputs[n]["dtype"]) for n in states}
    clock = time.perf_counter_ns
    for values in feed:
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


@contextlib.contextmanager
def refusing(name: str) -> Iterator[None]:
    """Gives an error that arises with a file its name, and one line."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"{name} cannot be measured: {reason}; "
            "tflm inspect shows what it holds and reads"
        ) from error


def _resident_bytes() -> int | None:
    """Returns the resident memory of this process, where Linux tells it."""
    with contextlib.suppress(OSError):
        pages = pathlib.Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return None
