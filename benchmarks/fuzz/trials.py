"""Damages files of every kind, and reads each in a process that may die of it.

An input is right if it is accepted, or refused in one line. What ends in
another exception, does not end, or ends the process is a finding. A .tflite
file that ends the process which runs it on zeros first, as `tflm.probe` does,
is refused.
"""

import collections
import functools
import os
import pathlib
import resource
import select
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from absl import logging

from benchmarks.fuzz.corpus import make_corpus
from benchmarks.fuzz.targets import TARGETS

_CPU_SECONDS = 20  # Of one input; a sound one takes less than one.
_WAIT_SECONDS = 300
_FREE_BYTES = 2**32
OUTCOMES = ("refused", "accepted", "wrong", "hung", "killed")


def rows(
    seconds: float,
    seed: int = 1,
    keep: str | None = None,
    only: str | None = None,
) -> list[dict[str, Any]]:
    """Returns how often each kind of file was damaged, and what came of it.

    Each input is read by a fork of this process, which may have imported
    TensorFlow and not run it.

    Args:
        seconds: for all kinds together.
        seed: of the damage.
        keep: a directory for the inputs that went wrong; None to forget them.
        only: the one kind to damage; None for all.
    """
    names = [name for name in TARGETS if only in (None, name)]
    with tempfile.TemporaryDirectory() as place:
        corpus = pathlib.Path(place, "corpus")
        corpus.mkdir()
        outcome, told = _in_child(functools.partial(make_corpus, corpus))
        if outcome != "accepted":
            raise RuntimeError(f"no corpus was made: {told}")
        return [
            _row(name, corpus, seconds / len(names), Random(seed), keep)
            for name in names
        ]


def _row(
    name: str,
    corpus: pathlib.Path,
    seconds: float,
    random: Random,
    keep: str | None,
) -> dict[str, Any]:
    target = TARGETS[name]
    counts = collections.Counter({outcome: 0 for outcome in OUTCOMES})
    end = time.monotonic() + seconds
    place = corpus.parent / "damaged"
    while not counts.total() or time.monotonic() < end:
        shutil.rmtree(place, ignore_errors=True)
        target.damage(corpus, place, random)
        outcome, told = _tried(target.steps, place)
        counts[outcome] += 1
        if outcome not in ("refused", "accepted"):
            logging.info("%s: %s, %s", name, outcome, told)
            if keep:
                _kept(place, pathlib.Path(keep), f"{name}-{counts[outcome]}")
    tried = sum(counts.values())
    return {"what": target.what, "on": name, "tried": tried, **counts}


def _tried(
    steps: Sequence[Callable[[pathlib.Path], None]], place: pathlib.Path
) -> tuple[str, str]:
    """Runs steps on an input, all but the last in a process to be sure."""
    *probes, last = steps
    for probe in probes:
        outcome, told = _in_child(functools.partial(probe, place))
        if outcome in ("refused", "hung", "killed"):
            return "refused", told
        if outcome == "wrong":
            return outcome, told
    return _in_child(functools.partial(last, place))


def _in_child(function: Callable[[], None]) -> tuple[str, str]:
    """Returns what became of a function in a fork, and what it said."""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        _run(function, writer)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], _WAIT_SECONDS)
    if not ready:
        os.kill(process, signal.SIGKILL)
    told = os.read(reader, 4000).decode("utf-8", "replace")
    os.close(reader)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if not ready or code == -signal.SIGXCPU:
        return "hung", ""
    if code:
        return "killed", f"signal {-code}" if code < 0 else f"exit code {code}"
    outcome, _, said = told.partition(" ")
    return outcome, said


def _run(function: Callable[[], None], writer: int) -> None:
    """Ends this process when the function has, and tells how."""
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + _FREE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    try:
        function()
        said = "accepted"
    except (ValueError, OSError) as error:
        lines = f"{error}".splitlines()
        is_right = len(lines) == 1 and not isinstance(error, UnicodeError)
        said = f"refused {lines[0]}" if is_right else f"wrong {_place(error)}"
    except BaseException as error:
        said = f"wrong {_place(error)}"
    os.write(writer, said.encode("utf-8", "replace")[:3000])
    os._exit(0)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = " < ".join(f"{f.filename[-40:]}:{f.lineno}" for f in frames[::-1])
    return f"{type(error).__name__}: {str(error)[:200]!r} at {where}"


def _kept(place: pathlib.Path, keep: pathlib.Path, name: str) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    target = keep / name.replace(" ", "_")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(place, target)
