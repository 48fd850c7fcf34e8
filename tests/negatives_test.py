import numpy as np
import pytest

from tflm.training import negatives


@pytest.mark.parametrize("samples", [1, 20, 59, 60, 500])
def test_chances_of_the_words_sum_to_the_samples(ids, samples):
    chances = negatives.inclusion(ids, 60, samples)
    assert chances.sum() == pytest.approx(min(samples, 60))
    assert 0 < chances.min() and chances.max() <= 1


def test_common_words_have_the_better_chance():
    ids = np.repeat([3, 1, 2, 0], [500, 50, 5, 1])
    chances = negatives.inclusion(ids, 4, 2)
    assert chances[3] > chances[1] > chances[2] > chances[0]


def test_each_word_is_drawn_as_often_as_its_chance():
    chances = np.array([1.0, 0.5, 0.25, 0.25])
    random = np.random.default_rng(0)
    counts = np.zeros(4)
    for _ in range(4000):
        drawn = negatives.draw(chances, random)
        assert len(drawn) == 2
        counts[drawn] += 1
    np.testing.assert_allclose(counts / 4000, chances, atol=0.03)
