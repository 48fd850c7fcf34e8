"""Size against perplexity as an image, with the Pareto front."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from tflm.report import label_placement, pareto
from tflm.report.pareto import Cost
from tflm.report.rows import Row
from tflm.report.style import ACCENT, INK, MUTED, PAPER, dress

TITLES = {"MB": ("Size", "size, MB"), "ms": ("Time", "median step, ms")}
Point = tuple[float, float]  # What it costs, and its perplexity.
_LABEL: dict[str, Any] = {"fontsize": 8, "color": INK, "parse_math": False}


def plot(rows: Sequence[Row], cost: Cost = "MB") -> Figure:
    """Returns a plot of size, or time, against perplexity with the front.

    Rows without a perplexity, or without a time, are left out.
    """
    scored, front = pareto.scored(rows, cost), pareto.pareto_front(rows, cost)
    figure = Figure(figsize=(8, 5), dpi=150, facecolor=PAPER)
    axes = figure.add_axes((0.075, 0.105, 0.91, 0.765))
    dress(axes, TITLES[cost][1])
    _write_titles(axes, cost)
    axes.margins(0.12)
    if not scored:
        axes.set(xticks=[], yticks=[])
        axes.set_title("Nothing was scored.", y=0.5, fontsize=9, color=MUTED)
        return figure
    for row in scored:
        color, fill = (ACCENT, ACCENT) if row in front else (MUTED, PAPER)
        axes.plot(
            *pareto.point(row, cost), "o", color=color, mfc=fill, zorder=3
        )
    points = [pareto.point(row, cost) for row in scored]
    costs, perplexities = zip(*points, strict=True)
    _scale(axes, "x", costs)
    _scale(axes, "y", perplexities)
    line = _draw_front(axes, [pareto.point(row, cost) for row in front])
    _label(axes, [row.name for row in scored], points, line)
    return figure


def _scale(axes: Axes, name: str, values: Sequence[float]) -> None:
    """Makes an axis logarithmic where a linear one would hide its low end."""
    axis = {"x": axes.xaxis, "y": axes.yaxis}[name]
    low, high = min(values), max(values)
    if 0 < 5 * low < high:
        axes.set(**{f"{name}scale": "log"})
        steps = (1, 2, 5) if high > 100 * low else (1, 1.5, 2, 3, 5, 7)
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_front(axes: Axes, front: Sequence[Point]) -> np.ndarray:
    """Draws the border of what is possible; returns pixels on it, [N, 2]."""
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
    costs, perplexities = zip(*front, strict=True)
    x = np.repeat([*costs, limits["xlim"][1]], 2)[:-1]
    y = np.repeat([limits["ylim"][1], *perplexities], 2)[1:]
    axes.plot(x, y, color=ACCENT, linewidth=1.2, alpha=0.5)
    axes.set(**limits)
    corners = axes.transData.transform(np.stack([x, y], axis=1))
    length = np.abs(np.diff(corners, axis=0)).sum(axis=1).cumsum()
    at = np.arange(0, length[-1], 8)
    return np.stack([np.interp(at, [0, *length], c) for c in corners.T], axis=1)


def _label(
    axes: Axes, names: Sequence[str], at: Sequence[Point], line: np.ndarray
) -> None:
    """Writes each row's name where it hides no point and no other name."""
    names = [textwrap.fill(name, 28) for name in names]
    sizes = np.array([_extent(axes, name) for name in names])
    points = axes.transData.transform(at)
    scale = axes.figure.dpi / 72  # Pixels in a point of type.
    area = np.array(axes.bbox.extents)
    offsets = label_placement.place(
        points / scale, sizes / scale, line / scale, area / scale
    )
    for point, name, offset in zip(at, names, offsets, strict=True):
        across, up = np.sign(offset).astype(int)
        leader = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.5}
        leader |= {"relpos": ((1 - across) / 2, (1 - up) / 2), "shrinkA": 0}
        axes.annotate(
            name,
            point,
            offset,
            textcoords="offset points",
            ha=("center", "left", "right")[across],
            va=("center", "bottom", "top")[up],
            arrowprops=leader
            if np.abs(offset).max() > label_placement.NEAR
            else None,
            **_LABEL,
        )


def _extent(axes: Axes, text: str) -> np.ndarray:
    """Returns the width and height of a label, in pixels, [2]."""
    artist = axes.text(0, 0, text, transform=axes.transAxes, **_LABEL)
    size = np.array(artist.get_window_extent().size)
    artist.remove()
    return size


def _write_titles(axes: Axes, cost: Cost) -> None:
    axes.set_ylabel("perplexity", color=MUTED, fontsize=9)
    above: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
    }
    title = f"{TITLES[cost][0]} and perplexity"
    axes.annotate(title, (0, 1), (0, 25), **above, fontsize=12, color=INK)
    axes.annotate(
        "Lower left is better. The line joins the files that no other beats "
        "in both.",
        (0, 1),
        (0, 10),
        **above,
        fontsize=8.5,
        color=MUTED,
    )
