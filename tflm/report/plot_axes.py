"""An axis of a plot that no outlier squeezes."""

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    NullFormatter,
    NullLocator,
)

from tflm.report import outliers
from tflm.report.style import MUTED

_MARGIN, _STRIP = 0.12, 0.1  # Of what is shown; the strip is for outliers.


class Scale:
    """Values on an axis, whose scale it sets.

    Attributes:
        within: where each value is drawn, [N], in the axis's own numbers.
        outliers: for each value -1 where it is below what the axis shows, 1
            where it is above, else 0, [N].
    """

    def __init__(self, axes: Axes, name: Literal["x", "y"], values: np.ndarray):
        low, high, is_log = outliers.bounds(values.tolist())
        self.outliers = np.where(
            values < low, -1, np.where(values > high, 1, 0)
        )
        there, back = (np.log, np.exp) if is_log else (np.array, np.array)
        span = there(high) - there(low) or 0.1 * abs(there(high)) or 1.0
        ends = there(low) - _MARGIN * span, there(high) + _MARGIN * span
        room = _STRIP * span
        below, above = (self.outliers == -1).any(), (self.outliers == 1).any()
        limits = ends[0] - 1.2 * room * below, ends[1] + 1.2 * room * above
        self.within = np.select(
            [self.outliers == -1, self.outliers == 1],
            [back(ends[0] - 0.3 * room), back(ends[1] + 0.3 * room)],
            values,
        )
        if is_log:
            axes.set(**{f"{name}scale": "log"})
        axes.set(**{f"{name}lim": back(limits)})
        _set_ticks(axes, name, back(ends).tolist(), is_log)
        draw_line = axes.axvline if name == "x" else axes.axhline
        for end, is_here in zip(back(ends), (below, above), strict=True):
            if is_here:
                draw_line(
                    end, color=MUTED, linewidth=0.6, linestyle=(0, (1, 3))
                )


def _set_ticks(
    axes: Axes, name: Literal["x", "y"], ends: list[float], is_log: bool
) -> None:
    """Sets ticks between the ends, and none in the strip of outliers."""
    low, high = ends
    axis = {"x": axes.xaxis, "y": axes.yaxis}[name]
    if is_log:
        steps = (1, 2, 5) if high > 100 * low else (1, 1.5, 2, 3, 5, 7)
        axis.set_major_locator(LogLocator(subs=steps))
        axis.set_minor_formatter(NullFormatter())
    ticks = [tick for tick in axis.get_majorticklocs() if low <= tick <= high]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
