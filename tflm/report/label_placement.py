"""Where the labels of a plot go, so that they hide as little as they can."""

import numpy as np

# How far a label is from its point, in points of type, where it lies nearest.
NEAR = 6
# Where a label may be, from its point, in points of type: the better first.
_OFFSETS = np.array(
    [
        (across * far, up * far)
        for far in (NEAR, 11, 17, 24, 32, 42, 54)
        for across in (1, 0, -1, 2, -2)
        for up in (0, 1, -1, 2, -2)
        if across or up
    ]
)


def place(
    points: np.ndarray, sizes: np.ndarray, line: np.ndarray, area: np.ndarray
) -> np.ndarray:
    """Returns the offset of each label from its point, [N, 2].

    The labels are placed one by one, three times over: each goes where it
    costs least, given where the others are. The best of a few orders is taken.

    Args:
        points: what is labelled, [N, 2].
        sizes: widths and heights of the labels, [N, 2].
        line: points that had better stay visible, [M, 2].
        area: left, bottom, right and top of where labels may be.
    """
    near = points[:, None] + _OFFSETS  # [N, C, 2], as are both below.
    low = near - sizes[:, None] * (1 - np.sign(_OFFSETS)) / 2
    high = low + sizes[:, None]
    # Each label is joined to its point by a leader, [N, C, 10, 2].
    leader = np.linspace(points[:, None], near, 10, axis=2)
    outside = np.any((low < area[:2]) | (high > area[2:]), axis=2)
    # Costs are in places further down in _OFFSETS, and were tuned by eye.
    fixed = np.arange(len(_OFFSETS)) + 1e4 * outside
    for i, (a, b) in enumerate(zip(low, high, strict=True)):
        others = np.delete(points, i, axis=0)
        fixed[i] += 1e3 * _inside(points, a - 5, b + 5)
        fixed[i] += 30 * _inside(others, a - 12, b + 12)
        fixed[i] += 15 * _inside(line, a - 1, b + 1)
        fixed[i] += 50 * _touched(leader[i], others, 5)
        fixed[i] += 10 * _touched(leader[i][:, 5:], line, 2)

    def costs(i: int, chosen: np.ndarray) -> np.ndarray:
        j = np.delete(np.arange(len(points)), i)
        a = low[j, chosen[j]][:, None] - (6, 2)
        b = high[j, chosen[j]][:, None] + (6, 2)
        over = (low[i] < b) & (high[i] > a)
        through = (leader[i] > a[:, None]) & (leader[i] < b[:, None])
        leaders = leader[j, chosen[j]].reshape(-1, 2)
        return (
            fixed[i]
            + 1e3 * _both(over).sum(axis=0)
            + 1e2 * _both(through).sum(axis=(0, 2))
            + 1e2 * _inside(leaders, low[i], high[i])
        )

    def settle(seed: int) -> tuple[float, list[int]]:
        order = np.random.default_rng(seed).permutation(len(points))
        chosen = fixed.argmin(axis=1)
        for i in [*order] * 3:
            chosen[i] = costs(i, chosen).argmin()
        total = sum(costs(i, chosen)[chosen[i]] for i in order)
        return total, chosen.tolist()

    _, chosen = min(map(settle, range(8)))
    return _OFFSETS[chosen]


def _inside(
    points: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Returns how many of `points` [M, 2] are in each of C boxes, [C]."""
    inside = (points > low[:, None]) & (points < high[:, None])
    return _both(inside).sum(axis=1)


def _both(across_and_up: np.ndarray) -> np.ndarray:
    # Many times faster than np.all over an axis of two.
    return across_and_up[..., 0] & across_and_up[..., 1]


def _touched(leaders: np.ndarray, points: np.ndarray, gap: float) -> np.ndarray:
    """Returns how often each of C leaders [C, :, 2] comes near points, [C]."""
    is_near = _both(np.abs(leaders[:, :, None] - points) < gap)
    return is_near.sum(axis=(1, 2))
