r"""What measuring costs: the loop's own time, and that of comparing ten files.

python -m benchmarks.comparison --output=results/comparison.json FILE...
python -m benchmarks.comparison --table=results/comparison.json

The loop's own time is that of a step of a file that does nothing, in the loop
of `tflm.benchmark`, less that of setting its inputs, calling it and getting its
outputs in a bare loop, in turns with it. FILE... are then measured until the
interval of every ratio to the first is within two per cent.
"""

import dataclasses
import json
import os
import pathlib
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from absl import app, flags  # noqa: E402

from tflm import benchmark, feeds, files, measurement, provenance  # noqa: E402
from tflm.measurement import Measurement  # noqa: E402

_OUTPUT = flags.DEFINE_string("output", None, "JSON file to write.")
_TABLE = flags.DEFINE_string("table", None, "JSON file to print, no more.")
_PRECISION = flags.DEFINE_float("precision", 0.02, "Of every ratio.")
_SECONDS = flags.DEFINE_float("seconds", 12.0, "At most, for each file.")

_STEPS = 2000  # In a row, of one loop.
_TURNS = 21
_STATE = 64  # Numbers that a step of the empty file carries.


def main(argv):
    if _TABLE.value:
        _print(json.loads(pathlib.Path(_TABLE.value).read_text("utf-8")))
        return
    contents = {
        f"{path.parent.parent.name} {path.stem}": path.read_bytes()
        for path in map(pathlib.Path, argv[1:])
    }
    made = {"provenance": provenance.provenance(_command()), **overhead()}
    if contents:
        made |= comparison(contents)
    if _OUTPUT.value:
        files.write(_OUTPUT.value, json.dumps(made, indent=1) + "\n")
    _print(made)


def overhead() -> dict:
    """Returns what the loop adds to a step, in microseconds."""
    ours, bare = [], []
    net = benchmark.File(empty()).open(threads=1)
    steps = benchmark.steps(net)
    for _ in range(_TURNS):
        ours.append(_each_us(lambda: [next(steps) for _ in range(_STEPS)]))
        bare.append(_each_us(lambda: _bare(net)))
    added = statistics.median(a - b for a, b in zip(ours, bare, strict=True))
    return {
        "loop_us": round(statistics.median(ours), 3),
        "bare_loop_us": round(statistics.median(bare), 3),
        "added_us": round(added, 3),
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


def comparison(contents: dict[str, bytes]) -> dict:
    """Returns the measurements, and how long they took, in seconds."""
    start = time.monotonic()
    found = benchmark.rounds(
        contents,
        runs=10**6,
        seconds=_SECONDS.value,
        precision=_PRECISION.value,
    )
    took = time.monotonic() - start
    measured = [
        Measurement(name, "host", dataclasses.asdict(f.latency), f.rounds_ms)
        for name, f in found.items()
    ]
    return {
        "seconds": round(took, 1),
        "widest": max(r.precision for _, r in measurement.ratios(measured)),
        **measurement.document(measured, _command()),
    }


def _bare(net: benchmark.Net) -> None:
    """Runs steps with nothing but the calls that a step takes."""
    tokens = [
        feed["token"] for feed in feeds.feeds(net.inputs, net.outputs, None)
    ]
    state = net.read("state")
    for number in range(_STEPS):
        net.write("token", tokens[number % len(tokens)])
        net.write("state", state)
        net.invoke()
        net.read("logits")
        state = net.read("state")


def _each_us(run) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) / _STEPS * 1e6


def _print(made: dict) -> None:
    print(
        f"the loop adds {made['added_us']:.2f} microseconds to a step: "
        f"{made['loop_us']:.2f} with it, {made['bare_loop_us']:.2f} without"
    )
    if "results" in made:
        print(
            f"{len(made['results'])} files in {made['seconds']:.1f} s, "
            f"ratios within {made['widest']:.1%}"
        )
        print(measurement.table(measurement.read(made)))


def _command() -> str:
    return "python -m benchmarks.comparison " + " ".join(sys.argv[1:])


if __name__ == "__main__":
    app.run(main)
