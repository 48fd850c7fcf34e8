r"""What measuring costs: the loop's own time, and that of comparing ten files.

python -m benchmarks.comparison --overhead --output=FILE.json FILE.tflite...
python -m benchmarks.comparison --table=FILE.json

The loop's own time is what passes while files that do nothing are measured,
less each step from writing its inputs to reading its outputs: clocks, samples,
medians of rounds, and asking whether the ratios are precise. FILE... are
measured until the interval of every ratio to the first is within 2 %. With
--coverage each of them is measured against itself too, under several names: how
many of the intervals hold 1, which is the ratio.
"""

import json
import pathlib
import statistics
import time
from collections.abc import Sequence
from typing import Any

from absl import app, flags

from benchmarks import program
from tflm.latency import benchmark, bootstrap, interleave, results, timed_model
from tflm.latency.backend import TfliteFile
from tflm.report import latency_table, provenance

_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")
_OVERHEAD = flags.DEFINE_bool(
    "overhead", False, "Measure the loop's own time, with files that are empty."
)
_COVERAGE = flags.DEFINE_bool(
    "coverage", False, "Count how often intervals hold a ratio that is known."
)
_PRECISION = flags.DEFINE_float("precision", 0.02, "Of every ratio.")
_SECONDS = flags.DEFINE_float("seconds", 12.0, "At most, for each file.")

_STEPS = 5000  # Of each empty file, in one repetition.
_REPETITIONS = 15
_NAMES = 6  # Of one file, which are five ratios.
_NEVER = 1e-12  # A precision that is asked for and not reached.
_STATE = 64  # Numbers that a step of the empty file carries.


def main(argv: Sequence[str]) -> None:
    if _TABLE.value:
        _print(json.loads(pathlib.Path(_TABLE.value).read_text("utf-8")))
        return
    contents = {
        f"{path.parent.parent.name} {path.stem}": path.read_bytes()
        for path in map(pathlib.Path, argv[1:])
    }
    if not contents and not _OVERHEAD.value:
        raise app.UsageError("give --overhead or .tflite files to compare")
    command = program.command("comparison")
    made: dict[str, Any] = {"provenance": provenance.provenance(command)}
    if _OVERHEAD.value:
        made["overhead"] = overhead()
    if contents:
        made |= comparison(contents, command)
    if _COVERAGE.value:
        made["coverage"] = coverage(contents)
    program.save(made)
    _print(made)


def overhead() -> dict[str, Any]:
    """Returns what the loop adds to a step, in microseconds."""
    content = empty()
    alone, together = [], []
    for _ in range(_REPETITIONS):
        alone.append(_added_us(content, count=1))
        together.append(_added_us(content, count=10))
    return {
        "steps": _STEPS,
        "repetitions": _REPETITIONS,
        "one_file_us": _summary(alone),
        "ten_files_us": _summary(together),
    }


def _added_us(content: bytes, count: int) -> float:
    """Measures files until a precision that they never reach."""
    models = {
        str(number): timed_model.load(TfliteFile(content), 1, None, 1e9)
        for number in range(count)
    }
    start = time.perf_counter_ns()
    with benchmark.no_garbage_collection():
        interleave.measure_rounds(models, _STEPS, 1e15, _NEVER)
    took = time.perf_counter_ns() - start
    timed = sum(each.spent_ns + each.warming_ns for each in models.values())
    rounds = sum(len(each.rounds_ms) for each in models.values())
    return (took - timed) / (count * _STEPS + rounds) / 1e3


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def coverage(contents: dict[str, bytes]) -> dict[str, int]:
    """Returns how many intervals of a file against itself hold 1."""
    held = {True: 0, False: 0}
    for content in contents.values():
        for reloads in held:
            found = benchmark.rounds(
                {str(number): content for number in range(_NAMES)},
                runs=10**6,
                seconds=_SECONDS.value,
                precision=_PRECISION.value,
                reloads=reloads,
            )
            rounds = {name: each.rounds_ms for name, each in found.items()}
            ratios = bootstrap.ratios(rounds)
            held[reloads] += sum(r.low <= 1 <= r.high for r in ratios)
    return {
        "intervals": len(contents) * (_NAMES - 1),
        "held": held[True],
        "held_with_one_load": held[False],
    }


def empty() -> bytes:
    """Returns a .tflite file whose step gives its state back, plus one."""
    import tensorflow as tf

    def step(token, state):
        del token
        return {"logits": state, "state": state + 1.0}

    concrete = tf.function(step).get_concrete_function(
        tf.TensorSpec([1], tf.int32, "token"),
        tf.TensorSpec([1, _STATE], tf.float32, "state"),
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [concrete], tf.Module()
    )
    return converter.convert()


def comparison(contents: dict[str, bytes], command: str) -> dict[str, Any]:
    """Returns the measurements, and how long they took, in seconds."""
    start = time.monotonic()
    found = benchmark.rounds(
        contents,
        runs=10**6,
        seconds=_SECONDS.value,
        precision=_PRECISION.value,
    )
    took = time.monotonic() - start
    measured = [*found.values()]
    return {
        "seconds": round(took, 1),
        "widest": max(r.precision for _, r in results.ratios(measured)),
        **results.document(measured, command),
    }


def _print(made: dict[str, Any]) -> None:
    if "overhead" in made:
        for kind in "one_file", "ten_files":
            added = made["overhead"][f"{kind}_us"]
            print(
                f"{kind.replace('_', ' ')}: the loop adds "
                f"{added['median']:.2f} microseconds to a step "
                f"({added['min']:.2f} to {added['max']:.2f})"
            )
    if "coverage" in made:
        found = made["coverage"]
        print(
            f"a file against itself: 1 is in {found['held']} of "
            f"{found['intervals']} intervals, and in "
            f"{found['held_with_one_load']} where each is loaded once"
        )
    if "results" in made:
        print(
            f"{len(made['results'])} files in {made['seconds']:.1f} s, "
            f"ratios within {made['widest']:.1%}"
        )
        print(latency_table.table(results.read(made)))


if __name__ == "__main__":
    app.run(main)
