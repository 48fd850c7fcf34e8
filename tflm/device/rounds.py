"""Makes one latency of the rounds that a phone has measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tflm.latency.statistics import (
    KEY_PERCENTILES,
    milliseconds,
    percentiles,
    statistics,
)

Found = dict[str, Any]  # What the app has written after one round.

# What is the same in all rounds.
_SAME = (
    "file_bytes",
    "file_sha256",
    "threads",
    "xnnpack",
    "cpu",
    "cores",
    "system",
    "runtime",
)


def latency(rounds: Sequence[Found]) -> dict[str, Any]:
    """Returns the fields of `Latency`, of all steps of all rounds.

    What happens once a round, such as loading, is the median of the rounds;
    `step_p50_ms` too, as the app tells no single times of whole steps.
    """
    times = np.concatenate([found["invoke_ns"] for found in rounds])
    once = ("init_ms", "first_ms", "warmup_mean_ms", "step_p50_ms")
    memory = _median(rounds, "memory_bytes")
    return {
        **{key: rounds[0].get(key) for key in _SAME},
        **{key: _median(rounds, key) for key in once},
        "warmup_runs": sum(found["warmup_runs"] for found in rounds),
        "memory_bytes": None if memory is None else int(memory),
        **statistics(times),
    }


def medians(rounds: Sequence[Found]) -> tuple[float, ...]:
    """Returns the median step of each round, in milliseconds."""
    return tuple(milliseconds(np.median(r["invoke_ns"])) for r in rounds)


def became_hot(found: Found) -> bool:
    """Tells whether a phone was hot when a round ended."""
    return bool((found.get("after") or {}).get("thermal_status"))


def keys(rounds: Sequence[Found]) -> dict[str, Any] | None:
    """Returns the times of all key presses, or None where none were."""
    presses = [found["keys"]["press_ns"] for found in rounds if "keys" in found]
    if not presses:
        return None
    times = np.concatenate(presses)
    return {
        "runs": len(times),
        **percentiles(times, KEY_PERCENTILES),
        "max_ms": milliseconds(times.max()),
    }


def _median(rounds: Sequence[Found], key: str) -> float | None:
    values = [found[key] for found in rounds if found.get(key) is not None]
    return float(np.median(values)) if values else None
