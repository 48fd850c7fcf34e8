import dataclasses
import json
import math

import numpy as np
import pytest
import tensorflow as tf

from tflm.layers import kinds
from tflm.layers.adaptive_softmax import AdaptiveSoftmax
from tflm.model import config_file, storage
from tflm.model.config import ModelConfig
from tflm.model.foreign.keras.to_keras import to_keras
from tflm.model.surgery import replace_maps, reshaped
from tflm.tflite import convert, inspect
from tflm.training.config import TrainingConfig
from tflm.training.text_course import TextCourse

EDGES, WIDTH = (0, 3, 5, 9), 4
TABLE = {"kind": "adaptive", "cutoffs": (3, 5), "ranks": (4, 2, 1)}
SMALL = {"kind": "adaptive", "cutoffs": [10, 30], "ranks": [8, 4, 2]}
X = np.random.default_rng(1).normal(size=[6, WIDTH]).astype(np.float32)
TARGETS = np.array([8, 0, 3, 3, 2, 7], np.int32)


@pytest.fixture
def softmax():
    return lively(
        AdaptiveSoftmax(kinds.make(TABLE, EDGES[-1], WIDTH, 2.0, "softmax"))
    )


def lively(softmax):
    """Returns a softmax none of whose own weights is zero."""
    random = np.random.default_rng(0)
    for weight in (softmax.bias, softmax.clusters, softmax.clusters_bias):
        weight.assign(random.normal(0, 1, weight.shape))
    return softmax


def normalised(logits):
    chances = np.exp(logits)
    return chances / chances.sum(1, keepdims=True)


def chances(softmax):
    """Returns p(w) = p_head(cluster) p_tail(w) of each row of X."""
    words = X @ softmax.table.matrix().T + softmax.bias.numpy()
    z = X @ softmax.clusters.numpy().T + softmax.clusters_bias.numpy()
    head = normalised(np.concatenate([words[:, :3], z], 1))
    tails = [
        head[:, [3 + c]] * normalised(words[:, first:last])
        for c, (first, last) in enumerate([(3, 5), (5, 9)])
    ]
    return np.concatenate([head[:, :3], *tails], 1)


def test_chances_are_those_of_the_cluster_times_those_within_it(softmax):
    found = tf.nn.softmax(softmax(X))
    np.testing.assert_allclose(found, chances(softmax), atol=1e-6)


def test_loss_is_minus_the_log_of_the_chance(softmax):
    expected = -np.log(chances(softmax)[range(6), TARGETS])
    np.testing.assert_allclose(softmax.loss(X, TARGETS), expected, atol=1e-5)


@pytest.mark.parametrize("target", [0, 3, 8])
def test_loss_where_clusters_are_empty(softmax, target):
    targets = np.full([6], target, np.int32)
    expected = -np.log(chances(softmax)[:, target])
    np.testing.assert_allclose(softmax.loss(X, targets), expected, atol=1e-5)


def test_gradient_of_the_loss_is_that_of_all_logits(softmax):
    gradients = []
    for loss in (
        lambda: softmax.loss(X, TARGETS),
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(
            TARGETS, softmax(X)
        ),
    ):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(loss())
        gradients.append(tape.gradient(value, softmax.trainable_weights))
    for found, expected in zip(*gradients, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_loss_computes_a_tail_for_its_own_words_alone(softmax, monkeypatch):
    rows = []
    whole = softmax.table.cluster
    monkeypatch.setattr(
        softmax.table,
        "cluster",
        lambda x, c: rows.append((c, len(x))) or whole(x, c),
    )
    softmax.loss(X, TARGETS)
    assert sorted(rows) == [(0, 6), (1, 2), (2, 2)]


def test_no_word_of_a_tail_exceeds_its_cluster(softmax):
    logits, z = softmax(X).numpy(), softmax.tails(X).numpy()
    for c, (first, last) in enumerate([(3, 5), (5, 9)]):
        assert (logits[:, first:last] <= z[:, [c]]).all()


def test_before_training_clusters_weigh_as_much_as_their_words():
    softmax = AdaptiveSoftmax(kinds.make(TABLE, 9, WIDTH, 1.0, "softmax"))
    z = softmax.tails(tf.zeros([1, WIDTH]))
    np.testing.assert_allclose(z, [[math.log(2), math.log(4)]], rtol=1e-6)


@pytest.fixture(params=[True, False], ids=["tied", "untied"])
def model(request, make_model):
    table = "embedding" if request.param else "softmax"
    model = make_model(
        "lstm", request.param, maps={table: SMALL}, hierarchical=True
    )
    lively(model.softmax)
    return model


def test_a_model_survives_saving(model, ids, tmp_path):
    storage.save(model, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    words = ids[np.newaxis, :6]
    np.testing.assert_array_equal(loaded(words), model(words))


def test_copies_and_replaced_maps_keep_the_clusters(model, ids):
    words = ids[np.newaxis, :6]
    copy = replace_maps(model, {})
    np.testing.assert_array_equal(copy(words), model(words))
    low_rank = {"layer_0/input": {"kind": "low_rank", "rank": 4}}
    kept = replace_maps(model, low_rank).softmax.clusters
    np.testing.assert_array_equal(kept, model.softmax.clusters)


def test_every_weight_is_named_and_trained(model):
    named = model.named_weights()
    assert named["softmax/clusters/kernel"].shape == (2, 8)
    assert named["softmax/clusters/bias"].shape == (2,)
    trained = {id(w) for w in model.trainable_variables}
    assert {id(w) for w in named.values()} == trained


def test_multiplications_count_the_clusters(model):
    config = dataclasses.replace(model.config, hierarchical=False)
    plain = reshaped(model, config)
    assert model.multiplications - plain.multiplications == 2 * 8


def test_a_file_has_the_exact_logits(model):
    content = convert.convert_here(model)
    convert.check(content, model, "float32")


def test_a_file_has_no_operation_that_is_slow(model):
    found = inspect.inspect(convert.convert_here(model))
    names = {operation.name for operation in found.operations}
    assert "EXP" in names
    assert not names & {"LOG_SOFTMAX", "ADD_N", "SELECT_V2", "IF", "WHILE"}


@pytest.mark.parametrize(
    "file_format", ["float16", "full_int8", "int8", "mixed"]
)
def test_a_file_of_fewer_bits_is_near(model, ids, file_format):
    content = convert.convert_here(model, file_format, calibration=ids[:64])
    convert.check(content, model, file_format)


def test_configurations_of_before_are_read():
    fields = json.loads(ModelConfig().to_json())
    del fields["hierarchical"]
    assert config_file.parse(json.dumps(fields)) == ModelConfig()


def refusal(function, *arguments, **fields):
    with pytest.raises(ValueError) as error:
        function(*arguments, **fields)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("tied", [True, False])
def test_a_table_without_clusters_is_refused(make_model, tied):
    table = {True: "embedding", False: "softmax"}[tied]
    message = refusal(make_model, "lstm", tied, hierarchical=True)
    assert message.endswith(f"{table} would be dense: leave it as it was")


def test_the_table_cannot_lose_its_clusters(model):
    fields = {model.config.softmax_table: {"kind": "low_rank", "rank": 4}}
    assert "would be low_rank" in refusal(replace_maps, model, fields)


def test_a_sampled_loss_is_refused_before_training(model, ids):
    config = TrainingConfig(loss="sampled", samples=20)
    message = refusal(TextCourse, model, ids, ids, config)
    assert message.startswith("loss='sampled' does not fit a hierarchical")


def test_stock_keras_has_none(model):
    assert "no hierarchical softmax" in refusal(to_keras, model)
