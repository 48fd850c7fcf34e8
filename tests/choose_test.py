import itertools

import numpy as np
import pytest

from tflm.compression import LowRank
from tflm.search import choose
from tflm.search.choose import Option

EIGHT, FOUR = LowRank(rank=8), LowRank(rank=4)
OPTIONS = {
    "softmax": [
        Option(None, 0.0, 100),
        Option(EIGHT, 0.1, 60),
        Option(FOUR, 0.4, 30),
    ],
    "input": [
        Option(None, 0.0, 50),
        Option(EIGHT, 0.3, 40),
        Option(FOUR, 0.9, 20),
    ],
}


def methods(chosen):
    return {name: option.method for name, option in chosen.items()}


def test_a_wide_budget_changes_nothing():
    assert methods(choose.choose(OPTIONS, 150)) == {
        "softmax": None,
        "input": None,
    }


def test_the_cheapest_loss_a_byte_goes_first():
    assert methods(choose.choose(OPTIONS, 110)) == {
        "softmax": EIGHT,
        "input": None,
    }


def test_what_cannot_be_is_none():
    assert choose.choose(OPTIONS, 49) is None
    assert methods(choose.choose(OPTIONS, 50)) == {
        "softmax": FOUR,
        "input": FOUR,
    }


@pytest.mark.parametrize("seed", range(20))
def test_it_is_near_the_best_of_all(seed):
    random = np.random.default_rng(seed)
    options = {}
    for name in "abcd":
        nbytes = np.cumsum(random.integers(1, 20, 6))
        losses = np.sort(random.exponential(size=6))[::-1]
        options[name] = [
            Option(LowRank(rank=r + 1), float(x), float(b))
            for r, (x, b) in enumerate(zip(losses, nbytes, strict=True))
        ]
    budget = 120.0
    combinations = itertools.product(*options.values())
    fits = [c for c in combinations if sum(o.bytes for o in c) <= budget]
    best = min(sum(o.loss for o in c) for c in fits)
    found = choose.choose(options, budget)
    assert sum(o.bytes for o in found.values()) <= budget
    # The multiplier is exact on the convex hull of the options, near it else.
    assert choose.loss(found) <= best + 0.5
