"""What a step of one file takes on one device, of times in nanoseconds."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

MIN_RUNS = 50  # As TensorFlow Lite's own tool, and as the app.
STEP_PERCENTILES = (5, 50, 90, 95, 99)
KEYSTROKE_PERCENTILES = (50, 90, 95, 99)


@dataclasses.dataclass(frozen=True)
class Latency:
    """What one file takes on one device; phones report the same fields.

    Times are of `invoke` alone, but for `init_ms` and `step_p50_ms`.
    Percentiles are interpolated linearly between the two nearest runs.

    Attributes:
        init_ms: to load the file, allocate and pack the weights.
        first_ms: the first step.
        warmup_runs: steps that were run and not measured.
        warmup_mean_ms: the mean of those, the first one included.
        runs: steps that were measured.
        std_ms: their standard deviation.
        step_p50_ms: the median with inputs written and outputs read.
        drift_ratio: median of the last third of the runs over that of the
            first; away from 1, the device was throttled or busy.
        memory_bytes: resident memory for the file and for running it, too
            low in a process that has freed much; None where none is told.
        xnnpack: whether the XNNPACK delegate was asked for.
        cpu: name of the processor, or of the phone's chip.
        runtime: what ran the file, and its version.
    """

    init_ms: float
    first_ms: float
    warmup_runs: int
    warmup_mean_ms: float
    runs: int
    min_ms: float
    mean_ms: float
    std_ms: float
    p5_ms: float
    p50_ms: float
    p90_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    step_p50_ms: float
    drift_ratio: float
    memory_bytes: int | None
    file_bytes: int
    file_sha256: str
    threads: int
    xnnpack: bool
    cpu: str
    cores: int
    system: str
    runtime: str


def statistics(times_ns: ArrayLike) -> dict[str, Any]:
    """Returns the fields of `Latency` that say how times spread.

    Args:
        times_ns: int [N], of measured steps, in their order.
    """
    times = np.asarray(times_ns)
    third = max(1, len(times) // 3)
    drift = np.median(times[-third:]) / max(1, np.median(times[:third]))
    return {
        "runs": len(times),
        "min_ms": milliseconds(times.min()),
        "mean_ms": milliseconds(times.mean()),
        "std_ms": milliseconds(times.std()),
        "max_ms": milliseconds(times.max()),
        "drift_ratio": round(float(drift), 3),
        **percentiles(times, STEP_PERCENTILES),
    }


def percentiles(times_ns: ArrayLike, which: Sequence[int]) -> dict[str, float]:
    """Returns percentiles by name, such as `p95_ms`.

    Args:
        times_ns: int [N].
        which: from 0 to 100.
    """
    found = np.percentile(np.asarray(times_ns), which)
    return {
        f"p{p}_ms": milliseconds(value)
        for p, value in zip(which, found, strict=True)
    }


def milliseconds(nanoseconds: float | np.floating) -> float:
    """Returns milliseconds, to the nanosecond."""
    return round(float(nanoseconds) / 1e6, 6)
