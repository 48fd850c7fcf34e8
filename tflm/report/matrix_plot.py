"""Bytes and sensitivity of each matrix as an image."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tflm.report import fonts
from tflm.report.matrices import Matrix
from tflm.report.style import COLORS, INK, MUTED, PAPER, dress

_HUES = ("blue", "orange", "green", "purple", "sky", "yellow", "ink", "gray")
_MARKERS = "os^Dv*PX"


def plot(matrices: Sequence[Matrix], name: str = "") -> Figure:
    """Returns bars of bytes, and beside them what smaller ones would cost.

    Args:
        matrices: of one model or file, in their order from above.
        name: of it, for the title.

    Raises:
        ValueError: there is none.
    """
    if not matrices:
        raise ValueError(
            f"nothing to plot: {name or 'it'} has no matrix; tflm inspect FILE "
            "--json prints those of a file"
        )
    measured = any(each.losses for each in matrices)
    height = 1.35 + max(0.3 * len(matrices), 2.2 if measured else 0.3)
    figure = Figure((8, height), dpi=150, facecolor=PAPER)
    panels = figure.subplots(1, 2 if measured else 1, squeeze=False)[0]
    _draw_bars(panels[0], matrices, measured)
    if measured:
        _draw_losses(panels[1], matrices)
    above = height - 0.28, height - 0.5
    title = "What each matrix takes" + (" and bears" if measured else "")
    title += f": {name}" if name else ""
    says = "Its share of all bytes stands beside it."
    if measured:
        says += (
            " Right: perplexity with that matrix alone at a lower rank, "
            "untrained."
        )
    left, size = 0.015, {"parse_math": False}
    figure.text(left, above[0] / height, title, fontsize=12, color=INK, **size)
    figure.text(left, above[1] / height, says, fontsize=8.5, color=MUTED)
    fonts.use(figure.findobj(Text))
    figure.tight_layout(rect=(0, 0, 1, (height - 0.55) / height))
    return figure


def _color(number: int, measured: bool) -> str:
    return COLORS[_HUES[number % len(_HUES)] if measured else "blue"]


def _draw_bars(axes: Axes, matrices: Sequence[Matrix], measured: bool) -> None:
    dress(axes, "size as int8, MB" if measured else "size, MB", grid="x")
    total = sum(each.bytes for each in matrices)
    for i, each in enumerate(matrices):
        size = each.bytes / 1e6
        axes.barh(i, size, 0.62, color=_color(i, measured))
        axes.annotate(
            f"{each.bytes / total:.0%}",
            (size, i),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=INK,
        )
    names = [each.name for each in matrices]
    axes.set_yticks(range(len(names)), names, fontsize=8, parse_math=False)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(len(matrices) - 0.4, -0.6)
    axes.margins(x=0.14)
    axes.set_xlim(left=0)


def _draw_losses(axes: Axes, matrices: Sequence[Matrix]) -> None:
    dress(axes, "its size at a lower rank, share of all of it")
    axes.set_ylabel("perplexity per token", color=MUTED, fontsize=9)
    for i, each in enumerate(matrices):
        if not each.losses:
            continue
        sizes = np.array(sorted(each.losses))
        axes.plot(
            sizes / each.bytes,
            [each.losses[size] for size in sizes],
            color=_color(i, True),
            marker=_MARKERS[i % len(_MARKERS)],
            markersize=4.5,
            linewidth=1.3,
        )
    base = next(each.base_perplexity for each in matrices if each.losses)
    if base:
        axes.axhline(base, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            "as it is",
            (1, base),
            (0, 3),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color=MUTED,
        )
    low, high = axes.get_ylim()
    if base and high > 5 * base:
        axes.set_yscale("log")
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.tick_params(which="minor", labelsize=7.5)
    axes.set_xlim(left=0)
