"""Commands that are killed at random moments and started again, to the end.

The end must be that of a command that nobody killed, byte for byte but for
times; no temporary file and no process may be left, and what is replaced must
be whole at each moment.
"""

import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.reliability import process, texts
from benchmarks.reliability.trial import Row, Trial

KILLS = 5  # In a row, of one output.
_CHAINS = {signal.SIGKILL: 7, signal.SIGTERM: 2}  # Of each task.
_SHORT = ("corpus", "train")
_ORPHAN_SECONDS = 60.0
_MOST_SECONDS = 600.0

# Training saves itself at each step, so that a run goes on from any.
_QUICK = (
    *("--batch=20", "--steps=5", "--loss=full"),
    "--checkpoint_seconds=0",
)
_MODEL = "../model"
_RECIPE = """
corpus = "../text.txt"
vocabulary_size = 60

[model]
embedding_size = 8
layers = [{kind = "cifg", units = 16, projection = 8}]

[training]
epochs = 0.3
batch = 20
steps = 5
loss = "full"
checkpoint_seconds = 0

[tuning]
epochs = 0.1
batch = 20
steps = 5
loss = "full"
checkpoint_seconds = 0

[scores]
test_sentences = 30
has_baselines = false

[shipped]
format = "int8"
methods = "LowRank(rank=3, scope='layer_.*')"
"""
_TIMED = ("latency", "provenance", "seconds", "p50_ms", "measured_at")
_OF_TIMES = (".tfevents", ".html", "decision_log.md")


@dataclasses.dataclass(frozen=True)
class Task:
    """Something that takes a while and leaves `output`, in a folder.

    Attributes:
        on: what it is, for people.
        work: does it in the present folder.
        replaces: whether `output` is there before, and whole at any time.
        has_model: whether it begins with one, at `../model`.
    """

    on: str
    work: Callable[[], None]
    replaces: bool = False
    has_model: bool = True


def _corpus() -> None:
    from tflm.text import dataset

    dataset.prepare("../large.txt", "output", 500)


def _tflm(*arguments: str) -> Callable[[], None]:
    return process.command([*arguments, "--output=output"])


_COMPRESS = ("compress", _MODEL, "--epochs=0.1", *_QUICK)
_METHODS = (
    "LowRank(rank=4, scope='layer_.*'), "
    "Prune(sparsity=0.5, scope='layer_0/input', ramp_steps=20)"
)
TASKS = {
    "corpus": Task("preparation of a corpus", _corpus, has_model=False),
    "train": Task(
        "`tflm train`",
        _tflm("train", "--recipe=../recipe.toml"),
        has_model=False,
    ),
    "compress": Task(
        "`tflm compress --methods`",
        _tflm(*_COMPRESS, f"--methods={_METHODS}"),
    ),
    "search": Task(
        "`tflm compress --budget_bytes`",
        _tflm(*_COMPRESS, "--budget_bytes=12kB"),
    ),
    "export": Task(
        "`tflm export --overwrite`",
        _tflm("export", _MODEL, "--overwrite"),
        replaces=True,
    ),
    "run": Task(
        "`tflm run`, from text to bundles",
        _tflm("run", "../recipe.toml"),
        has_model=False,
    ),
}


def trials(place: pathlib.Path, short: bool) -> Iterator[Trial]:
    """Yields the trials, each a row of kills of one task.

    Args:
        place: a folder for what they write.
        short: whether few of them are enough.
    """
    done = functools.cache(functools.partial(_unkilled, place))
    kills = 1 if short else KILLS
    chains = [
        (seed, number)
        for number, count in _CHAINS.items()
        for seed in range(1 if short else count)
    ]
    # By the number first: whoever stops it has some of each task.
    for seed, number in sorted(chains):
        for name in _SHORT if short else TASKS:
            key = f"kills {name} {number.name} {seed} of {kills}"
            chain = functools.partial(_chain, place, name, number, kills)
            yield Trial(key, functools.partial(chain, seed, done))


@dataclasses.dataclass(frozen=True)
class _Whole:
    """What a task leaves that nobody kills, and how long it takes."""

    files: dict[str, str]
    seconds: float


def _unkilled(place: pathlib.Path, name: str) -> _Whole:
    process.prepare()
    _make_inputs(place, TASKS[name].has_model)
    folder = place / f"{name}-whole"
    began = time.monotonic()
    code = _finish(TASKS[name], folder)
    seconds = time.monotonic() - began
    if code:
        said = (folder / "log.txt").read_text("utf-8", "replace")
        raise ValueError(f"{name} fails when nobody kills it: {said[-500:]}")
    return _Whole(digests(folder / "output"), seconds)


def _make_inputs(place: pathlib.Path, has_model: bool) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "text.txt").write_text(texts.small())
    (place / "recipe.toml").write_text(_RECIPE)
    texts.write(place / "large.txt", 0.5, words=20_000)
    if not has_model or (place / "model").exists():
        return
    folder = place / "first"
    code = _finish(TASKS["train"], folder)
    if code:
        said = (folder / "log.txt").read_text("utf-8", "replace")
        raise ValueError(f"no model to begin with: {said[-500:]}")
    (folder / "output").rename(place / "model")


def _finish(task: Task, folder: pathlib.Path) -> int | None:
    """Runs a task to its end; returns its exit code."""
    work = process.start(task.work, folder, folder / "log.txt")
    code = process.ended(work, _MOST_SECONDS)
    process.orphans(_ORPHAN_SECONDS)
    return code


def _chain(
    place: pathlib.Path,
    name: str,
    number: signal.Signals,
    kills: int,
    seed: int,
    whole: Callable[[str], _Whole],
) -> list[Row]:
    """Returns the row of a task that is killed so often and then ends."""
    expected, task = whole(name), TASKS[name]
    chance = random.Random(f"{name} {number} {seed}")
    folder = place / f"{name}-{number.name}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    if task.replaces:
        shutil.copytree(place / f"{name}-whole" / "output", folder / "output")
    reasons: list[str] = []
    landed = 0
    while landed < kills:
        work = process.start(task.work, folder, folder / "log.txt")
        code = process.ended(work, chance.uniform(0, expected.seconds))
        if code is None:
            os.kill(work, number)
            process.ended(work, _MOST_SECONDS)
            landed += 1
        elif not task.replaces:
            reasons += _differences(folder, code, expected)
            shutil.rmtree(folder)
        if left := process.orphans(_ORPHAN_SECONDS):
            reasons.append(f"{left} processes live on")
        if task.replaces and digests(folder / "output") != expected.files:
            reasons.append("what is replaced is not whole")
    reasons += _differences(folder, _finish(task, folder), expected)
    shutil.rmtree(folder)
    what = f"{number.name} at a random moment, then started again to the end"
    wrong = min(landed, len(reasons))
    return [Row(what, task.on, landed, wrong, reasons=tuple(reasons))]


def _differences(
    folder: pathlib.Path, code: int | None, expected: _Whole
) -> Iterator[str]:
    """Yields in what a finished task differs from one that nobody killed."""
    said = (folder / "log.txt").read_text("utf-8", "replace")
    # It may have been killed when all was done, but for its exit.
    if code and not said.endswith("exists: give --overwrite\n"):
        yield f"exit code {code}: {said[-300:]}"
        return
    found = digests(folder / "output")
    for name in sorted(found.keys() | expected.files.keys()):
        if found.get(name) != expected.files.get(name):
            yield f"{name} differs"
    for path in folder.rglob("*"):
        is_temporary = path.name.startswith(".tflm-") or path.suffix == ".tmp"
        if is_temporary or path.parent == folder / "tmp":
            yield f"{path.relative_to(folder)} is left"


def digests(output: pathlib.Path) -> dict[str, str]:
    """Returns digests of files by their paths, but for what says times.

    Checkpoints are left out: they hold how long the training took.
    """
    found = {}
    for path in sorted(output.rglob("*")):
        name = str(path.relative_to(output))
        if path.is_dir() or "checkpoints" in path.parts:
            continue
        if any(each in name for each in _OF_TIMES):
            found[name] = "there"
            continue
        content = path.read_bytes()
        if path.suffix == ".json":
            content = json.dumps(_timeless(json.loads(content))).encode()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def _timeless(found: Any) -> Any:
    if isinstance(found, dict):
        return {
            name: _timeless(value)
            for name, value in found.items()
            if name not in _TIMED
        }
    if isinstance(found, list):
        return [_timeless(each) for each in found]
    return found
