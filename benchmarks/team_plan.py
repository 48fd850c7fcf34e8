"""What several machines would take to train a model, by measured constants.

A step of N workers takes what one needs for its rows of the batch, and the
exchange: of dense gradients a ring, in which each sends and receives
2 (N - 1) / N of them; of the rows of tables and the states all get those of
each, (N - 1) times what one has. Computing and sending do not overlap, and each
message waits for the network once. No machine is slower than another.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

_WORDS = 1e9  # That a plan is for.
_WORKERS = (1, 8, 64)  # That it is for.
_USEFUL = 0.5  # Share of a worker's time that it computes.


@dataclasses.dataclass(frozen=True)
class Network:
    """What connects the machines, and what one costs.

    Attributes:
        bytes_per_second: that a machine sends, and receives meanwhile.
        seconds: until the first byte arrives.
        price: of a machine for an hour, in dollars.
    """

    bytes_per_second: float = 1.25e9
    seconds: float = 50e-6
    price: float = 0.1


def exchange(part: Mapping[str, Any], workers: int) -> tuple[float, int]:
    """Returns the bytes that a worker sends in a step, and its messages.

    Args:
        part: what was measured of a worker's rows: `dense_bytes` of gradients,
            `tables` with height, width and rows that have a gradient, and
            `state_bytes`.
        workers: how many there are.
    """
    others = workers - 1
    dense, gathered, gathers = part["dense_bytes"], part["state_bytes"], 1
    for height, width, rows in part["tables"]:
        if rows * workers < height:
            gathered += rows * (width + 1) * 4
            gathers += 2
        else:
            dense += height * width * 4
    sent = 2 * others / workers * dense + others * gathered
    return sent, (2 + gathers) * others


def step(part: Mapping[str, Any], workers: int, network: Network) -> float:
    """Returns the seconds of a step; see `exchange`."""
    sent, messages = exchange(part, workers)
    return (
        part["seconds"]
        + sent / network.bytes_per_second
        + messages * network.seconds
    )


def plan(found: Mapping[str, Any], network: Network) -> list[dict[str, Any]]:
    """Returns a row for each number of workers that was measured.

    Args:
        found: of a preset: `batch`, `steps` and `parts`, each with its `rows`,
            the whole batch first.
        network: between the workers.
    """
    words = found["batch"] * found["steps"]
    rows: list[dict[str, Any]] = []
    for part in found["parts"]:
        workers = found["batch"] // part["rows"]
        seconds = step(part, workers, network)
        hours = _WORDS / words * seconds / 3600
        alone = rows[0]["seconds"] if rows else seconds
        rows.append(
            {
                "workers": workers,
                "seconds": seconds,
                "sent_bytes": exchange(part, workers)[0],
                "words_per_second": words / seconds,
                "efficiency": alone / seconds / workers,
                "hours": hours,
                "dollars": hours * workers * network.price,
            }
        )
    return rows


def table(presets: list[dict[str, Any]], network: Network) -> str:
    """Returns the plans of presets, as Markdown."""
    lines = [
        "| preset | workers | ms a step | MB sent | words/s | efficiency "
        "| hours of 10^9 words | dollars |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for found in presets:
        rows = plan(found, network)
        useful = [r["workers"] for r in rows if r["efficiency"] >= _USEFUL]
        for row in rows:
            is_last = row["workers"] == max(useful)
            if row["workers"] not in _WORKERS and not is_last:
                continue
            mark = " (the most)" if is_last else ""
            lines.append(
                f"| {found['preset']} | {row['workers']}{mark} "
                f"| {row['seconds'] * 1e3:.1f} "
                f"| {row['sent_bytes'] / 1e6:.2f} "
                f"| {_round(row['words_per_second']):,.0f} "
                f"| {row['efficiency']:.0%} "
                f"| {row['hours']:.1f} | {row['dollars']:.2f} |"
            )
    return "\n".join(lines)


def _round(value: float) -> float:
    """Returns a number to three digits."""
    return round(value, 2 - math.floor(math.log10(value)))
