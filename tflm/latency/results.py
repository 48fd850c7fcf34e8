"""What was measured of files on devices: as JSON, CSV and a table.

The JSON of one file has every field of LiteRT's own Python benchmark
(`ai_edge_litert.tools.benchmark_litert_model`), and more beside them.
"""

import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from tflm import files
from tflm.latency import bootstrap
from tflm.latency.bootstrap import Ratio

# LiteRT's name of each of our fields.
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
    """One file on one device.

    Attributes:
        model: the file's name as it was given.
        device: `host`, or `adb:SERIAL`.
        latency: the fields of `latency.Latency`.
        rounds_ms: the median step of each round; round i of all files of one
            run is of the same time.
        keys: `runs` and percentiles of a key press, from the key to the strip.
        benchmark_model: what TensorFlow Lite's own program has measured.
        device_state: what the device is, and its state before and after.
        warnings: what keeps the number from being trusted, a line each.
        signature: the one that was run; None if the file has none, or several.
    """

    model: str
    device: str
    latency: dict[str, Any]
    rounds_ms: tuple[float, ...]
    keys: dict[str, Any] | None = None
    benchmark_model: dict[str, Any] | None = None
    device_state: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    signature: str | None = "step"

    def fields(self) -> dict[str, Any]:
        """Returns it for JSON, with LiteRT's names beside ours."""
        found = dataclasses.asdict(self)
        theirs = {
            name: self.latency[ours]
            for name, ours in _LITERT.items()
            if ours in self.latency
        }
        head = {
            "model": self.model,
            "model_size_mb": round(self.latency["file_bytes"] / 1e6, 6),
            "accelerators": ["cpu"],
            "signature": self.signature,
            "fully_accelerated": True,
            "num_threads": self.latency["threads"],
            "latency": theirs | self.latency,
        }
        return head | {k: v for k, v in found.items() if k not in head}


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
        found = read(json.loads(pathlib.Path(path).read_bytes()))
        for each in found:
            float(each.latency["p50_ms"]), str(each.latency["file_sha256"])
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds no measurements ({type(error).__name__}: {error}); "
            "tflm benchmark --output makes such files"
        ) from error
    return found


def read(made: dict[str, Any]) -> list[Measurement]:
    """Returns the measurements of what `document` made."""
    names = {field.name for field in dataclasses.fields(Measurement)}
    return [
        Measurement(**{k: v for k, v in each.items() if k in names})
        for each in made["results"]
        if "latency" in each
    ]
