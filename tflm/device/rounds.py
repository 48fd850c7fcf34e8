"""Makes one latency of the rounds that a phone has measured."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from tflm.device.result import Round
from tflm.latency.statistics import (
    KEYSTROKE_PERCENTILES,
    Latency,
    milliseconds,
    percentiles,
    statistics,
)

# What happens once a round, such as loading. The app tells no single times of
# whole steps.
_ONCE = ("init_ms", "first_ms", "warmup_mean_ms", "step_p50_ms")


def latency(rounds: Sequence[Round]) -> Latency:
    """Returns the latency of all steps of all rounds.

    What happens once a round is the median of the rounds.
    """
    each = [one.latency for one in rounds]
    memory = [one.memory_bytes for one in each if one.memory_bytes is not None]
    once: dict[str, Any] = {
        name: float(np.median([getattr(one, name) for one in each]))
        for name in _ONCE
    }
    return dataclasses.replace(
        each[0],
        warmup_runs=sum(one.warmup_runs for one in each),
        memory_bytes=int(np.median(memory)) if memory else None,
        **once,
        **statistics(np.concatenate([one.invoke_ns for one in rounds])),
    )


def medians(rounds: Sequence[Round]) -> tuple[float, ...]:
    """Returns the median step of each round, in milliseconds."""
    return tuple(one.latency.p50_ms for one in rounds)


def keystrokes(rounds: Sequence[Round]) -> dict[str, Any] | None:
    """Returns `runs` and times of all keystrokes, or None where none were."""
    times = np.concatenate([one.keystroke_ns for one in rounds])
    if not len(times):
        return None
    return {
        "runs": len(times),
        **percentiles(times, KEYSTROKE_PERCENTILES),
        "max_ms": milliseconds(times.max()),
    }


def warnings(rounds: Sequence[Round], planned: int) -> list[str]:
    """Returns what speaks against these rounds, of so many planned ones."""
    found = []
    if len(rounds) < planned:
        found.append(f"only {len(rounds)} of {planned} rounds")
    if any(one.became_hot for one in rounds):
        found.append("it became hot while it measured")
    return found
