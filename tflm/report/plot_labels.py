"""The names of a plot's points: beside them, or as numbers with a legend."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from tflm.report import fonts, label_placement
from tflm.report.style import INK, MUTED

_LINE = 11.5  # Height of a line of the legend, in points of type.
_MOST_NAMES = 25  # More are numbered without a try.
_LABEL: dict[str, Any] = {"fontsize": 8, "color": INK, "parse_math": False}
_COLUMN = 190  # Least width of a column of the legend, in points of type.


def label(
    axes: Axes, names: Sequence[str], at: np.ndarray, line: np.ndarray
) -> list[str]:
    """Writes names where they hide nothing, or numbers if they cannot.

    Args:
        axes: with the points drawn and the limits set.
        names: of the points.
        at: the points, [N, 2].
        line: pixels that had better stay visible, [M, 2].

    Returns:
        The names that were replaced by numbers, from 1 on; else none.
    """
    scale = axes.figure.dpi / 72  # Pixels in a point of type.
    points = axes.transData.transform(at) / scale
    area = np.array(axes.bbox.extents) / scale
    wrapped = [textwrap.fill(name, 28) for name in names]
    if len(names) <= _MOST_NAMES:
        sizes = np.array([_extent(axes, name) for name in wrapped]) / scale
        offsets = label_placement.place(points, sizes, line / scale, area)
        if not label_placement.clash(points, sizes, offsets, area):
            _write(axes, wrapped, at, offsets)
            return []
    numbers = [str(i + 1) for i in range(len(names))]
    sizes = np.array([_extent(axes, number) for number in numbers]) / scale
    offsets = label_placement.place(points, sizes, line / scale, area)
    _write(axes, numbers, at, offsets)
    return [*names]


def legend(axes: Axes, names: Sequence[str], below: float) -> float:
    """Writes which name each number stands for, below the axes.

    Args:
        axes: over the legend.
        names: from number 1 on.
        below: how far below the axes it begins, in inches.

    Returns:
        Its height, in inches.
    """
    width = axes.bbox.width * 72 / axes.figure.dpi
    columns = int(width // _COLUMN) or 1
    fits = int((width / columns - 20) / 4.45)  # Characters.
    entries = [textwrap.wrap(name, fits) for name in names]
    share = -(-sum(map(len, entries)) // columns)
    column = line = highest = 0
    for number, entry in enumerate(entries, 1):
        if line >= share and column + 1 < columns:
            column, line = column + 1, 0
        down = -72 * below - line * _LINE
        x = column / columns
        places: dict[str, Any] = {
            "xycoords": "axes fraction",
            "textcoords": "offset points",
            "va": "top",
            **_LABEL | {"fontsize": 7.5},
        }
        axes.annotate(str(number), (x, 0), (12, down), ha="right", **places)
        axes.annotate("\n".join(entry), (x, 0), (18, down), **places)
        line += len(entry)
        highest = max(highest, line)
    return highest * _LINE / 72


def _write(
    axes: Axes, names: Sequence[str], at: np.ndarray, offsets: np.ndarray
) -> None:
    for point, name, offset in zip(at, names, offsets, strict=True):
        across, up = np.sign(offset).astype(int)
        leader = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.5}
        leader |= {"relpos": ((1 - across) / 2, (1 - up) / 2), "shrinkA": 0}
        is_far = np.abs(offset).max() > label_placement.NEAR
        axes.annotate(
            name,
            point,
            offset,
            textcoords="offset points",
            ha=("center", "left", "right")[across],
            va=("center", "bottom", "top")[up],
            arrowprops=leader if is_far else None,
            **_LABEL,
        )


def _extent(axes: Axes, text: str) -> np.ndarray:
    """Returns the width and height of a label, in pixels, [2]."""
    artist = axes.text(0, 0, text, transform=axes.transAxes, **_LABEL)
    fonts.use([artist])
    with fonts.told():
        size = np.array(artist.get_window_extent().size)
    artist.remove()
    return size
