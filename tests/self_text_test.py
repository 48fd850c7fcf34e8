import numpy as np
import pytest
import tensorflow as tf

from tflm import compression
from tflm.compression import skip_training
from tflm.compression.analysis import self_text
from tflm.model.surgery import replace_maps


def test_text_is_the_same_for_the_same_seed(model):
    text = self_text.write(model, rows=3, steps=5)
    assert text.shape == (3, 5) and text.dtype == np.int32
    assert not text[:, 0].any()
    np.testing.assert_array_equal(self_text.write(model, 3, 5), text)
    assert (self_text.write(model, 3, 5, seed=1) != text).any()


def test_text_follows_the_model(make_model, ids, fit):
    model = make_model()
    for _ in range(5):
        fit(model)
    text = self_text.write(model, rows=20, steps=30)
    logits = model(tf.constant(text[:, :-1]))
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(text[:, 1:], logits)
    logs = tf.nn.log_softmax(logits)
    entropy = -tf.reduce_mean(tf.reduce_sum(tf.exp(logs) * logs, -1))
    assert float(tf.reduce_mean(loss)) == pytest.approx(float(entropy), abs=0.2)


def test_divergence_is_what_the_definition_says(model):
    other = replace_maps(model, {})
    other.softmax.bias.assign(tf.range(60, dtype=tf.float32) / 10)
    text = self_text.write(model, rows=2, steps=4)
    p, q = (tf.nn.softmax(m(tf.constant(text))).numpy() for m in (model, other))
    expected = (p * np.log(p / q)).sum(-1).mean()
    found = self_text.divergence(model, other, text)
    assert found == pytest.approx(expected, rel=1e-4)
    assert self_text.divergence(model, model, text) == pytest.approx(
        0, abs=1e-6
    )


def test_moments_are_those_of_the_inputs(make_model):
    model = make_model("lstm", tied=False, layers=2)
    text = self_text.write(model, rows=4, steps=6)
    found = self_text.moments(model, text)
    assert set(found.inputs) == set(model.maps) - {"embedding"}
    vectors = model.maps["embedding"].matrix()[text.ravel()]
    expected = vectors.T @ vectors / text.size
    np.testing.assert_allclose(
        found.inputs["layer_0/input"], expected, atol=1e-5
    )
    hidden, _ = model.hidden(tf.constant(text), tf.zeros([4, model.state_size]))
    last = tf.reshape(hidden, [-1, 8]).numpy()
    np.testing.assert_allclose(
        found.inputs["softmax"], last.T @ last / text.size, atol=1e-5
    )
    # The projection's input is not seen by any other layer.
    assert found.inputs["layer_0/projection"].shape == (16, 16)
    assert found.words.shape == (60,)
    assert found.words.sum() == pytest.approx(1)


def test_moments_of_factorised_maps(model):
    text = self_text.write(model, rows=4, steps=6)
    whole = self_text.moments(model, text).inputs
    smaller = compression.LowRank(rank=4)(model, skip_training)
    found = self_text.moments(smaller, text).inputs
    assert set(found) == set(whole)
    for name in found:
        assert found[name].shape == whole[name].shape
