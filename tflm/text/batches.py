"""Batches of a text, row after row, with the state carried over."""

import numpy as np


def batch_count(ids: np.ndarray, batch: int, steps: int) -> int:
    """Returns how many batches of `batch` rows and `steps` words ids give.

    Raises:
        ValueError: there is not one.
    """
    count = (len(ids) - 1) // batch // steps
    if not count:
        raise ValueError(
            f"{len(ids)} words give no batch of {batch} x {steps}; "
            f"lower the batch size or the steps, or bring more text"
        )
    return count


def batch_at(
    ids: np.ndarray, batch: int, steps: int, index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns batch `index` of an epoch: inputs and targets, [batch, steps].

    Row r of every batch continues row r of the one before it, as truncated
    back-propagation through time with carried state needs it.
    """
    places = places_at(ids, batch, steps, index)
    window = np.asarray(ids[np.append(places, places[:, -1:] + 1, axis=1)])
    return window[:, :-1], window[:, 1:]


def places_at(
    ids: np.ndarray, batch: int, steps: int, index: int
) -> np.ndarray:
    """Returns where in the text the inputs of a batch are, [batch, steps]."""
    stride = batch_count(ids, batch, steps) * steps
    starts = np.arange(batch) * stride + index * steps
    return starts[:, np.newaxis] + np.arange(steps)
