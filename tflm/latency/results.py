"""What was measured of files on devices, and its JSON.

The JSON of one file has every field of LiteRT's own Python benchmark
(`ai_edge_litert.tools.benchmark_litert_model`), and more beside them.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import msgspec

from tflm import files, json_files
from tflm.latency import bootstrap
from tflm.latency.bootstrap import Ratio
from tflm.latency.statistics import Latency

# LiteRT's names, and ours of the same.
_LITERT = {
    "init_ms": "init_ms",
    "warmup_first_ms": "first_ms",
    "warmup_avg_ms": "warmup_mean_ms",
    "num_warmup_runs": "warmup_runs",
    "avg_ms": "mean_ms",
    "min_ms": "min_ms",
    "max_ms": "max_ms",
    "median_ms": "p50_ms",
    "std_ms": "std_ms",
    "p5_ms": "p5_ms",
    "p95_ms": "p95_ms",
    "num_runs": "runs",
}


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One file on one device: this machine, a phone, a farm's or a browser.

    Attributes:
        model: the file's name as it was given.
        device: `host`, `adb:SERIAL` or a name.
        latency: of all steps of all rounds.
        rounds_ms: the median step of each round; round i of all files of one
            run is of the same time.
        keystrokes: `runs` and percentiles in milliseconds, from a keystroke
            to the suggestion bar's new words; None where none was typed.
        benchmark_model: what TensorFlow Lite's own program has measured.
        device_state: what the device is, and its state before and after.
        warnings: what keeps the number from being trusted, a line each.
        signature: the one that was run; None if the file has none, or several.
    """

    model: str
    device: str
    latency: Latency
    rounds_ms: tuple[float, ...]
    keystrokes: dict[str, Any] | None = None
    benchmark_model: dict[str, Any] | None = None
    device_state: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    signature: str | None = "step"

    def fields(self) -> dict[str, Any]:
        """Returns it for JSON, with LiteRT's names beside ours."""
        ours = dataclasses.asdict(self.latency)
        theirs = {name: ours[name_here] for name, name_here in _LITERT.items()}
        return {
            "model": self.model,
            "model_size_mb": round(self.latency.file_bytes / 1e6, 6),
            "accelerators": ["cpu"],
            "signature": self.signature,
            "fully_accelerated": True,
            "num_threads": self.latency.threads,
            "latency": theirs | ours,
            "device": self.device,
            "rounds_ms": self.rounds_ms,
            "keys": self.keystrokes,
            "benchmark_model": self.benchmark_model,
            "device_state": self.device_state,
            "warnings": self.warnings,
        }


def ratios(found: Sequence[Measurement]) -> list[tuple[str, Ratio]]:
    """Returns each device, and the ratio of each file to the first on it."""
    devices: dict[str, dict[str, Sequence[float]]] = {}
    for each in found:
        devices.setdefault(each.device, {})[each.model] = each.rounds_ms
    return [
        (device, ratio)
        for device, rounds in devices.items()
        for ratio in bootstrap.ratios(rounds)
    ]


def imprecise(found: Sequence[Measurement], precision: float) -> list[str]:
    """Returns a line for each ratio that is not known within `precision`."""
    return [
        f"{device}: {ratio.model} is known within {ratio.precision:.1%} only: "
        "raise --seconds"
        for device, ratio in ratios(found)
        if ratio.precision > precision
    ]


def document(
    found: Sequence[Measurement],
    command: str,
    failures: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Returns all that a command has measured, for JSON."""
    return {
        "command": command,
        "results": [each.fields() for each in found],
        "ratios": [
            {"device": device} | dataclasses.asdict(ratio)
            for device, ratio in ratios(found)
        ],
        "failures": list(failures),
    }


def load(path: files.Path) -> list[Measurement]:
    """Reads the measurements of a document.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or holds something else.
    """
    try:
        return read(json_files.read(path, dict[str, Any], has_nan=True))
    except ValueError as error:
        raise ValueError(
            f"{path} holds no measurements ({error}); "
            "tflm benchmark --output makes such files"
        ) from None


def read(made: dict[str, Any]) -> list[Measurement]:
    """Returns the measurements of what `document` made.

    Raises:
        ValueError: it is something else.
    """
    told = json_files.convert(made, "the document", _Document).results
    return [
        json_files.convert(_ours(each), f"results[{k}]", Measurement)
        for k, each in enumerate(told)
        if "latency" in each
    ]


class _Document(msgspec.Struct):
    results: list[dict[str, Any]]


def _ours(told: dict[str, Any]) -> dict[str, Any]:
    """Returns what `Measurement.fields` wrote, without LiteRT's names."""
    names = {
        field.name: field.name for field in dataclasses.fields(Measurement)
    }
    names["keystrokes"] = "keys"
    return {ours: told[name] for ours, name in names.items() if name in told}
