"""Where the labels of a plot go, so that they hide as little as they can."""

import numpy as np

# How far a label is from its point, in points of type, where it lies nearest,
NEAR = 6
_FAR = 54  # and from where on one has to look for its point.
# Where a label may be, from its point, in points of type: the better first.
_OFFSETS = np.array(
    [
        (across * far, up * far)
        for far in (NEAR, 11, 17, 24, 32, 42, 54, 68, 84)
        for across in (1, 0, -1, 2, -2)
        for up in (0, 1, -1, 2, -2)
        if across or up
    ]
)
# Places that are compared with those of other labels, over all labels.
_COMPARED = 600
_ORDERS = 16


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
    count = len(points)
    fixed = _fixed_costs(points, sizes, line, area)
    compared = min(len(_OFFSETS), max(20, _COMPARED // count))
    best = np.argsort(fixed, axis=1, kind="stable")[:, :compared]
    fixed = np.take_along_axis(fixed, best, axis=1)
    near = points[:, None] + _OFFSETS[best]
    low = near - sizes[:, None] * (1 - np.sign(_OFFSETS[best])) / 2
    shared = _shared_costs(
        low.reshape(-1, 2),
        (low + sizes[:, None]).reshape(-1, 2),
        np.repeat(points, compared, axis=0),
        near.reshape(-1, 2),
    ).reshape(count, compared, count, compared)
    labels = np.arange(count)
    shared[labels, :, labels] = 0

    def settle(seed: int) -> tuple[float, list[int]]:
        order = np.random.default_rng(seed).permutation(count)
        chosen = fixed.argmin(axis=1)
        for i in [*order] * 3:
            costs = fixed[i] + shared[i][:, labels, chosen].sum(axis=1)
            chosen[i] = costs.argmin()
        both = shared[labels[:, None], chosen[:, None], labels, chosen].sum()
        total = fixed[labels, chosen].sum() + both / 2
        return float(total), chosen.tolist()

    _, chosen = min(map(settle, range(_ORDERS)))
    return _OFFSETS[best[labels, chosen]]


def clash(
    points: np.ndarray, sizes: np.ndarray, offsets: np.ndarray, area: np.ndarray
) -> bool:
    """Returns whether labels are hard to read where `place` has put them.

    That is if one is over another, over a point, outside or far away, or if
    the line to its point crosses another or goes over a point.

    Args:
        points: as `place` takes them, and the next and the last.
        sizes: of the labels.
        offsets: as `place` returned them.
        area: where labels may be.
    """
    low = points + offsets - sizes * (1 - np.sign(offsets)) / 2
    high = low + sizes
    over = _both((low[:, None] < high) & (high[:, None] > low))
    # Not where a line begins: points may be over one another.
    leaders = np.linspace(points + 0.3 * offsets, points + offsets, 20, axis=1)
    return bool(
        over.sum() > len(points)  # Each is over itself.
        or _inside(points, low - 4, high + 4).any()
        or (low < area[:2]).any()
        or (high > area[2:]).any()
        or np.abs(offsets).max() > _FAR
        or _crossing(points, points + offsets).any()
        or _touched(leaders, points, 4)[np.abs(offsets).max(axis=1) > 12].any()
    )


def _fixed_costs(
    points: np.ndarray, sizes: np.ndarray, line: np.ndarray, area: np.ndarray
) -> np.ndarray:
    """Returns what each place costs, wherever other labels are, [N, C]."""
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
    return fixed


def _shared_costs(
    low: np.ndarray, high: np.ndarray, points: np.ndarray, near: np.ndarray
) -> np.ndarray:
    """Returns what places cost together, [P, P], of labels with leaders.

    Args:
        low: lower left corners of the labels, [P, 2].
        high: upper right corners, [P, 2].
        points: where the leaders begin, [P, 2].
        near: where they end, [P, 2].
    """
    over = _both(
        (low[:, None] - (6, 2) < high) & (high[:, None] > low - (6, 2))
    )
    through = np.zeros(over.shape, np.float32)
    for share in np.linspace(0, 1, 10):
        at = (points + share * (near - points))[:, None]
        through += _both((at > low) & (at < high))
    costs = 1e3 * over + 1e2 * (through + through.T)
    return costs + 2e2 * _crossing(points, near)


def _crossing(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Returns which of P straight lines cross which others, [P, P]."""

    def side(at: np.ndarray) -> np.ndarray:
        """Returns on which side of each line [P, 1] points [P] lie."""
        way, to = (end - begin)[:, None], at - begin[:, None]
        return np.sign(way[..., 0] * to[..., 1] - way[..., 1] * to[..., 0])

    apart = side(begin) * side(end) < 0
    return apart & apart.T


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
