"""A cache that is learned with its model, against one pair after another."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tests.refusals import refusal
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.text.dataset import Origin
from tflm.training.config import TrainingConfig
from tflm.training.learned_cache import LearnedCache
from tflm.training.text_course import TextCourse
from tflm.training.train import train
from tflm.training.trainer import Trainer

ROWS, WIDTH, WINDOW = 2, 3, 4


@pytest.fixture
def text():
    """Vectors, words and losses of three batches of three steps."""
    random = np.random.default_rng(0)
    return [
        (
            random.normal(size=[ROWS, 3, WIDTH]).astype(np.float32),
            random.integers(0, 3, [ROWS, 3]).astype(np.int32),
            random.uniform(1, 3, [ROWS, 3]).astype(np.float32),
        )
        for _ in range(3)
    ]


def by_the_equations(pairs, hidden, word, loss, theta=0.016, share=0.07):
    if not pairs:
        return loss
    weights = [np.exp(theta * hidden @ vector) for vector, _ in pairs]
    said = sum(
        w for w, (_, other) in zip(weights, pairs, strict=True) if other == word
    )
    p = share * said / sum(weights) + (1 - share) * np.exp(-loss)
    return -np.log(p)


def test_each_row_has_its_own_cache(text):
    cache = LearnedCache(WINDOW, ROWS, WIDTH)
    pairs = [[], []]
    for hidden, words, losses in text:
        found = cache.losses(hidden, words, losses).numpy()
        for row in range(ROWS):
            for t in range(3):
                vector, word = hidden[row, t], words[row, t]
                expected = by_the_equations(
                    pairs[row][-WINDOW:], vector, word, losses[row, t]
                )
                assert found[row, t] == pytest.approx(expected, rel=1e-4)
                pairs[row].append((vector, word))
        cache.remember(tf.constant(hidden), tf.constant(words))


def test_a_row_that_forgets_has_an_empty_cache(text):
    cache = LearnedCache(WINDOW, ROWS, WIDTH)
    hidden, words, losses = text[0]
    cache.remember(tf.constant(hidden), tf.constant(words))
    cache.forget(np.array([True, False]))
    found = cache.losses(hidden, words, losses).numpy()
    assert found[0, 0] != losses[0, 0] and found[1, 0] == losses[1, 0]


def test_it_begins_as_published():
    found = LearnedCache(5, 1, 1).settings()
    assert found.theta == pytest.approx(0.016) and found.window == 5
    assert found.share == pytest.approx(0.07)


@pytest.fixture
def how(training_config):
    return dataclasses.replace(
        training_config, cache=8, learning_rate=0.05, epochs=0.2
    )


def test_theta_and_lambda_are_learned_and_kept(
    model, ids, how, words, tmp_path
):
    train(model, ids, ids[:300], how, bar=False)
    assert model.cache.window == 8
    assert model.cache.theta != pytest.approx(0.016, rel=1e-3)
    assert model.cache.share != pytest.approx(0.07, rel=1e-3)
    workspace.save(Trained(model, words, Origin()), tmp_path)
    assert workspace.load(tmp_path).origin.cache == model.cache


def test_a_run_that_was_killed_ends_with_the_same(
    make_model, ids, how, tmp_path
):
    whole, killed = make_model(), make_model()
    train(whole, ids, ids[:300], how, bar=False)
    short = Trainer(killed, TextCourse(killed, ids, ids[:300], how), how)
    from tflm.training.checkpoints import Checkpoints

    saver = Checkpoints(tmp_path, short)
    for _, _ in zip(range(5), short, strict=False):
        pass
    saver.save()
    train(killed, ids, ids[:300], how, tmp_path, bar=False)
    assert killed.cache == whole.cache
    for name, weight in whole.named_weights().items():
        np.testing.assert_array_equal(weight, killed.named_weights()[name])


def test_a_window_below_one_is_refused():
    assert "cache" in refusal(TrainingConfig, cache=-1)
