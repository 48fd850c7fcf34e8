"""What stays of a pruned matrix is what least squares say."""

import numpy as np
import pytest
import tensorflow as tf

from tflm.compression import LowRank, Prune, TensorTrain, skip_training
from tflm.compression.analysis import self_text
from tflm.compression.analysis.importance import importance
from tflm.compression.analysis.refit import importances, least_squares
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig


def random_moment(size, seed):
    x = np.random.default_rng(seed).normal(size=(3 * size, size))
    return x.T @ x / len(x)


def cost(error, rows, columns):
    return np.trace(rows @ error @ columns @ error.T)


@pytest.fixture
def problem():
    """A matrix, what is kept of it, and the R and C of its errors."""
    random = np.random.default_rng(0)
    matrix, kept = random.normal(size=(6, 5)), random.random((6, 5)) < 0.4
    return matrix, kept, random_moment(6, 1), random_moment(5, 2)


def test_fit_is_the_solution_of_the_normal_equations(problem):
    matrix, kept, rows, columns = problem
    found = least_squares(matrix, kept, rows, columns)
    assert not found[~kept].any()
    hessian = np.kron(rows, columns)  # Of the matrix row by row.
    some = kept.ravel()
    wanted = np.linalg.solve(
        hessian[some][:, some], (hessian @ matrix.ravel())[some]
    )
    np.testing.assert_allclose(found[kept], wanted, rtol=0.02, atol=0.01)


def test_diagonals_are_moments(problem):
    matrix, kept, rows, columns = problem
    some = np.diag(rows)
    np.testing.assert_allclose(
        least_squares(matrix, kept, some, columns),
        least_squares(matrix, kept, np.diag(some), columns),
    )


def test_where_nothing_is_dropped_nothing_changes(problem):
    matrix, _, rows, columns = problem
    everything = np.ones_like(matrix, bool)
    found = least_squares(matrix, everything, rows, columns)
    np.testing.assert_array_equal(found, matrix)


def test_where_all_is_dropped_all_is_zero(problem):
    matrix, _, rows, columns = problem
    nothing = np.zeros_like(matrix, bool)
    assert not least_squares(matrix, nothing, rows, columns).any()


@pytest.mark.parametrize("smaller", [None, LowRank(rank=3)])
def test_importance_is_what_one_error_costs(make_model, smaller):
    model = make_model("lstm", tied=False, projection=0)
    if smaller:
        model = smaller(model, skip_training)
    moments = self_text.moments(model, self_text.write(model))
    linear = model.maps["layer_0/input"]
    before = linear.matrix()
    rows, columns = importance(linear.name, before.shape, moments)
    for weight, found in zip(
        linear.weights, importances(linear, moments), strict=True
    ):
        change = np.zeros(weight.shape, np.float32)
        change[1, 2] = 1
        weight.assign_add(change)
        error = (linear.matrix() - before).astype(float)
        weight.assign_sub(change)
        wanted = cost(error, rows, np.diag(columns))
        assert found[1, 2] ** 2 == pytest.approx(wanted, rel=0.01)


def test_cores_of_a_train_count_alike(model):
    train = TensorTrain(rank=2, scope="embedding")(model, skip_training)
    moments = self_text.moments(train, self_text.write(train))
    for found in importances(train.maps["embedding"], moments):
        assert (found == 1).all()


@pytest.mark.parametrize("rank", [4, 16])
def test_what_is_left_of_cores_is_fitted_to_what_the_softmax_reads(rank):
    """Of a small keyboard, whose cores have no product of its width."""
    layers = (LayerConfig("cifg", 40, 24),)
    model = build_model(ModelConfig(144, 24, layers, init_scale=0.4))
    factorised = TensorTrain(rank=rank)(model, skip_training)
    pruned = Prune(0.5, importance="weighted")(factorised, skip_training)
    text = tf.constant(self_text.write(factorised))
    state = tf.zeros([len(text), factorised.state_size])
    read = tf.reduce_mean(factorised.hidden(text, state)[0], [0, 1])[tf.newaxis]
    np.testing.assert_allclose(
        factorised.softmax(read), pruned.softmax(read), atol=1e-4
    )


def test_rows_of_rare_words_go_first(make_model, ids, fit_longer):
    model = make_model("lstm", tied=False)
    fit_longer(model)
    moments = self_text.moments(model, self_text.write(model))
    pruned = Prune(0.7, scope="softmax", importance="weighted")(
        model, skip_training
    )
    kept = (pruned.maps["softmax"].matrix() != 0).mean(1)
    often = np.argsort(moments.rows["embedding"])
    assert kept[often[-20:]].mean() > kept[often[:20]].mean()


def test_mean_logits_stay(make_model):
    model = make_model("lstm", tied=False)
    text = self_text.write(model)
    pruned = Prune(0.9, scope="softmax", importance="weighted")(
        model, skip_training
    )
    before, after = (
        tf.reduce_mean(net(tf.constant(text)), [0, 1]).numpy()
        for net in (model, pruned)
    )
    np.testing.assert_allclose(before, after, atol=1e-4)


def test_weighted_loses_less_than_magnitudes(make_model, ids, fit_longer):
    """On text that it was not fitted to; see docs/methods.md for large nets."""
    model = make_model("lstm", tied=False)
    fit_longer(model)
    text = self_text.write(model, seed=7)
    losses = {
        kind: self_text.divergence(
            model, Prune(0.8, importance=kind)(model, skip_training), text
        )
        for kind in ("magnitude", "weighted")
    }
    assert losses["weighted"] < 0.5 * losses["magnitude"]


def test_what_has_been_trained_is_not_fitted_again(make_model, fit):
    """All its zeros came while it trained, so nothing is dropped at the end."""
    trained = []

    def watching(net):
        fit(net)
        trained.append(net.maps["embedding"].get_weights()[0])

    pruned = Prune(0.5, ramp_steps=5, importance="weighted")(
        make_model(), watching
    )
    np.testing.assert_array_equal(pruned.maps["embedding"].kernel, trained[0])
