"""How far each word of a batch is learned from the teacher."""

import numpy as np

from tflm.training.distillation.config import Gate


def weights(
    gate: Gate,
    weight: float,
    power: float,
    ids: np.ndarray,
    probabilities: np.ndarray,
    rest: np.ndarray,
    targets: np.ndarray,
) -> np.ndarray:
    """Returns the weight of the teacher in the loss of each word.

    With p the teacher's distribution and y the target:

        none      a_t = a
        target    a_t = a p(y)^power / mean of p(y)^power
        correct   a_t = a where y is the likeliest word, else 0
        max       a_t = a (max p)^power / mean of (max p)^power

    The means are those of the batch, so that the teacher counts as much as
    with `none`, on other words. No a_t is above 1: what that takes from some
    words the others get, by the same proportions.

    Args:
        gate: one of the above.
        weight: a.
        power: see above.
        ids: the teacher's likeliest words, [n, k], likeliest first.
        probabilities: of them, float32 [n, k].
        rest: what is left for a word that is not among them, float32 [n].
        targets: y, int32 [n].

    Returns:
        float32 [n].
    """
    if gate == "correct":
        found = weight * (ids[:, 0] == targets)
    elif gate == "max":
        found = _with_mean(probabilities[:, 0] ** power, weight)
    elif gate == "target":
        is_target = ids == targets[:, np.newaxis]
        chance = (probabilities * is_target).sum(1)
        chance = np.where(is_target.any(1), chance, rest)
        found = _with_mean(chance**power, weight)
    else:
        found = np.full(len(targets), weight)
    return found.astype(np.float32)


def _with_mean(values: np.ndarray, mean: float) -> np.ndarray:
    """Returns min(c values, 1) of a given mean, by the c that gives it."""
    values = np.maximum(values.astype(np.float64), 1e-12)
    ordered = np.sort(values)[::-1]
    # If the first m of them are 1, the others share what is left.
    ones = np.arange(len(values))
    left = mean * len(values) - ones
    scales = left / ordered[::-1].cumsum()[::-1]
    fits = scales * ordered <= 1
    first = int(np.argmax(fits)) if fits.any() else len(values) - 1
    return np.minimum(values * max(scales[first], 0.0), 1.0)
