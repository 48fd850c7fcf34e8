"""Which values would squeeze an axis, so that they go to its edge."""

import math
from collections.abc import Sequence

_MOST = 1 / 5  # Of all values: where more are far away, nobody is.


def bounds(values: Sequence[float]) -> tuple[float, float, bool]:
    """Returns the lowest and highest value that an axis should show.

    Outliers are few values without which the others spread over less than
    half as much; they lie outside of what is returned. The last that is
    returned is whether the axis is logarithmic: where it has to span more
    than a factor of five, also without the outliers.
    """
    shown = sorted(values)
    is_log = _is_log(shown)
    for _ in range(3):  # Once for each end, and once more.
        shown = _without_outliers(shown, len(values), is_log)
        is_log = _is_log(shown)
    return shown[0], shown[-1], is_log


def _is_log(values: Sequence[float]) -> bool:
    return 0 < 5 * values[0] < values[-1]


def _without_outliers(
    values: list[float], total: int, is_log: bool
) -> list[float]:
    left = int(total * _MOST) - (total - len(values))
    whole = _span(values, is_log)
    rest = values
    for _ in range(left):
        rest = min(rest[1:], rest[:-1], key=lambda each: _span(each, is_log))
        if 0 < 2 * _span(rest, is_log) < whole:
            return rest
    return values


def _span(values: Sequence[float], is_log: bool) -> float:
    low, high = values[0], values[-1]
    return math.log(high / low) if is_log and low > 0 else high - low
