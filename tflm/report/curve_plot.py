"""Perplexity by epoch of training runs as an image."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tflm.report import fonts, outliers
from tflm.report.curves import Curve
from tflm.report.style import COLORS, INK, MUTED, PAPER, dress

_HUES = ("blue", "orange", "green", "purple", "sky", "yellow", "ink", "gray")
_LINES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5)))
_MARKERS = "os^Dv*PX"


def plot(curves: Sequence[Curve]) -> Figure:
    """Returns a plot with a line a run, which ends at its name.

    The best epoch of each is filled. Perplexities are on a logarithmic axis
    where they span more than a factor of five; the first epochs may begin
    above it.

    Raises:
        ValueError: there is no run, or none has a finite perplexity.
    """
    values = [p for c in curves for p in c.perplexities if math.isfinite(p)]
    if not values:
        raise ValueError(
            "nothing to plot: no training run has a perplexity; give "
            "directories that tflm train wrote"
        )
    figure = Figure((8, 4.6), dpi=150, facecolor=PAPER)
    axes = figure.add_axes((0.075, 0.11, 0.68, 0.76))
    dress(axes, "epoch, passes over the training text")
    axes.set_ylabel("perplexity per token", color=MUTED, fontsize=9)
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
    _name(axes, curves)
    axes.set_title(
        "Validation perplexity while training",
        loc="left",
        fontsize=12,
        color=INK,
        pad=22,
    )
    axes.annotate(
        "Lower is better. Filled: the best epoch, whose weights are kept.",
        (0, 1),
        (0, 9),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=8.5,
        color=MUTED,
    )
    fonts.use(figure.findobj(Text))
    return figure


def _color(number: int) -> str:
    return COLORS[_HUES[number % len(_HUES)]]


def _draw(axes: Axes, curve: Curve, number: int) -> None:
    color, marker = _color(number), _MARKERS[number % len(_MARKERS)]
    line = _LINES[number // len(_HUES) % len(_LINES)]
    axes.plot(
        curve.epochs,
        curve.perplexities,
        color=color,
        linestyle=line,
        linewidth=1.4,
        marker=marker,
        markersize=4,
        markerfacecolor=PAPER,
    )
    best = curve.best
    at = curve.epochs[best], curve.perplexities[best]
    axes.plot(*at, color=color, marker=marker, markersize=5.5)


def _name(axes: Axes, curves: Sequence[Curve]) -> None:
    """Writes names at the right, in the order of the lines' ends."""
    height = axes.bbox.height * 72 / axes.figure.dpi
    ends = np.array([c.perplexities[-1] for c in curves], float)
    ends[~np.isfinite(ends)] = axes.get_ylim()[1]
    pixels = axes.transData.transform(np.stack([ends, ends], axis=1))[:, 1]
    wanted = (pixels - axes.bbox.y0) * 72 / axes.figure.dpi
    gap = min(12.0, height / max(1, len(curves)))
    places = spread(wanted, gap, height)
    for i, (curve, end, place) in enumerate(
        zip(curves, ends, places, strict=True)
    ):
        best = curve.perplexities[curve.best]
        axes.annotate(
            f"{curve.name}  {best:.2f}",
            (curve.epochs[-1], end),
            (axes.bbox.width * 72 / axes.figure.dpi + 10, place),
            textcoords=axes_points(axes),
            va="center",
            fontsize=min(8.0, gap * 0.8),
            color=INK,
            parse_math=False,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": _color(i),
                "linewidth": 0.8,
                "shrinkB": 3,
            },
        )


def axes_points(axes: Axes):
    """Returns the transform of points of type from the axes' lower left."""
    from matplotlib import transforms

    scale = transforms.Affine2D().scale(axes.figure.dpi / 72)
    return scale + transforms.ScaledTranslation(
        axes.bbox.x0 / axes.figure.dpi,
        axes.bbox.y0 / axes.figure.dpi,
        axes.figure.dpi_scale_trans,
    )


def spread(wanted: np.ndarray, gap: float, height: float) -> np.ndarray:
    """Returns places near those wanted, [N], that are `gap` apart.

    Args:
        wanted: from 0 to `height`, [N].
        gap: the least distance of two.
        height: of the space, of at least N - 1 gaps.
    """
    order = np.argsort(wanted, kind="stable")
    places = np.clip(wanted[order], 0, height)
    steps = gap * np.arange(len(places))
    # Up from the lowest, then down from the top where they left the space.
    places = np.maximum.accumulate(places - steps) + steps
    ceiling = height - gap * np.arange(len(places))[::-1]
    places = np.minimum(places, ceiling)
    found = np.empty_like(places)
    found[order] = places
    return found
