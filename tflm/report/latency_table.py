"""What was measured on devices as a table, and as CSV."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from tflm.latency.results import Measurement, ratios
from tflm.report import text_table

_TIMES = ("p50", "p90", "p95", "p99", "max", "step_p50", "first", "init")


_COLUMNS = ("device", "model", "file_sha256", "file_bytes", "threads")


def table(found: Sequence[Measurement]) -> str:
    """Returns a line a file, times in milliseconds, and then the ratios."""
    titles = ["ms", *(kind.replace("_", " ") for kind in _TIMES)]
    lines = [[*titles, "MB", "runs", "drift", "threads", "XNNPACK", "device"]]
    for each in found:
        times = [_time(each.latency, f"{kind}_ms") for kind in _TIMES]
        lines.append([each.model, *times, *_facts(each)])
    parts = [text_table.aligned(lines), _presses(found), _ratios(found)]
    return "\n\n".join(part for part in parts if part)


def _facts(each: Measurement) -> list[str]:
    took = each.latency
    size, drift = took["file_bytes"] / 1e6, took["drift_ratio"]
    xnnpack = "on" if took["xnnpack"] else "off"
    cells = [f"{size:.3f}", f"{took['runs']}", f"{drift:.2f}"]
    return [*cells, f"{took['threads']}", xnnpack, each.device]


def _presses(found: Sequence[Measurement]) -> str:
    """Returns the table of key presses, where there are any."""
    kinds = ("p50", "p90", "p95", "p99", "max")
    lines = [
        [each.model, *(_time(each.keys, f"{kind}_ms") for kind in kinds)]
        + [f"{each.keys['runs']}", each.device]
        for each in found
        if each.keys
    ]
    head = ["ms a key press", *kinds, "presses", "device"]
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
    times = [n for n in found[0].latency if n.endswith("_ms")] if found else []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_COLUMNS, "runs", "drift_ratio", *times])
    for each in found:
        values = each.latency | {"device": each.device, "model": each.model}
        names = [*_COLUMNS, "runs", "drift_ratio", *times]
        writer.writerow([values.get(name) for name in names])
    return text.getvalue()
