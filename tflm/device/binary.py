"""Measures by TensorFlow Lite's own program, `benchmark_model`."""

import contextlib
import csv
import io
import pathlib
import re
import secrets
from typing import Any

from tflm import json_files
from tflm.device.result import is_time
from tflm.device.runner import CommandFailed, DeviceError, Runner

_ASK_SECONDS = 20.0
_TIMINGS = {
    "init_ms": "Init",
    "first_ms": "First inference",
    "warmup_avg_ms": "Warmup (avg)",
    "avg_ms": "Inference (avg)",
}
_COUNTS = {
    "num_runs": "count",
    "min_ms": "min",
    "max_ms": "max",
    "std_ms": "std",
    "p5_ms": "p5",
    "median_ms": "median",
    "p95_ms": "p95",
}
_NUMBER = r"([-+.\deE]+)"


def measure(
    runner: Runner,
    program: pathlib.Path,
    model: pathlib.Path,
    threads: int = 1,
    xnnpack: bool = True,
    runs: int = 50,
    mask: str | None = None,
    timeout_s: float = 200.0,
) -> dict[str, Any]:
    """Returns what the program says of a model on a phone; see `parse`.

    Args:
        runner: the phone.
        program: TensorFlow Lite's `benchmark_model` for its processor.
        model: a .tflite file.
        threads: how many it may use.
        xnnpack: whether the XNNPACK delegate may take what it knows.
        runs: steps at least; the program adds more until a second is full.
        mask: the processors that may run it, for `taskset`, if there is one.
        timeout_s: time to wait for it.

    Raises:
        DeviceError: the phone or the program fails, or takes too long.
        OSError: there is no such program.
    """
    if not program.is_file():
        raise FileNotFoundError(
            f"{program} is no file: give the benchmark_model of TensorFlow "
            "Lite that was built for the phone's processor"
        )
    folder = f"/data/local/tmp/tflm-{secrets.token_hex(4)}"
    try:
        runner.run(["mkdir", "-p", folder], _ASK_SECONDS)
        runner.push(program, f"{folder}/benchmark_model")
        runner.push(model, f"{folder}/model.tflite")
        runner.run(["chmod", "755", f"{folder}/benchmark_model"], _ASK_SECONDS)
        pinned = _pinned(runner, mask)
        command = [
            *pinned,
            f"{folder}/benchmark_model",
            f"--graph={folder}/model.tflite",
            f"--num_threads={threads}",
            f"--num_runs={runs}",
            f"--use_xnnpack={str(xnnpack).lower()}",
        ]
        output = runner.run(command, timeout_s)
        found = parse(output)
    except ValueError as error:
        raise DeviceError(f"{runner.name}: {error}") from None
    finally:
        with contextlib.suppress(DeviceError):
            runner.run(["rm", "-rf", folder], _ASK_SECONDS)
    return found | {"taskset": mask if pinned else None}


def _pinned(runner: Runner, mask: str | None) -> list[str]:
    """Returns what to put before a command so that it stays on some cores."""
    if mask is None:
        return []
    try:
        runner.run(["taskset", mask, "true"], _ASK_SECONDS)
    except CommandFailed:
        return []
    return ["taskset", mask]


def parse(output: str) -> dict[str, Any]:
    """Returns the numbers in what the program has printed, or written.

    Reads its text, the JSON of LiteRT's benchmark in Python, and the CSV of
    `--enable_op_profiling`, whichever it is given. Names are those of the
    JSON; times are in milliseconds. `operations` has a line of each kind of
    operation, if these were profiled.

    Raises:
        ValueError: the output has no such number.
    """
    found = _json(output) or _text(output)
    operations = parse_profile(output)
    if operations:
        found["operations"] = operations
    if not found:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        raise ValueError(
            "benchmark_model printed no times, but ended with "
            f"{lines[-1] if lines else 'nothing'!r}: is it built for this "
            "processor, and does it know the model's operations?"
        )
    return found


def _text(output: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, title in _TIMINGS.items():
        value = re.search(rf"{re.escape(title)}: {_NUMBER}", output)
        if value:
            found[name] = float(value[1]) / 1e3  # It prints microseconds.
    if found:
        found |= _counts(output)
        memory = re.search(rf"\(MB\): init=\S+ overall={_NUMBER}", output)
        found["memory_mb"] = float(memory[1]) if memory else None
    return found


def _counts(output: str) -> dict[str, Any]:
    """Reads the last line of counts: the first is of the warm-up."""
    lines = re.findall(r"count=\d+ .*", output)
    if not lines:
        return {}
    values = dict(re.findall(rf"(\w+)={_NUMBER}", lines[-1]))
    found = {
        name: float(values[key]) / 1e3
        for name, key in _COUNTS.items()
        if key in values and name != "num_runs"
    }
    return {"num_runs": int(values["count"])} | found


def _json(output: str) -> dict[str, Any]:
    start, end = output.find("{"), output.rfind("}")
    with contextlib.suppress(ValueError):
        text = output[start : end + 1] if start >= 0 else "{}"
        found = json_files.parse(text, "the output", dict[str, Any])
        latency = found.get("latency")
        if isinstance(latency, dict):
            return {k: v for k, v in latency.items() if is_time(v)}
    return {}


def parse_profile(output: str) -> list[dict[str, Any]]:
    """Returns the summary by kind of operation, of comma-separated lines.

    The last one, as that of loading the model comes before.
    """
    lines = [line.strip() for line in output.splitlines()]
    heads = [
        i for i, line in enumerate(lines) if line.startswith("node type,count")
    ]
    if not heads:
        return []
    table = []
    for line in lines[heads[-1] :]:
        if "," not in line:
            break
        table.append(line)
    return [
        {
            "operation": row["node type"].strip(),
            "count": int(row["count"]),
            "avg_ms": float(row["avg_ms"]),
        }
        for row in csv.DictReader(
            io.StringIO("\n".join(table)), skipinitialspace=True
        )
    ]
