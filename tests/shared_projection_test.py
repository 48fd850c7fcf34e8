import itertools

import numpy as np
import pytest

from tflm.compression import LowRank, SharedProjection, parse, skip_training
from tflm.compression.analysis import self_text
from tflm.compression.shared_projection import readers, side_by_side
from tflm.layers.cell_kinds import CELLS
from tflm.layers.low_rank import factorize
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.training.perplexity import perplexity

UNITS, WORDS = 16, 60
NETS = [
    net
    for net in itertools.product(("lstm", "cifg", "gru"), (1, 2), (True, False))
    if net[1:] != (1, True)  # Its only layer is tied to the table.
]
each_net = pytest.mark.parametrize("kind, layers, tied", NETS)


def make(kind="lstm", layers=2, tied=False, after=()):
    """Returns a net without projections, with lively biases."""
    made = (LayerConfig(kind, UNITS),) * layers + after
    config = ModelConfig(WORDS, UNITS, made, tied=tied, init_scale=0.4)
    model = build_model(config)
    random = np.random.default_rng(0)
    for cell in model.cells:
        cell.bias.assign(random.normal(0, 1, cell.bias.shape))
    return model


def free(model):
    return range(len(model.cells) - model.config.tied)


def give_rank(model, number, rank):
    """Makes what reads a layer a matrix of a rank."""
    left, right = factorize(side_by_side(model, number), rank)
    recurrent, after = (model.maps[n] for n in readers(model, number))
    matrix = left @ right
    recurrent.kernel.assign(matrix[:, : recurrent.outputs])
    rest = matrix[:, recurrent.outputs :]
    after.kernel.assign(rest.T if after.name == "softmax" else rest)


@each_net
def test_the_full_rank_reproduces_the_logits(kind, layers, tied, ids):
    model, words = make(kind, layers, tied), ids[np.newaxis, :6]
    for number in free(model):
        give_rank(model, number, rank=5)
    smaller = SharedProjection(rank=5)(model, skip_training)
    projections = [layer.projection for layer in smaller.config.layers]
    assert projections == [5] * len(free(model)) + [0] * tied
    np.testing.assert_allclose(smaller(words), model(words), atol=1e-5)


def test_the_full_rank_below_a_dense_layer_reproduces_the_logits(ids):
    model = make(layers=1, after=(LayerConfig("dense", 12, 0, "elu"),))
    give_rank(model, 0, rank=5)
    smaller = SharedProjection(rank=5)(model, skip_training)
    assert smaller.maps["layer_1/input"].inputs == 5
    words = ids[np.newaxis, :6]
    np.testing.assert_allclose(smaller(words), model(words), atol=1e-5)


def test_a_lower_rank_does_not(ids):
    model, words = make(), ids[np.newaxis, :6]
    smaller = SharedProjection(rank=4)(model, skip_training)
    assert np.abs(smaller(words) - model(words)).max() > 1e-3


@each_net
def test_error_is_the_norm_of_the_dropped_singular_values(kind, layers, tied):
    model = make(kind, layers, tied)
    smaller = SharedProjection(rank=5)(model, skip_training)
    for number in free(model):
        matrix = side_by_side(model, number)
        factor = smaller.maps[f"layer_{number}/projection"].matrix()
        found = factor @ side_by_side(smaller, number)
        dropped = np.linalg.svd(matrix, compute_uv=False)[5:]
        error = np.linalg.norm(found - matrix)
        assert error == pytest.approx(np.linalg.norm(dropped), rel=1e-4)


def test_the_factors_share_the_singular_values():
    smaller = SharedProjection(rank=5)(make(), skip_training)
    left = smaller.maps["layer_0/projection"].matrix()
    right = side_by_side(smaller, 0)
    np.testing.assert_allclose(left.T @ left, right @ right.T, atol=1e-4)


@each_net
def test_weight_count(kind, layers, tied):
    model, rank = make(kind, layers, tied), 5
    smaller = SharedProjection(rank=rank)(model, skip_training)
    saved, gates = 0, CELLS[kind].GATES * UNITS
    for number in free(model):
        columns = gates + (WORDS if number + 1 == layers else gates)
        saved += UNITS * columns - rank * (UNITS + columns)
    assert model.parameters - smaller.parameters == saved


def test_all_else_is_as_it_was():
    model = make()
    smaller = SharedProjection(rank=5, scope="layer_0/input")(
        model, skip_training
    )
    changed = {"layer_0/recurrent/kernel", "layer_1/input/kernel"}
    found = smaller.named_weights()
    for name, weight in model.named_weights().items():
        if name not in changed:
            np.testing.assert_array_equal(found[name], weight)
    assert set(found) - set(model.named_weights()) == {
        "layer_0/projection/kernel"
    }


def test_from_scratch_forgets_the_trained_matrices():
    model = make()
    smaller = SharedProjection(rank=5, initial="random")(model, skip_training)
    found = smaller.maps["layer_0/projection"].matrix() @ side_by_side(
        smaller, 0
    )
    expected = side_by_side(model, 0)
    assert abs(np.corrcoef(found.ravel(), expected.ravel())[0, 1]) < 0.2


def test_training_wins_back_quality(ids, fit):
    model = make("cifg", tied=True)
    fit(model)
    without = SharedProjection(rank=2)(model, skip_training)
    retrained = SharedProjection(rank=2)(model, fit)
    assert perplexity(retrained, ids) < perplexity(without, ids)


def test_begins_nearer_than_from_scratch(ids, fit_longer):
    model = make()
    fit_longer(model)
    near, far = (
        SharedProjection(rank=6, initial=initial)(model, skip_training)
        for initial in ("svd", "random")
    )
    assert perplexity(near, ids) < perplexity(far, ids)


def test_the_highest_rank_is_the_last_that_saves_weights():
    # One LSTM layer: X = 64 + 60 columns, and 16 124 / 140 = 14.2.
    model = make(layers=1)
    smaller = SharedProjection(rank=14)(model, skip_training)
    assert smaller.parameters < model.parameters
    with pytest.raises(ValueError) as error:
        SharedProjection(rank=15)(model, refuse_training)
    assert str(error.value) == (
        "scope 'layer_.*' holds no layer to project: layer_0 of 16 units is no "
        "smaller with rank 15, give 1 to 14"
    )


def test_a_layer_that_would_be_no_smaller_stays_as_it_is():
    # X = 64 + 32 below the layer of 8 units, 32 + 60 above: 13 and 7.
    layers = (LayerConfig("lstm", UNITS), LayerConfig("lstm", 8))
    model = build_model(ModelConfig(WORDS, UNITS, layers, tied=False))
    smaller = SharedProjection(rank=9)(model, skip_training)
    assert [layer.projection for layer in smaller.config.layers] == [9, 0]
    with pytest.raises(ValueError, match="layer_1 of 8 units.*give 1 to 7"):
        SharedProjection(rank=9, scope="layer_1/.*")(model, refuse_training)


@pytest.fixture(scope="module")
def trained(request, fit_longer):
    """A trained model of a kind of cell, and text that it wrote."""
    model = make(request.param)
    fit_longer(model)
    return model, self_text.write(model, seed=7)


@pytest.mark.parametrize(
    "trained, scope",
    [
        ("lstm", "layer_0/.*"),
        ("lstm", "layer_1/.*"),
        *((kind, "layer_.*") for kind in CELLS if kind != "pru"),
    ],
    indirect=["trained"],
)
def test_weights_of_use_keep_the_predictions_nearer(trained, scope):
    model, text = trained
    plain, weighted = (
        SharedProjection(rank=8, scope=scope, initial=initial)(
            model, skip_training
        )
        for initial in ("svd", "weighted")
    )
    assert self_text.divergence(model, weighted, text) < (
        0.6 * self_text.divergence(model, plain, text)
    )


def test_weighted_factors_of_the_full_rank_reproduce_the_logits(ids):
    model, words = make(), ids[np.newaxis, :6]
    for number in free(model):
        give_rank(model, number, rank=5)
    method = SharedProjection(rank=5, initial="weighted")
    smaller = method(model, skip_training)
    np.testing.assert_allclose(smaller(words), model(words), atol=1e-4)


def refuse_training(model):
    raise AssertionError("trained")


@pytest.mark.parametrize(
    "model, scope, message",
    [
        (make(layers=1, tied=True), ".*", "layer_0 is tied to the embedding"),
        (make(), "softmax", "'softmax' names no layer"),
        (make(), "embedding", "'embedding' names no layer"),
        (make(), "layer_7.*", "matches no map"),
        (
            make(layers=1, after=(LayerConfig("dense", 12),)),
            "layer_1/input",
            "layer_1 is dense",
        ),
    ],
)
def test_what_has_no_layer_to_project_is_refused(model, scope, message):
    with pytest.raises(ValueError, match=message) as error:
        SharedProjection(rank=4, scope=scope)(model, refuse_training)
    assert "\n" not in str(error.value)


def test_twice_is_refused():
    method = SharedProjection(rank=4)
    projected = method(make(), skip_training)
    with pytest.raises(
        ValueError, match="layer_0 has a projection, layer_1 has"
    ):
        method(projected, refuse_training)


def test_a_factorised_reader_is_refused():
    model = LowRank(rank=4, scope="layer_1/input")(make(), skip_training)
    with pytest.raises(ValueError) as error:
        SharedProjection(rank=4)(model, refuse_training)
    assert str(error.value) == (
        "layer_1/input is of kind low_rank, which cannot share a projection "
        "of layer_0: put SharedProjection first, or give a scope without that "
        "layer"
    )
    # The layer above reads it and is read by dense maps alone.
    upper = SharedProjection(rank=4, scope="layer_1/.*")
    smaller = upper(model, skip_training)
    assert smaller.maps["layer_1/input"].KIND == "low_rank"


@pytest.mark.parametrize(
    "text, message",
    [
        ("rank=0", "at least 1, got 0"),
        ("rank=2.5", "at least 1, got 2.5"),
        ("rank=True", "at least 1, got True"),
        ("scope=3", "scope must be a text, got 3"),
        ("initial='best'", "unknown: give svd, weighted or random"),
        ("initial=[]", "unknown: give svd, weighted or random"),
    ],
)
def test_bad_fields_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse(f"SharedProjection({text})")
