"""Bytes and sensitivity of each matrix as an image."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from tflm.report import fonts
from tflm.report.matrices import Matrix
from tflm.report.style import (
    HUES,
    INK,
    MARKERS,
    MUTED,
    PAPER,
    dress,
    wrapped,
)


def plot(
    matrices: Sequence[Matrix], name: str = "", width: float = 8.0
) -> Figure:
    """Returns bars of bytes, and beside them what smaller ones would cost.

    Args:
        matrices: of one model or file, in their order from above.
        name: of it, for the title.
        width: in inches; the panels of a narrow plot are below one another.

    Raises:
        ValueError: there is none.
    """
    if not matrices:
        raise ValueError(
            f"nothing to plot: {name or 'it'} has no matrix; tflm inspect FILE "
            "--json prints those of a file"
        )
    measured = any(each.losses for each in matrices)
    is_narrow = width < 6
    panel = max(0.8 + 0.3 * len(matrices), 3.0 if measured else 1.1)
    rows, columns = (1 + is_narrow, 2 - is_narrow) if measured else (1, 1)
    title, says = _titles(name, measured, width)
    above = 0.5 + 0.2 * title.count("\n") + 0.15 * says.count("\n")
    height = above + rows * panel
    figure = Figure((width, height), dpi=150, facecolor=PAPER)
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    _draw_bars(panels[0], matrices, measured)
    if measured:
        _draw_losses(panels[1], matrices)
    at: dict[str, Any] = {"va": "top", "parse_math": False}
    down = 0.28 + 0.2 * title.count("\n")
    for text, from_top, size, color in (
        (title, 0.08, 12, INK),
        (says, down + 0.06, 8.5, MUTED),
    ):
        y = 1 - from_top / height
        figure.text(0.1 / width, y, text, fontsize=size, color=color, **at)
    fonts.use(figure.findobj(Text))
    with fonts.told():
        figure.tight_layout(rect=(0, 0, 1, 1 - above / height))
    return figure


def _titles(name: str, measured: bool, width: float) -> tuple[str, str]:
    """Returns the title and what explains the plot, in lines that fit."""
    title = "What each matrix takes" + (" and bears" if measured else "")
    title += f": {name}" if name else ""
    says = "Beside each is its share of all bytes."
    if measured:
        says += (
            " Lines: perplexity with that matrix alone at a lower rank, "
            "untrained."
        )
    return wrapped(title, says, width - 0.2)


def _color(number: int, measured: bool) -> str:
    return HUES[number % len(HUES) if measured else 0]


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
            marker=MARKERS[i % len(MARKERS)],
            markersize=4.5,
            linewidth=1.3,
        )
    base = next(each.base_perplexity for each in matrices if each.losses)
    if base:
        axes.axhline(base, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            "as it is",
            (0, base),
            (4, -3),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            va="top",
            fontsize=8,
            color=MUTED,
        )
    if base and axes.get_ylim()[1] > 5 * base:
        axes.set_yscale("log")
    axes.margins(y=0.1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.tick_params(which="minor", labelsize=7.5)
    axes.set_xlim(0, 1.02)
