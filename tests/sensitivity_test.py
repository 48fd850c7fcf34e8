import dataclasses

import numpy as np
import pytest

from tflm.compression import Prune, skip_training
from tflm.compression.analysis import self_text, sensitivity
from tflm.model.surgery import replace_maps
from tflm.training.train import make_fit

GRID = sensitivity.GRID


def shares(model):
    """Returns the share of zeros of each map, and of all of them."""
    zeros = {n: np.mean(m.kernel.numpy() == 0) for n, m in model.maps.items()}
    sizes = {n: m.parameters for n, m in model.maps.items()}
    total = sum(zeros[n] * sizes[n] for n in sizes) / sum(sizes.values())
    return zeros, total


@pytest.fixture(scope="module")
def trained(ids, training_config):
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    layers = (LayerConfig("lstm", 16),)
    model = build_model(ModelConfig(60, 12, layers, tied=False))
    config = dataclasses.replace(training_config, epochs=5)
    make_fit(ids, ids[:300], config, bar=False)(model)
    return model


def test_equal_damage_reaches_the_total():
    slopes = {"soft": 1.0, "hard": 3.0}
    curves = {name: slope * np.array(GRID) for name, slope in slopes.items()}
    found = sensitivity.equal_damage(
        GRID, curves, {"soft": 100, "hard": 300}, 0.4
    )
    # t / 1 of 100 weights and t / 3 of 300 are 0.4 of all 400 at t = 0.8.
    assert found["soft"] == pytest.approx(0.8, abs=1e-6)
    assert found["hard"] == pytest.approx(0.8 / 3, abs=1e-6)


def test_what_does_no_damage_goes_first():
    curves = {"dead": np.zeros(len(GRID)), "live": 0.1 * np.array(GRID)}
    found = sensitivity.equal_damage(
        GRID, curves, {"dead": 100, "live": 100}, 0.6
    )
    assert found["dead"] == pytest.approx(GRID[-1])
    assert found["live"] == pytest.approx(1.2 - GRID[-1], abs=1e-4)


def test_a_curve_that_falls_is_taken_as_flat():
    curve = np.array(GRID)
    curve[3] = 0.0  # Noise: more zeros, less damage.
    found = sensitivity.equal_damage(GRID, {"one": curve}, {"one": 10}, 0.55)
    assert found["one"] == pytest.approx(0.55, abs=1e-6)


@pytest.mark.parametrize("total", [0.5, 0.97])
def test_the_total_is_met_and_a_weak_matrix_pays_more(make_model, total):
    model = make_model("lstm", tied=False)
    weak = model.maps["layer_0/recurrent"].kernel
    weak.assign(weak * 1e-3)
    method = Prune(sparsity=total, balance="sensitivity")
    zeros, found = shares(method(model, skip_training))
    assert found == pytest.approx(total, abs=0.005)
    assert zeros.pop("layer_0/recurrent") > max(zeros.values()) - 1e-6
    assert min(zeros.values()) < total


def test_shares_are_the_same_every_time(model, fit):
    method = Prune(sparsity=0.7, balance="sensitivity", ramp_steps=5)
    at_once, _ = shares(method(model, skip_training))
    trained, total = shares(method(model, fit))
    assert trained == at_once
    assert total == pytest.approx(0.7, abs=0.005)


@pytest.mark.parametrize("sparsity", [0.6, 0.9])
def test_it_does_less_damage_than_equal_shares(trained, sparsity):
    text = self_text.write(trained, seed=1)  # Not what it was measured on.
    damage = {
        balance: self_text.divergence(
            trained,
            Prune(sparsity, balance=balance)(trained, skip_training),
            text,
        )
        for balance in ("uniform", "sensitivity")
    }
    assert damage["sensitivity"] < 0.9 * damage["uniform"]


def test_only_the_scope_counts(model):
    method = Prune(0.8, scope="layer_0/.*", balance="sensitivity")
    zeros, _ = shares(method(model, skip_training))
    assert zeros["embedding"] == 0
    sizes = {n: model.maps[n].parameters for n in zeros if n != "embedding"}
    total = sum(zeros[n] * sizes[n] for n in sizes) / sum(sizes.values())
    assert total == pytest.approx(0.8, abs=0.005)


def test_the_model_is_left_alone(model):
    before = replace_maps(model, {})
    sensitivity.balanced(
        model, ["embedding"], 0.5, lambda net, name, share: None
    )
    for name, weight in before.named_weights().items():
        np.testing.assert_array_equal(weight, model.named_weights()[name])
