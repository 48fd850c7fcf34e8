import itertools
import math

import numpy as np
import pytest
import tensorflow as tf

from tflm.layers import kinds
from tflm.layers.embedding import Embedding
from tflm.layers.softmax import Softmax

WORDS, WIDTH = 7, 3
X = np.random.default_rng(1).normal(size=[5, WIDTH]).astype(np.float32)
TARGETS = np.array([6, 0, 3, 3, 1], np.int32)


@pytest.fixture
def softmax():
    softmax = Softmax(
        kinds.make({"kind": "dense"}, WORDS, WIDTH, 2.0, "softmax")
    )
    softmax.bias.assign(np.linspace(-1, 1, WORDS))
    return softmax


def logits(softmax):
    return X @ softmax.table.matrix().T + softmax.bias.numpy()


def sampled_loss(softmax, candidates, inclusion):
    return softmax.sampled_loss(
        X,
        TARGETS,
        tf.constant(candidates, tf.int32),
        tf.constant(np.log(inclusion), tf.float32),
    ).numpy()


def test_logits_are_products_with_the_table(softmax):
    np.testing.assert_allclose(softmax(X), logits(softmax), atol=1e-6)


def test_loss_is_minus_the_log_of_the_chance(softmax):
    chances = np.exp(logits(softmax))
    chances /= chances.sum(1, keepdims=True)
    expected = -np.log(chances[range(5), TARGETS])
    np.testing.assert_allclose(softmax.loss(X, TARGETS), expected, atol=1e-6)


def test_sampling_every_word_is_exact(softmax):
    found = sampled_loss(softmax, range(WORDS), np.ones(WORDS))
    np.testing.assert_allclose(found, softmax.loss(X, TARGETS), atol=1e-6)


def test_gradient_of_sampling_every_word_is_exact(softmax):
    weights = softmax.trainable_weights
    gradients = []
    for loss in (
        lambda: softmax.loss(X, TARGETS),
        lambda: softmax.sampled_loss(
            X, TARGETS, tf.range(WORDS), tf.zeros(WORDS)
        ),
    ):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(loss())
        gradients.append(tape.gradient(value, weights))
    for exact, sampled in zip(*gradients, strict=True):
        np.testing.assert_allclose(
            tf.convert_to_tensor(sampled), exact, atol=1e-5
        )


def test_estimate_of_the_partition_sum_is_unbiased(softmax):
    # The expectation over all samples, each word drawn by itself, but for the
    # most common one, which always is.
    inclusion = np.linspace(1.0, 0.2, WORDS)
    own = logits(softmax)[range(5), TARGETS]
    expectation = np.zeros(5)
    for others in itertools.product([False, True], repeat=WORDS - 1):
        drawn = np.array([True, *others])
        chance = math.prod(np.where(drawn, inclusion, 1 - inclusion))
        found = sampled_loss(softmax, np.flatnonzero(drawn), inclusion[drawn])
        expectation += chance * np.exp(found + own)
    partition = np.exp(logits(softmax)).sum(1)
    np.testing.assert_allclose(expectation, partition, rtol=1e-5)


def test_a_target_among_the_candidates_counts_once(softmax):
    target = TARGETS[0]
    assert sampled_loss(softmax, [target], [0.5])[0] == pytest.approx(0)


def test_candidates_weigh_by_how_rarely_they_are_drawn(softmax):
    word, target = 2, TARGETS[0]
    l_word, l_target = logits(softmax)[0, [word, target]]
    expected = math.log(math.exp(l_target) + math.exp(l_word) / 0.25) - l_target
    assert sampled_loss(softmax, [word], [0.25])[0] == pytest.approx(expected)


def test_a_tied_table_is_held_once():
    table = kinds.make({"kind": "dense"}, WORDS, WIDTH, 1.0, "embedding")
    weights = [*Softmax(table).weights, *Embedding(table).weights]
    assert len({id(weight) for weight in weights}) == 2  # The other: bias.
