"""Points of `benchmarks.growth`, kept as JSON and drawn side by side."""

import dataclasses
import json
import pathlib
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from tflm import files
from tflm.report.style import COLORS, INK, MUTED, PAPER, dress

# The model that the others differ from in one size.
UNITS, WORDS, RANK = 650, 10_000, 122
PANELS = {"units": "units", "words": "vocabulary", "rank": "rank"}
_STYLES = {
    "stock": {"color": COLORS["gray"], "marker": "X", "markersize": 5.5},
    "int8": {"color": COLORS["blue"], "marker": "s", "markersize": 4.5},
    "low-rank int8": {
        "color": COLORS["orange"],
        "marker": "^",
        "markersize": 5,
    },
}


@dataclasses.dataclass(frozen=True)
class Variant:
    """One file: what it is made of.

    Attributes:
        family: `stock`, `int8` or `low-rank int8`.
        units: of both LSTM layers and of the embedding.
        words: of the vocabulary.
        rank: of all matrices; None where they are dense.
    """

    family: str
    units: int
    words: int
    rank: int | None = None


@dataclasses.dataclass(frozen=True)
class Point:
    """One file: its sizes, as those of `Variant`, and its time.

    Attributes:
        bytes: of the file.
        p50_ms: the median time of a step.
        limit_ms: that of reading as many bytes as the step touches.
    """

    family: str
    units: int
    words: int
    rank: int | None
    bytes: int
    p50_ms: float
    limit_ms: float


def document(
    points: Sequence[Point], provenance: dict[str, Any]
) -> dict[str, Any]:
    """Returns points and what made them, for JSON."""
    plain = [dataclasses.asdict(point) for point in points]
    return {"points": plain, "provenance": provenance}


def load(path: files.Path) -> list[Point]:
    """Reads the points of a file that holds a `document`.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON.
    """
    content = json.loads(pathlib.Path(path).read_text("utf-8"))
    return [Point(**point) for point in content["points"]]


def line(points: Sequence[Point], family: str, size: str) -> list[Point]:
    """Returns the points of a family that differ only in `size`, by it.

    The other sizes are those of the model of 650 units, 10,000 words and, if
    low-rank, rank 122.
    """
    fixed = {"units": UNITS, "words": WORDS, "rank": RANK}
    found = [
        point
        for point in points
        if point.family == family
        and all(
            getattr(point, other) in (value, None)
            for other, value in fixed.items()
            if other != size
        )
    ]
    return sorted(found, key=lambda point: getattr(point, size) or 0)


def draw(points: Sequence[Point]) -> Figure:
    """Returns a panel for each size, times on one logarithmic axis."""
    figure = Figure(figsize=(9, 4.2), dpi=150, facecolor=PAPER)
    axes = figure.subplots(1, len(PANELS), sharey=True)
    figure.subplots_adjust(0.075, 0.125, 0.985, 0.81, wspace=0.08)
    for panel, (size, title) in zip(axes, PANELS.items(), strict=True):
        dress(panel, title)
        panel.set(xscale="log", yscale="log")
        panel.margins(0.1)
        for family, style in _STYLES.items():
            _draw_line(panel, line(points, family, size), size, style)
    axes[0].set_ylabel("ms a word, one thread", color=MUTED, fontsize=9)
    _scale_times(axes[0])
    _write_titles(figure)
    _name_lines(axes[-1], points)
    return figure


def _draw_line(
    axes: Axes, points: Sequence[Point], size: str, style: dict[str, Any]
) -> None:
    """Draws times and, dotted, their limits; a dense model has no rank."""
    if not points:
        return
    times = [point.p50_ms for point in points]
    if points[0].rank is None and size == "rank":
        axes.axhline(times[0], color=style["color"], linewidth=1.2)
        return
    sizes = [getattr(point, size) for point in points]
    limits = [point.limit_ms for point in points]
    axes.plot(sizes, times, linewidth=1.4, **style)
    if style is not _STYLES["stock"]:
        axes.plot(sizes, limits, ":", linewidth=1.2, color=style["color"])
    ticks = sorted({*axes.get_xticks(), *sizes} & {*sizes})
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,.0f}"))


def _scale_times(axes: Axes) -> None:
    steps = [n * 10.0**p for p in range(-4, 3) for n in (1, 2, 5)]
    low, high = axes.get_ylim()
    shown = [step for step in steps if low <= step <= high]
    axes.yaxis.set_major_locator(FixedLocator(shown))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{t:g}"))


def _write_titles(figure: Figure) -> None:
    figure.text(
        0.012, 0.93, "How the time of a word grows", fontsize=12, color=INK
    )
    figure.text(
        0.012,
        0.87,
        f"Two LSTM layers of {UNITS} units, {WORDS:,} words, low rank {RANK}; "
        "one size changes in each panel. Dotted: reading the weights once.",
        fontsize=8.5,
        color=MUTED,
    )


def _name_lines(axes: Axes, points: Sequence[Point]) -> None:
    """Names the lines of the last panel over their right ends."""
    for family, style in _STYLES.items():
        found = line(points, family, "rank")
        if not found:
            continue
        rank = found[-1].rank
        dense = rank is None
        axes.annotate(
            family,
            (1 if rank is None else rank, found[-1].p50_ms),
            (0 if dense else -9, 4),
            xycoords=axes.get_yaxis_transform() if dense else "data",
            textcoords="offset points",
            ha="right",
            fontsize=8.5,
            color=style["color"],
        )
