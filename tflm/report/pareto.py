"""The rows that no other beats."""

from collections.abc import Sequence
from typing import Literal

from tflm.report.measures import measure_of
from tflm.report.rows import Row

Cost = Literal["MB", "ms"]  # What a plot sets against perplexity.


def pareto_front(rows: Sequence[Row], cost: Cost = "MB") -> list[Row]:
    """Returns the scored rows that no other beats, the cheapest first.

    A row is beaten by one that is no larger (or slower) and no worse in
    perplexity, and differs in one of them.
    """
    kept: list[tuple[float, float]] = []
    found = []
    for row in sorted(scored(rows, cost), key=lambda row: point(row, cost)):
        at = point(row, cost)
        if not kept or at[1] < kept[-1][1] or at == kept[-1]:
            kept.append(at)
            found.append(row)
    return found


def scored(rows: Sequence[Row], cost: Cost = "MB") -> list[Row]:
    """Returns the rows that have what they are compared by, and that cost."""
    measure = measure_of(row.quality for row in rows)
    return [
        row
        for row in rows
        if measure.of(row.quality) is not None
        and (cost == "MB" or row.latency.get("p50_ms") is not None)
    ]


def point(row: Row, cost: Cost = "MB") -> tuple[float, float]:
    """Returns what a scored row costs, in MB or ms, and its perplexity.

    Of a tagger it is the share of what is wrong.
    """
    value = row.bytes / 1e6 if cost == "MB" else row.latency["p50_ms"]
    measured = measure_of([row.quality]).of(row.quality)
    assert measured is not None, "a row that was not scored has no point"
    return value, measured
