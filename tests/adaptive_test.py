import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tflm.compression import Adaptive, skip_training
from tflm.compression.analysis import self_text
from tflm.layers import kinds as layers_kinds
from tflm.layers.low_rank import factorize
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.tflite import convert, inspect
from tflm.training.config import TrainingConfig
from tflm.training.perplexity import perplexity
from tflm.training.train import train

SMALL = Adaptive(cutoffs=(10, 30))  # For a vocabulary of 60 words.
HIERARCHICAL = dataclasses.replace(SMALL, hierarchical=True)


def make(cutoffs=(4, 9), ranks=(6, 3, 2), rows=20, width=6):
    fields = {"kind": "adaptive", "cutoffs": cutoffs, "ranks": ranks}
    return layers_kinds.make(fields, rows, width, 0.5, "softmax")


def refusal(function, *arguments):
    with pytest.raises(ValueError) as error:
        function(*arguments)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_blocks_are_products_of_their_own_weights():
    linear = make()
    first, left_1, right_1, left_2, right_2 = linear.get_weights()
    expected = np.concatenate([first, left_1 @ right_1, left_2 @ right_2])
    np.testing.assert_allclose(linear.matrix(), expected, atol=1e-6)


def test_a_cluster_is_its_part_of_the_product():
    linear, x = make(), np.random.default_rng(0).normal(size=[5, 6])
    x = tf.constant(x, tf.float32)
    parts = [linear.cluster(x, c) for c in range(3)]
    assert [part.shape[1] for part in parts] == [4, 5, 11]
    np.testing.assert_array_equal(tf.concat(parts, 1), linear.transposed(x))


def test_rows_at_the_edges_of_clusters():
    linear, ids = make(), [0, 3, 4, 8, 9, 19]
    rows = linear.rows(tf.constant(ids))
    np.testing.assert_allclose(rows, linear.matrix()[ids], atol=1e-6)


def test_a_word_trains_its_own_cluster_alone():
    table = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(table.rows(tf.constant([5])) ** 2)
    gradients = tape.gradient(loss, table.weights)
    kernel, left, right, *rare = map(tf.convert_to_tensor, gradients)
    assert np.any(left[1]) and np.any(right)
    assert np.count_nonzero(np.any(left, 1)) == 1
    for gradient in (kernel, *rare):
        assert not np.any(gradient)


def test_each_block_is_approximated_by_its_truncated_svd():
    linear = make()
    matrix = np.random.default_rng(0).normal(size=[20, 6])
    linear.approximate(matrix.astype(np.float32))
    expected = [matrix[:4]]
    for block, rank in ((matrix[4:9], 3), (matrix[9:], 2)):
        left, right = factorize(block, rank)
        expected.append(left @ right)
    np.testing.assert_allclose(linear.matrix(), np.vstack(expected), atol=1e-5)


@pytest.mark.parametrize(
    "cutoffs", [(), (0, 9), (9, 4), (4, 4), (4, 20), (4.0, 9), (-1, 9)]
)
def test_cutoffs_that_do_not_split_the_rows_are_refused(cutoffs):
    assert refusal(make, cutoffs) == (
        f"cutoffs={cutoffs} do not split softmax: "
        f"give rising whole numbers, 1 to 19"
    )


@pytest.mark.parametrize(
    "ranks, message",
    [
        ((6, 3), "ranks=(6, 3) do not fit softmax: give 3, one for each"),
        (
            (6, 7, 2),
            "rank 7 does not fit softmax[4:9]: give 1 to 5, or 6 for one array",
        ),
        ((5, 3, 2), "rank 5 does not fit softmax[0:4]: give 1 to 4, or 6 for"),
        ((6, 3, 0), "rank 0 does not fit softmax[9:20]: give 1 to 6"),
    ],
)
def test_ranks_that_do_not_fit_are_refused(ranks, message):
    assert refusal(make, (4, 9), ranks).startswith(message)


@pytest.mark.parametrize("file_format", ["float32", "int8", "int4"])
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_a_file_holds_each_block_once(make_model, file_format, tied):
    model = make_model("lstm", tied, embedding_size=32, projection=32)
    smaller = SMALL(model, skip_training)
    content = convert.convert_here(smaller, file_format)
    convert.check(content, smaller, file_format)
    found = inspect.inspect(content)
    assert found.repeated_bytes == 0
    if file_format != "float32":
        operations = {op.name: op.count for op in found.operations}
        assert operations["EMBEDDING_LOOKUP"] == 3
        assert "GATHER" not in operations


def test_ranks_fall_from_cluster_to_cluster(make_model):
    model = make_model(embedding_size=32, projection=32)
    smaller = Adaptive(cutoffs=(10, 30))(model, skip_training)
    table = smaller.maps["embedding"]
    assert table.ranks == (32, 8, 2)
    assert table.parameters == 10 * 32 + 8 * (20 + 32) + 2 * (30 + 32)


def test_a_cluster_that_would_grow_stays_dense(make_model):
    model = make_model(embedding_size=32, projection=32)
    method = Adaptive(cutoffs=(10, 14), reduction=2)
    smaller = method(model, skip_training)
    # 16 (4 + 32) weights are more than 4 * 32.
    assert smaller.maps["embedding"].ranks == (32, 32, 8)


def test_one_map_serves_a_tied_softmax(model):
    smaller = HIERARCHICAL(model, skip_training)
    assert smaller.softmax.table is smaller.maps["embedding"]


def test_both_tables_of_an_untied_model(make_model):
    smaller = SMALL(make_model(tied=False), skip_training)
    kinds = {n: m.KIND for n, m in smaller.maps.items() if m.KIND != "dense"}
    assert kinds == {"embedding": "adaptive", "softmax": "adaptive"}


def test_frequent_words_are_kept_as_they_are(model):
    smaller = SMALL(model, skip_training)
    before, after = (m.maps["embedding"].matrix() for m in (model, smaller))
    np.testing.assert_allclose(after[:10], before[:10], atol=1e-6)
    assert np.abs(after[30:] - before[30:]).max() > 0.1


def test_from_scratch_forgets_the_trained_table(model):
    method = dataclasses.replace(SMALL, initial="random")
    smaller = method(model, skip_training)
    matrix = model.maps["embedding"].matrix()
    found = smaller.maps["embedding"].matrix()
    assert abs(np.corrcoef(matrix.ravel(), found.ravel())[0, 1]) < 0.3


@pytest.mark.parametrize("method", [SMALL, HIERARCHICAL], ids=repr)
def test_training_wins_back_quality(make_model, ids, fit, method):
    model = make_model()
    fit(model)
    without, retrained = method(model, skip_training), method(model, fit)
    assert perplexity(retrained, ids) < perplexity(without, ids)


@pytest.fixture(scope="module")
def trained(ids):
    config = ModelConfig(60, 8, (LayerConfig("cifg", 16, 8),))
    model = build_model(config)
    thorough = TrainingConfig(
        epochs=10, batch=8, steps=10, learning_rate=0.02, reset=0.0
    )
    train(model, ids, ids[:300], thorough, bar=False)
    return model


def test_a_hierarchy_begins_near_the_plain_softmax(trained):
    plain = SMALL(trained, skip_training)
    split = HIERARCHICAL(trained, skip_training)
    text = self_text.write(trained, seed=1)  # It was fitted on another.
    assert self_text.divergence(plain, split, text) < 0.05
    split.softmax.clusters.assign(0 * split.softmax.clusters)
    assert self_text.divergence(plain, split, text) > 0.5


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"cutoffs": (30, 10)}, "cutoffs must be rising whole numbers"),
        ({"cutoffs": ()}, "cutoffs must be rising whole numbers above 0"),
        ({"cutoffs": [10, 30]}, "got [10, 30]: write them as in (2000, 6000)"),
        ({"cutoffs": 10}, "got 10: write them as in (2000, 6000)"),
        ({"reduction": 1}, "reduction must be a whole number of at least 2"),
        ({"reduction": 2.5}, "at least 2, got 2.5"),
    ],
)
def test_fields_that_cannot_be_are_refused(fields, message):
    assert message in refusal(lambda: Adaptive(**fields))


def never(model):
    raise AssertionError("it trains")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({}, "cutoffs=(2000, 6000) do not split embedding: give rising whole"),
        (
            {"cutoffs": (10, 30), "scope": "layer_0/input"},
            "scope 'layer_0/input' matches layer_0/input, which is no table",
        ),
        (
            {"cutoffs": (10, 30), "scope": "embedding", "hierarchical": True},
            "scope 'embedding' lacks softmax, whose clusters",
        ),
        ({"cutoffs": (59,), "reduction": 9}, "makes no map smaller"),
    ],
)
def test_what_does_not_fit_a_model_is_refused(make_model, fields, message):
    model = make_model(tied=False, embedding_size=2, projection=2)
    assert message in refusal(Adaptive(**fields), model, never)


def test_a_hierarchy_is_not_made_twice(model):
    split = HIERARCHICAL(model, skip_training)
    message = refusal(SMALL, split, never)
    assert message.startswith("the softmax is hierarchical over the clusters")


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_weights_of_use_keep_the_predictions_nearer(
    make_model, fit_longer, tied
):
    model = make_model("lstm", tied=tied, embedding_size=16, projection=16)
    fit_longer(model)
    text = self_text.write(model, seed=7)
    plain, weighted = (
        dataclasses.replace(SMALL, initial=initial)(model, skip_training)
        for initial in ("svd", "weighted")
    )
    assert self_text.divergence(model, weighted, text) < self_text.divergence(
        model, plain, text
    )


def test_an_unknown_beginning_is_refused():
    assert "give svd, weighted or random" in refusal(
        lambda: Adaptive(initial="best")
    )
