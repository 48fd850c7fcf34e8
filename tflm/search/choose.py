"""The best choice for each matrix under a budget of bytes."""

import dataclasses
from collections.abc import Mapping, Sequence

from tflm.compression import Method


@dataclasses.dataclass(frozen=True)
class Option:
    """One way to hold a matrix.

    Attributes:
        method: that makes it so, of whatever scope; None to leave it as it
            is.
        loss: what it costs in nats a word, alone and before any training.
        bytes: what it takes.
        bits: of a weight.
        rounding: the part of `loss` that is of fewer bits than the format's.
    """

    method: Method | None
    loss: float
    bytes: float
    bits: int = 8
    rounding: float = 0.0


def choose(
    options: Mapping[str, Sequence[Option]], budget: float
) -> dict[str, Option] | None:
    """Returns the option of each matrix with the least sum of losses.

    The losses of different matrices are taken to add up. A price for bytes
    is found by bisection at which each matrix's own best option (loss + price
    * bytes) keeps within the budget (Lagrange multiplier; Everett 1963); what
    is left is spent on the best gains for a byte.

    Args:
        options: of each matrix, at least one.
        budget: bytes for all of them.

    Returns:
        None if the smallest options together take more.
    """
    smallest = {n: min(o, key=lambda x: x.bytes) for n, o in options.items()}
    if _bytes(smallest) > budget:
        return None
    low, high = 0.0, 1.0
    chosen = _at_price(options, 0.0)
    if _bytes(chosen) <= budget:
        return chosen
    for _ in range(100):
        price = (low + high) / 2
        trial = _at_price(options, price)
        if _bytes(trial) > budget:
            low = price
        else:
            high, smallest = price, trial
    return _spend(options, smallest, budget)


def loss(chosen: Mapping[str, Option]) -> float:
    """Returns the sum of the losses."""
    return sum(option.loss for option in chosen.values())


def _bytes(chosen: Mapping[str, Option]) -> float:
    return sum(option.bytes for option in chosen.values())


def _at_price(
    options: Mapping[str, Sequence[Option]], price: float
) -> dict[str, Option]:
    return {
        name: min(ways, key=lambda way: way.loss + price * way.bytes)
        for name, ways in options.items()
    }


def _spend(
    options: Mapping[str, Sequence[Option]],
    chosen: dict[str, Option],
    budget: float,
) -> dict[str, Option]:
    """Returns `chosen` with upgrades for the bytes that are left."""
    chosen = dict(chosen)
    while True:
        left = budget - _bytes(chosen)
        gains = [
            (
                (chosen[name].loss - way.loss)
                / max(way.bytes - chosen[name].bytes, 1e-9),
                name,
                way,
            )
            for name, ways in options.items()
            for way in ways
            if way.loss < chosen[name].loss
            and way.bytes - chosen[name].bytes <= left
        ]
        if not gains:
            return chosen
        _, name, way = max(gains, key=lambda gain: gain[0])
        chosen[name] = way
