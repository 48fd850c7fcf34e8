import itertools

import numpy as np
import pytest

from tflm.compression import LowRank, skip_training
from tflm.compression.analysis import self_text
from tflm.compression.analysis.rank_allocation import allocate, through
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig


def random_losses(sizes):
    """Returns losses whose gains fall from rank to rank, of about one."""
    random = np.random.default_rng(0)
    losses = {}
    for name, size in sizes.items():
        gains = np.sort(random.exponential(size=size) ** 2)[::-1]
        losses[name] = np.append(np.cumsum(gains[::-1])[::-1], 0)
    return losses


def total(losses, ranks):
    return sum(losses[name][rank] for name, rank in ranks.items())


def test_ranks_of_a_budget_lose_least():
    losses = random_losses({"a": 6, "b": 6, "c": 5})
    costs, kept = dict.fromkeys("abc", 10), dict.fromkeys("abc", 99)
    ranks = allocate(losses, costs, kept, 89)
    assert sum(ranks.values()) == 8  # Of 10 weights each.
    others = itertools.product(range(1, 7), range(1, 7), range(1, 6))
    each = [dict(zip("abc", r, strict=True)) for r in others if sum(r) <= 8]
    best = min(total(losses, ranks) for ranks in each)
    assert total(losses, ranks) == pytest.approx(best)


@pytest.mark.parametrize("budget", [40, 100, 150, 222])
def test_no_other_ranks_of_as_many_weights_lose_less(budget):
    # What is left of a budget may be too little for the next best step.
    losses, costs = random_losses({"a": 6, "b": 5}), {"a": 22, "b": 17}
    ranks = allocate(losses, costs, dict.fromkeys("ab", 999), budget)
    held = sum(costs[n] * ranks[n] for n in costs)
    assert held <= budget
    for a, b in itertools.product(range(1, 7), range(1, 6)):
        if 22 * a + 17 * b <= held:
            other = total(losses, {"a": a, "b": b})
            assert other >= total(losses, ranks)


def test_a_matrix_that_would_grow_counts_as_it_is():
    # [8, 8] has no more than 64 weights, which rank 4 takes already.
    losses = {
        "a": np.linspace(1, 0, 9),
        "b": np.exp(-np.arange(9.0)) * (np.arange(9) < 8),
    }
    costs, kept = {"a": 16, "b": 16}, {"a": 64, "b": 999}
    assert allocate(losses, costs, kept, 32) == {"a": 1, "b": 1}
    assert allocate(losses, costs, kept, 64 + 16) == {"a": 8, "b": 1}
    assert allocate(losses, costs, kept, 64 + 48) == {"a": 8, "b": 3}


def test_losses_go_through_those_found():
    errors = np.array([8.0, 4.0, 2.0, 1.0, 0.0])
    found = through(errors, [1, 3], [0.9, 0.1])
    assert found[[1, 3]] == pytest.approx([0.9, 0.1])
    assert found[2] == pytest.approx(0.3)  # As far from both, as powers go.
    assert found[4] == 0


def test_one_loss_found_gives_its_share_to_each_error():
    errors = np.array([8.0, 4.0, 0.0])
    np.testing.assert_allclose(through(errors, [1], [0.1]), [0.2, 0.1, 0])


def test_losses_fall_even_where_those_found_are_noise():
    errors = np.array([8.0, 4.0, 2.0, 1.0, 0.0])
    for noise in ([0.1, 0.2], [0.0, 0.1], [0.0, 0.0], [-1e-8, -1e-8]):
        assert (np.diff(through(errors, [1, 3], noise)) < 0).all()
    assert not through(np.zeros(5), [], []).any()


@pytest.fixture(scope="module")
def trained(fit_longer):
    layers = (LayerConfig("lstm", 24),) * 2
    model = build_model(ModelConfig(60, 24, layers, tied=False, init_scale=0.4))
    fit_longer(model)
    return model, self_text.write(model, seed=7)


@pytest.mark.parametrize("initial", ["svd", "weighted"])
def test_ranks_of_a_budget_are_better_than_one_for_all(trained, initial):
    model, text = trained
    even = LowRank(rank=6, initial=initial)(model, skip_training)
    budget = sum(linear.parameters for linear in even.maps.values())
    method = LowRank(parameters=budget, initial=initial)
    chosen = method(model, skip_training)
    assert sum(linear.parameters for linear in chosen.maps.values()) <= budget
    assert self_text.divergence(model, chosen, text) < self_text.divergence(
        model, even, text
    )


def test_a_budget_bounds_the_weights(model):
    smaller = LowRank(parameters=500, scope="embedding|layer_0/projection")(
        model, skip_training
    )
    held = sum(
        smaller.maps[name].parameters
        for name in ("embedding", "layer_0/projection")
    )
    assert 400 < held <= 500


def test_a_budget_too_small_is_told_with_the_least(model):
    with pytest.raises(ValueError, match="give at least 68"):
        LowRank(parameters=60, scope="embedding")(model, skip_training)
