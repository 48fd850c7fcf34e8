import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tflm import compression
from tflm.compression import skip_training
from tflm.compression.analysis import self_text
from tflm.layers import kinds
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.surgery import replace_maps, reshaped


def test_text_is_the_same_for_the_same_seed(model):
    text = self_text.write(model, rows=3, steps=5)
    assert text.shape == (3, 5) and text.dtype == np.int32
    assert not text[:, 0].any()
    np.testing.assert_array_equal(self_text.write(model, 3, 5), text)
    assert (self_text.write(model, 3, 5, seed=1) != text).any()


def test_text_follows_the_model(make_model, fit_longer):
    model = make_model()
    fit_longer(model)
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
    for likely in found.rows.values():
        assert likely.shape == (60,)
        assert likely.sum() == pytest.approx(1)


@pytest.fixture
def without_graphs():
    """For three words: to make a graph takes longer."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


# A method that makes every map of a model one of the kind.
MAKERS = {
    "low_rank": "LowRank(rank=4)",
    "tensor_train": "TensorTrain(rank=4)",
    "adaptive": "Adaptive(cutoffs=(10, 30))",
    "adaptive, hierarchical": "Adaptive(cutoffs=(10, 30), hierarchical=True)",
}


def test_every_kind_of_map_has_a_maker():
    made = {name.partition(",")[0] for name in MAKERS}
    assert made == {*kinds.KINDS} - {"dense"}


@pytest.mark.parametrize("maker", MAKERS)
# Each cell and each way to hold the tables; the one does not know the other.
@pytest.mark.parametrize(
    "cell, tied",
    [("lstm", True), ("cifg", True), ("cifg", False), ("gru", False)],
)
@pytest.mark.parametrize("width", [12, 16])
def test_moments_are_those_of_dense_twins(
    maker, cell, tied, width, without_graphs
):
    """Whatever the kind, of maps that read vectors of one width or of two."""
    config = ModelConfig(
        60, width, (LayerConfig(cell, 16, width),) * 2, tied, init_scale=0.4
    )
    model = compression.parse(MAKERS[maker])(build_model(config), skip_training)
    plain = dataclasses.replace(model.config, maps={}, hierarchical=False)
    twin = reshaped(model, plain)
    for name, linear in twin.maps.items():
        linear.approximate(model.maps[name].matrix())
    text = np.random.default_rng(0).integers(0, 60, (4, 3)).astype(np.int32)
    found, wanted = (self_text.moments(m, text) for m in (model, twin))
    assert set(found.inputs) == set(found.means) == set(wanted.inputs)
    for name, moment in wanted.inputs.items():
        close = {"rtol": 1e-4, "atol": 1e-5, "err_msg": name}
        np.testing.assert_allclose(found.inputs[name], moment, **close)
        np.testing.assert_allclose(
            found.means[name], wanted.means[name], **close
        )
    if not model.config.hierarchical:  # Whose twin predicts otherwise.
        assert found.rows.keys() == wanted.rows.keys()
        for name, likely in wanted.rows.items():
            np.testing.assert_allclose(found.rows[name], likely, atol=1e-6)
