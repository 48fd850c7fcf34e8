"""Ratios of times of interleaved rounds, and how sure they are."""

import numpy as np
import pytest
from scipy import stats

from tflm.latency import bootstrap


def drifting(rounds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A machine that gets three times slower, and a file that takes 1.5."""
    random = np.random.default_rng(seed)
    speed = np.linspace(1, 3, rounds)
    noise = random.lognormal(0, 0.02, [2, rounds])
    return speed * noise[0], 1.5 * speed * noise[1]


def test_constant_factor_is_the_ratio_exactly():
    base = [1.0, 2.0, 5.0, 0.5, 1.0]
    [found] = bootstrap.ratios({"a": base, "b": [2 * t for t in base]})
    assert (found.model, found.to) == ("b", "a")
    assert found.ratio == found.low == found.high == 2
    assert found.precision == 0


def test_drift_that_both_share_is_not_in_the_interval():
    base, other = drifting(40, 0)
    [found] = bootstrap.ratios({"a": base, "b": other})
    assert found.ratio == pytest.approx(1.5, rel=0.02)
    assert found.precision < 0.02


def test_interval_holds_the_ratio_as_often_as_it_says():
    held = 0
    for seed in range(200):
        base, other = drifting(30, seed)
        [found] = bootstrap.ratios({"a": base, "b": other}, seed)
        held += found.low <= 1.5 <= found.high
    assert 0.9 <= held / 200 <= 0.99


def test_interval_is_scipys():
    base, other = drifting(40, 1)
    [found] = bootstrap.ratios({"a": base, "b": other})
    theirs = stats.bootstrap(
        (other / base,),
        np.median,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    assert found.low == pytest.approx(theirs.low, rel=2e-3)
    assert found.high == pytest.approx(theirs.high, rel=2e-3)


@pytest.mark.parametrize("count", [5, 6, 41, 100])
def test_middle_rounds_are_those_of_whole_samples(count):
    """The shortcut has the distribution of samples that are drawn in full."""
    random = np.random.default_rng(0)
    quick = np.concatenate(
        [bootstrap._middles(count, random) for _ in range(20)], axis=1
    )
    samples = np.sort(random.integers(count, size=[40_000, count]), axis=1)
    full = samples[:, [(count - 1) // 2, count // 2]].T
    assert quick.min() >= 0 and quick.max() < count
    for ours, theirs in [
        *zip(quick, full, strict=True),
        (quick[1] - quick[0], full[1] - full[0]),
    ]:
        ours, theirs = (
            np.bincount(n, minlength=count).cumsum() / 40_000
            for n in (ours, theirs)
        )
        assert np.abs(ours - theirs).max() < 0.015


def test_same_seed_gives_the_same_interval():
    base, other = drifting(20, 2)
    rounds = {"a": base, "b": other}
    assert bootstrap.ratios(rounds, 3) == bootstrap.ratios(rounds, 3)


def test_rounds_that_not_all_have_are_left_out():
    [found] = bootstrap.ratios({"a": [1.0] * 5, "b": [2.0] * 5 + [90.0] * 9})
    assert found.high == 2


def test_few_rounds_say_nothing():
    assert bootstrap.ratios({"a": [1.0] * 4, "b": [2.0] * 9}) == []


def test_one_file_has_no_ratio():
    assert bootstrap.ratios({"a": [1.0] * 9}) == []
