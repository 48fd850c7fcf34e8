"""Which words stand for the vocabulary in a sampled softmax."""

import numpy as np


def inclusion(ids: np.ndarray, size: int, samples: int) -> np.ndarray:
    """Returns the inclusion probability of each word, float64 [size].

    It is how likely the word is to be a candidate. They sum to `samples`, or
    to `size` if that is less: half is spread by frequency^(1/2), half is
    uniform. Common words come out at 1 and are always there, so that the
    estimate varies little.

    Args:
        ids: int32 [n], the training text.
        size: of the vocabulary.
        samples: how many candidates there shall be.
    """
    counts = np.zeros(size)
    for start in range(0, len(ids), 1 << 20):  # `ids` may not fit in memory.
        counts += np.bincount(ids[start : start + (1 << 20)], minlength=size)
    weights = np.sqrt(counts + 1)
    weights = weights / weights.sum() + 1 / size
    samples = min(samples, size)
    low, high = 0.0, float(size) ** 2
    for _ in range(100):  # Finds the factor at which the capped sum is right.
        middle = (low + high) / 2
        if np.minimum(weights * middle, 1).sum() < samples:
            low = middle
        else:
            high = middle
    return np.minimum(weights * high, 1.0)


def draw(likely: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns ids of words, ascending, by their inclusion probabilities.

    Systematic sampling keeps these exactly: with one random offset the number
    of words is always their sum.

    Args:
        likely: inclusion probabilities, float64 [size].
        random: where the offset and an order of words come from.
    """
    order = random.permutation(len(likely))
    heights = random.random() + np.cumsum(likely[order])
    taken = np.floor(heights) > np.floor(heights - likely[order])
    return np.sort(order[taken])
