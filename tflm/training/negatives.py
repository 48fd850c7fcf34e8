"""Which words stand for the vocabulary in a sampled softmax."""

import numpy as np


def inclusion(ids: np.ndarray, size: int, samples: int) -> np.ndarray:
    """Returns the chance of each word to be a candidate, float64 [size].

    They sum to `samples`, or to `size` if that is less.

    Half is spread by frequency^(1/2), half evenly; common words come out at 1
    and are always there, so that the estimate varies little.
    """
    counts = np.zeros(size)
    for start in range(0, len(ids), 1 << 20):  # `ids` may not fit in memory.
        counts += np.bincount(ids[start : start + (1 << 20)], minlength=size)
    weights = np.sqrt(counts + 1)
    weights = weights / weights.sum() + 1 / size
    samples = min(samples, size)
    low, high = 0.0, float(size) ** 2
    for _ in range(100):  # Finds the factor at which capped chances add up.
        middle = (low + high) / 2
        if np.minimum(weights * middle, 1).sum() < samples:
            low = middle
        else:
            high = middle
    return np.minimum(weights * high, 1.0)


def draw(chances: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns ids of words, each taken with its chance exactly, ascending.

    Systematic sampling: with one random offset the number of words is always
    the sum of the chances.
    """
    order = random.permutation(len(chances))
    heights = random.random() + np.cumsum(chances[order])
    taken = np.floor(heights) > np.floor(heights - chances[order])
    return np.sort(order[taken])
