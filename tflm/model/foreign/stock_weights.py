"""The weights of our cells as those of stock cells, which give the same."""

import numpy as np


def absorbed(projection: np.ndarray | None, matrix: np.ndarray) -> np.ndarray:
    """Returns a matrix that reads what a projection, if any, would read.

    Args:
        projection: [units, outputs], of the cell before; None for none.
        matrix: [outputs, columns], or [units, columns] without a projection.
    """
    return matrix if projection is None else projection @ matrix


def uncoupled(weight: np.ndarray, units: int) -> np.ndarray:
    """Returns gates f, g, o as i, f, g, o: 1 - sigmoid(x) = sigmoid(-x).

    Args:
        weight: [..., 3 units].
        units: of the cell.
    """
    return np.concatenate([-weight[..., :units], weight], axis=-1)
