"""Ranks that harm predictions least, within a number of weights."""

from collections.abc import Mapping

import numpy as np

from tflm.compression.analysis import self_text
from tflm.compression.analysis.importance import Importance
from tflm.layers.low_rank import factorize_weighted, whitened
from tflm.layers.map import Map
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

# Ranks that are measured, over that of factors with as many weights.
_PROBES = (1 / 16, 1 / 4)
_NOTHING = 1e-12  # Share of squared singular values that is but rounding.


def choose_ranks(
    model: Network, matters: Mapping[str, Importance], budget: int
) -> dict[str, int]:
    """Returns ranks for maps, with `budget` weights for all together.

    Two ranks of each map are tried alone, on self-generated text; the
    divergence is a power of the squared error between and beyond them.

    Args:
        model: it is left as it was.
        matters: map name to what counts in its matrix.
        budget: weights of all maps named.

    Raises:
        ValueError: not even rank 1 of all fits.
    """
    maps = {name: model.maps[name] for name in matters}
    costs = {
        name: linear.inputs + linear.outputs for name, linear in maps.items()
    }
    kept = {name: linear.parameters for name, linear in maps.items()}
    least = sum(min(costs[name], kept[name]) for name in maps)
    if budget < least:
        raise ValueError(
            f"parameters={budget} are too few for {', '.join(maps)}: "
            f"give at least {least}"
        )
    text = self_text.write(model)
    losses = {
        name: _losses(model, linear, matters[name], text)
        for name, linear in maps.items()
    }
    return allocate(losses, costs, kept, budget)


def allocate(
    losses: Mapping[str, np.ndarray],
    costs: Mapping[str, int],
    kept: Mapping[str, int],
    budget: int,
) -> dict[str, int]:
    """Returns the ranks of least total loss within a budget.

    The best step for a weight is taken again and again. As the gains of one
    matrix descend, no other ranks of as many weights lose less, but for a rest
    that the best step does not fit in. A matrix whose next rank would hold as
    many weights as it has can be kept instead: it gets the full rank.

    Args:
        losses: of each matrix at rank 0 to the full one; they add up.
        costs: weights that each rank of each takes.
        kept: weights of each as it is.
        budget: weights of all together, with at least rank 1 of each.
    """
    ranks = dict.fromkeys(losses, 1)
    left = budget - sum(min(costs[name], kept[name]) for name in losses)
    while True:
        steps = [
            (gain / price, name, target, price)
            for name in losses
            for gain, target, price in _steps(
                losses[name], ranks[name], costs[name], kept[name]
            )
            if price <= left
        ]
        if not steps:
            return ranks
        _, name, ranks[name], price = max(steps)
        left -= price


def _steps(
    losses: np.ndarray, rank: int, cost: int, kept: int
) -> list[tuple[float, int, int]]:
    """Returns what can follow a rank: what it gains, the new rank, its price.

    These are the next rank, and to keep the matrix as it is.
    """
    if rank * cost >= kept or losses[rank] <= _NOTHING * losses[0]:
        return []
    whole = (losses[rank], len(losses) - 1, kept - rank * cost)
    if (rank + 1) * cost >= kept:
        return [whole]
    return [whole, (losses[rank] - losses[rank + 1], rank + 1, cost)]


def _losses(
    model: Network, linear: Map, matters: Importance, text: np.ndarray
) -> np.ndarray:
    """Returns about how far predictions go astray at each rank of one map."""
    matrix = linear.matrix()
    values = np.linalg.svd(whitened(matrix, *matters), compute_uv=False) ** 2
    errors = np.append(np.cumsum(values[::-1])[::-1], 0)
    left, right = factorize_weighted(matrix, len(values), *matters)
    break_even = linear.parameters / sum(matrix.shape)
    probes = sorted({max(1, round(break_even * share)) for share in _PROBES})
    probes = [r for r in probes if errors[r] > _NOTHING * errors[0]]
    found = [
        _divergence(model, linear.name, [left[:, :r], right[:r]], text)
        for r in probes
    ]
    return through(errors, probes, found)


def through(
    errors: np.ndarray, ranks: list[int], losses: list[float]
) -> np.ndarray:
    """Returns a power of `errors` that has the losses found at two ranks.

    The errors themselves stand for it where there is no rank, and where there
    is only one the power is one.
    """
    if not ranks:
        return errors
    ratio, power = errors[ranks] / errors[ranks[-1]], 1.0
    if len(ranks) > 1 and min(losses) > 0 and ratio[0] > 1:
        # Little harm may be noise, but never falls as errors grow.
        power = max(0.5, np.log(losses[0] / losses[-1]) / np.log(ratio[0]))
    return max(losses[-1], 1e-9) * (errors / errors[ranks[-1]]) ** power


def _divergence(
    model: Network,
    name: str,
    factors: list[np.ndarray],
    text: np.ndarray,
) -> float:
    """Returns what it costs to have two factors for one map alone."""
    fields = {"kind": "low_rank", "rank": len(factors[1])}
    trial = replace_maps(model, {name: fields})
    trial.maps[name].set_weights(factors)
    return self_text.divergence(model, trial, text)
