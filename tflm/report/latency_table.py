"""What was measured on devices as a table, and as CSV."""

import csv
import dataclasses
import io
from collections.abc import Sequence
from typing import Any

from tflm.latency.results import Measurement, ratios
from tflm.latency.statistics import Latency
from tflm.report import text_table

_TIMES = ("p50", "p90", "p95", "p99", "max", "step_p50", "first", "init")
_COLUMNS = ("device", "model", "file_sha256", "file_bytes", "threads")


def table(found: Sequence[Measurement]) -> str:
    """Returns a line a file, times in milliseconds, and then the ratios."""
    titles = ["ms", *(kind.replace("_", " ") for kind in _TIMES)]
    lines = [[*titles, "MB", "runs", "drift", "threads", "XNNPACK", "device"]]
    for each in found:
        took = dataclasses.asdict(each.latency)
        times = [_time(took, f"{kind}_ms") for kind in _TIMES]
        lines.append([each.model, *times, *_facts(each)])
    parts = [text_table.aligned(lines), _keystrokes(found), _ratios(found)]
    return "\n\n".join(part for part in parts if part)


def _facts(each: Measurement) -> list[str]:
    took = each.latency
    xnnpack = "on" if took.xnnpack else "off"
    size, drift = f"{took.file_bytes / 1e6:.3f}", f"{took.drift_ratio:.2f}"
    threads = str(took.threads)
    return [size, str(took.runs), drift, threads, xnnpack, each.device]


def _keystrokes(found: Sequence[Measurement]) -> str:
    """Returns the table of keystrokes, where there are any."""
    kinds = ("p50", "p90", "p95", "p99", "max")
    lines = [
        [each.model, *(_time(each.keystrokes, f"{kind}_ms") for kind in kinds)]
        + [f"{each.keystrokes['runs']}", each.device]
        for each in found
        if each.keystrokes
    ]
    head = ["ms a keystroke", *kinds, "keystrokes", "device"]
    return text_table.aligned([head, *lines]) if lines else ""


def _ratios(found: Sequence[Measurement]) -> str:
    lines = [
        [f"{ratio.model} / {ratio.to}", f"{ratio.ratio:.3f}"]
        + [f"{ratio.low:.3f}", f"{ratio.high:.3f}", device]
        for device, ratio in ratios(found)
    ]
    head = ["ratio", "median", "95% from", "to", "device"]
    return text_table.aligned([head, *lines]) if lines else ""


def _time(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return "\u2013" if value is None else f"{value:.3f}"


def as_csv(found: Sequence[Measurement]) -> str:
    """Returns a line a file, with every time of it."""
    text = io.StringIO()
    fields = [field.name for field in dataclasses.fields(Latency)]
    times = [name for name in fields if name.endswith("_ms")]
    names = [*_COLUMNS, "runs", "drift_ratio", *times]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for each in found:
        values = {"device": each.device, "model": each.model}
        values |= dataclasses.asdict(each.latency)
        writer.writerow([values.get(name) for name in names])
    return text.getvalue()
