"""Size against perplexity as an image, with the Pareto front."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from tflm.report import families, fonts, pareto, plot_labels
from tflm.report.measures import measure_of
from tflm.report.pareto import Cost
from tflm.report.plot_axes import Scale
from tflm.report.rows import Row
from tflm.report.style import INK, MUTED, PAPER, dress, wrapped

TITLES = {"MB": ("Size", "size, MB"), "ms": ("Time", "median step, ms")}
_AXES_HEIGHT, _LEFT, _RIGHT, _BELOW = 3.85, 0.6, 0.12, 0.44  # Inches.
_SAYS = (
    "Lower left is better. Filled: on the line, as no other file beats it in "
    "both."
)
_NEEDS = {
    "MB": "tflm evaluate FILE --json scores a file",
    "ms": "tflm benchmark FILE --json times a file, tflm evaluate scores it",
}


def plot(
    rows: Sequence[Row],
    cost: Cost = "MB",
    text: str = "",
    width: float = 8.0,
) -> Figure:
    """Returns a plot of size, or time, against perplexity with the front.

    Rows without a perplexity, or without a time, are left out. What is far
    from all others stands at the edge of the plot with an arrow and its value,
    so that it squeezes no axis: the one scale stays true for all the rest,
    which a broken axis would not let one see.

    Args:
        rows: of one text.
        cost: what is set against perplexity.
        text: what the rows were scored on, for the title.
        width: in inches.

    Raises:
        ValueError: there is nothing to show.
    """
    scored, front = pareto.scored(rows, cost), pareto.pareto_front(rows, cost)
    if not scored:
        raise ValueError(
            f"nothing to plot: no row has a perplexity and {cost}; "
            f"{_NEEDS[cost]}, give that to tflm report as well"
        )
    scored.sort(key=lambda row: pareto.point(row, cost))
    points = np.array([pareto.point(row, cost) for row in scored])
    figure = Figure((width, 1), dpi=150, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    # Ticks and labels are chosen for this size, which the axes keep.
    _set_height(figure, axes, ("", ""), 0)
    dress(axes, TITLES[cost][1])
    measure = measure_of(row.quality for row in scored)
    axes.set_ylabel(measure.axis, color=MUTED, fontsize=9)
    scales = (Scale(axes, "x", points[:, 0]), Scale(axes, "y", points[:, 1]))
    ways = np.stack([scale.outliers for scale in scales], axis=1)
    about = f"{TITLES[cost][0]} and {measure.name}"
    about += f": {text}" if text else ""
    titles = _titles(about, width, bool(ways.any()))
    at = np.stack([scale.within for scale in scales], axis=1)
    on_front = np.array([row in front for row in scored])
    line = _draw_front(axes, at[on_front])
    _draw_points(axes, scored, at, on_front)
    _draw_arrows(axes, at, ways)
    names = [
        row.name + _off_axes(point, way, (cost, measure.name))
        for row, point, way in zip(scored, points, ways, strict=True)
    ]
    numbered = plot_labels.label(axes, names, at, line)
    below = _BELOW + _draw_families(axes, scored, width)
    if numbered:
        below += plot_labels.legend(axes, numbered, below - 0.04) + 0.06
    _set_height(figure, axes, titles, below)
    _write_titles(axes, *titles)
    fonts.use(figure.findobj(Text))
    return figure


def _titles(title: str, width: float, has_arrows: bool) -> tuple[str, str]:
    """Returns the title and what explains the plot, in lines that fit."""
    says = f"{_SAYS} Arrows lead off the axes." if has_arrows else _SAYS
    return wrapped(title, says, width - _LEFT - _RIGHT)


def _set_height(
    figure: Figure, axes: Axes, above: tuple[str, str], below: float
) -> None:
    """Makes room above and below; the axes stay as large."""
    title, says = (each.count("\n") for each in above)
    top = 0.62 + 0.2 * title + 0.15 * says
    width, height = figure.get_figwidth(), top + _AXES_HEIGHT + below
    figure.set_size_inches(width, height)
    axes.set_position(
        (
            _LEFT / width,
            below / height,
            1 - (_LEFT + _RIGHT) / width,
            _AXES_HEIGHT / height,
        )
    )


def _draw_points(
    axes: Axes, rows: Sequence[Row], at: np.ndarray, on_front: np.ndarray
) -> None:
    for row, point, is_on in zip(rows, at, on_front, strict=True):
        family = families.of(row)
        if families.is_published(row):
            family = family._replace(marker=families.PUBLISHED.marker)
        axes.plot(*point, **_marker(family, is_on), zorder=4 if is_on else 3)


def _marker(family: families.Family, is_filled: bool) -> dict[str, Any]:
    larger = {"*": 3, "P": 1, "X": 1, "D": -1}
    return {
        "marker": family.marker,
        "color": family.color,
        "markersize": 6 + larger.get(family.marker, 0),
        "markerfacecolor": family.color if is_filled else PAPER,
        "linestyle": "",
    }


def _draw_front(axes: Axes, front: np.ndarray) -> np.ndarray:
    """Draws the border of what is possible; returns pixels on it, [N, 2]."""
    limits = {"xlim": axes.get_xlim(), "ylim": axes.get_ylim()}
    x = np.repeat([*front[:, 0], limits["xlim"][1]], 2)[:-1]
    y = np.repeat([limits["ylim"][1], *front[:, 1]], 2)[1:]
    axes.plot(x, y, color=MUTED, linewidth=1.1, alpha=0.6)
    axes.set(**limits)
    corners = axes.transData.transform(np.stack([x, y], axis=1))
    length = np.abs(np.diff(corners, axis=0)).sum(axis=1).cumsum()
    at = np.arange(0, length[-1], 8)
    return np.stack([np.interp(at, [0, *length], c) for c in corners.T], axis=1)


def _off_axes(
    point: np.ndarray, way: np.ndarray, names: tuple[str, str]
) -> str:
    """Returns what a label adds for a point that is off an axis."""
    values = f"{point[0]:,.4g} {names[0]}", f"{names[1]} {point[1]:,.4g}"
    off = [value for value, is_off in zip(values, way, strict=True) if is_off]
    return f" ({', '.join(off)})" if off else ""


def _draw_arrows(axes: Axes, at: np.ndarray, ways: np.ndarray) -> None:
    """Draws arrows from what is at an edge to where it would be."""
    for point, way in zip(at, ways, strict=True):
        if way.any():
            axes.annotate(
                "",
                point,
                way * 17,
                textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": INK, "shrinkA": 0},
                annotation_clip=False,
            )


def _draw_families(axes: Axes, rows: Sequence[Row], width: float) -> float:
    """Writes which marker is which family; returns its height in inches."""
    here = {families.of(row) for row in rows}
    if any(map(families.is_published, rows)):
        here.add(families.PUBLISHED)
    handles = [
        Line2D([], [], **_marker(family, True), label=family.name)
        for family in families.ALL
        if family in here
    ]
    columns = min(len(handles), int(width))
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, -_BELOW / _AXES_HEIGHT),
        ncols=columns,
        frameon=False,
        fontsize=8,
        labelcolor=INK,
        handletextpad=0.1,
        columnspacing=1.2,
        borderaxespad=0,
        borderpad=0,
    )
    return 0.19 * -(-len(handles) // columns) + 0.05


def _write_titles(axes: Axes, title: str, says: str) -> None:
    above: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "parse_math": False,
    }
    up = 9 + 11 * says.count("\n")
    axes.annotate(says, (0, 1), (0, 9), **above, fontsize=8.5, color=MUTED)
    axes.annotate(title, (0, 1), (0, up + 15), **above, fontsize=12, color=INK)
