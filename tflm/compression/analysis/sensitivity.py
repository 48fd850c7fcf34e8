"""The sparsity of each matrix at which all damage the model alike."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from tflm.compression.analysis import self_text
from tflm.model.graph import graph
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

GRID = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
ROWS, STEPS = 16, 32  # of self-generated text; differences need no more.

Prune = Callable[[Network, str, float], None]


def balanced(
    model: Network, names: Sequence[str], total: float, prune: Prune
) -> dict[str, float]:
    """Returns the sparsity of each map with which all do equal damage.

    Each map is pruned alone, to every sparsity of `GRID`, and its damage is
    the divergence on self-generated text. Then all maps get the sparsity at
    which their damage reaches one common threshold, and the threshold is
    searched by bisection until the zeros are `total` of the maps' weights
    (Yan et al. 2020, arXiv 2005.07877).

    Args:
        model: it is left as it was.
        names: the maps to prune.
        total: sparsity of all of them together.
        prune: prunes one map to a sparsity, in place.
    """
    top = (1 + total) / 2  # A matrix without use may lose more than others.
    grid = GRID if top <= GRID[-1] else (*GRID, top)
    text = self_text.write(model, ROWS, STEPS)
    curves = _damages(model, names, grid, prune, text)
    sizes = {n: model.maps[n].parameters for n in names}
    return equal_damage(grid, curves, sizes, total)


def equal_damage(
    grid: Sequence[float],
    curves: Mapping[str, np.ndarray],
    sizes: Mapping[str, int],
    total: float,
) -> dict[str, float]:
    """Returns sparsities of equal damage whose mean, by size, is `total`.

    Args:
        grid: sparsities, ascending from 0.
        curves: for each name its damage at each of them, linear between.
        sizes: how many weights each name stands for.
        total: below the last of `grid`.
    """
    low, high = 0.0, 1e-6 + max(curve.max() for curve in curves.values())
    for _ in range(60):
        threshold = (low + high) / 2
        reached = {n: _reach(grid, c, threshold) for n, c in curves.items()}
        found = sum(reached[n] * sizes[n] for n in sizes) / sum(sizes.values())
        low, high = (threshold, high) if found < total else (low, threshold)
    return reached


def _reach(grid: Sequence[float], curve: np.ndarray, threshold: float) -> float:
    """Returns the largest sparsity whose damage is at most `threshold`."""
    # Ever so steep where it is flat, so that there is one answer.
    curve = np.maximum.accumulate(curve) + 1e-9 * np.array(grid)
    return float(np.interp(threshold, curve, grid))


def _damages(
    model: Network,
    names: Sequence[str],
    grid: Sequence[float],
    prune: Prune,
    text: np.ndarray,
) -> dict[str, np.ndarray]:
    """Returns the divergences with one map pruned, along `grid`."""
    copy, whole = replace_maps(model, {}), model.get_weights()
    logits = model(tf.constant(text))
    # A graph: many small operations, run again for each sparsity of each map.
    read = graph(copy.__call__)
    curves = {}
    for name in names:
        damages = []
        for sparsity in grid:
            if sparsity:
                prune(copy, name, sparsity)
            damages.append(self_text.divergence(lambda _: logits, read, text))
            copy.set_weights(whole)
        curves[name] = np.array(damages)
    return curves
