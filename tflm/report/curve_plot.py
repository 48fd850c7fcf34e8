"""Perplexity by epoch of training runs as an image."""

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tflm.report import fonts, outliers
from tflm.report.curves import Curve
from tflm.report.style import HUES, INK, MARKERS, MUTED, PAPER, dress

_LINES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
_TYPE = 8  # Of the legend, in points.


_AXES = {
    "perplexity": "perplexity per token",
    "error": "100 - F1 of spans, or % of wrong labels",
}


def plot(curves: Sequence[Curve], width: float = 8.0) -> Figure:
    """Returns a plot with a line a run, whose names are their own.

    The best epoch of each is filled. Perplexities are on a logarithmic axis
    where they span more than a factor of five; the first epochs may begin
    above it.

    Args:
        curves: their names differ.
        width: in inches; the names are below the lines of a narrow plot.

    Raises:
        ValueError: there is no run, or none has a finite perplexity.
    """
    values = [p for c in curves for p in c.measured if math.isfinite(p)]
    if not values:
        raise ValueError(
            "nothing to plot: no training run has a perplexity; give "
            "directories that tflm train wrote"
        )
    is_narrow = width < 6
    figure, axes = _empty(curves, width, is_narrow)
    dress(axes, "epoch, passes over the training text")
    what = curves[0].measure
    axes.set_ylabel(_AXES[what], color=MUTED, fontsize=9)
    low, high, is_log = outliers.bounds(values)
    for i, curve in enumerate(curves):
        _draw(axes, curve, i)
    if is_log:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter("{x:g}")
        axes.tick_params(which="minor", labelsize=7.5)
    margin = (high / low) ** 0.08 if is_log else 1
    room = 0 if is_log else 0.08 * (high - low or high)
    axes.set_ylim(low / margin - room, high * margin + room)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xlim(left=0)
    _name(axes, curves, is_narrow)
    _write_titles(axes, what)
    fonts.use(figure.findobj(Text))
    return figure


def _empty(
    curves: Sequence[Curve], width: float, is_narrow: bool
) -> tuple[Figure, Axes]:
    """Returns a figure and its axes, with room for names beside them."""
    lines = sum(_legend_text(curve).count("\n") + 1.5 for curve in curves)
    names = 0.3 + lines * 1.2 * _TYPE / 72  # Inches.
    height = 4.4 + names if is_narrow else max(4.6, 0.9 + names)
    figure = Figure((width, height), dpi=150, facecolor=PAPER)
    bottom = 0.5 + names * is_narrow
    right = 0.12 if is_narrow else 2.25
    axes = figure.add_axes(
        (
            0.6 / width,
            bottom / height,
            1 - (0.6 + right) / width,
            1 - (bottom + 0.65) / height,
        )
    )
    return figure, axes


def _write_titles(axes: Axes, what: str) -> None:
    axes.set_title(
        f"Validation {what} while training",
        loc="left",
        fontsize=12,
        color=INK,
        pad=22,
    )
    axes.annotate(
        "Lower is better. Filled: the best epoch, which is kept.",
        (0, 1),
        (0, 9),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=8.5,
        color=MUTED,
    )


def _draw(axes: Axes, curve: Curve, number: int) -> None:
    color = HUES[number % len(HUES)]
    marker = MARKERS[number % len(MARKERS)]
    line = _LINES[number // len(HUES) % len(_LINES)]
    axes.plot(
        curve.epochs,
        curve.measured,
        color=color,
        linestyle=line,
        linewidth=1.4,
        label=curve.name,
        marker=marker,
        markersize=4,
        markerfacecolor=PAPER,
    )
    best = curve.best
    at = curve.epochs[best], curve.measured[best]
    axes.plot(*at, color=color, marker=marker, markersize=5.5)


def _name(axes: Axes, curves: Sequence[Curve], below: bool) -> None:
    """Writes names and best perplexities, the best first."""
    lines = {line.get_label(): line for line in axes.lines}
    ranked = sorted(curves, key=lambda each: each.measured[each.best])
    inches = axes.bbox.height / axes.figure.dpi
    place = (0, -0.5 / inches) if below else (1.02, 1)
    axes.legend(
        handles=[lines[each.name] for each in ranked],
        labels=[_legend_text(each) for each in ranked],
        loc="upper left",
        bbox_to_anchor=place,
        frameon=False,
        fontsize=_TYPE,
        labelcolor=INK,
        borderaxespad=0,
        borderpad=0,
    )


def _legend_text(curve: Curve) -> str:
    best = curve.measured[curve.best]
    return textwrap.fill(f"{curve.name}: {best:.2f}", 28).replace("$", r"\$")
