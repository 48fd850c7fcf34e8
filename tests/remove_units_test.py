import itertools

import numpy as np
import pytest

from tflm import compression
from tflm.compression import LowRank, RemoveUnits, TensorTrain, skip_training
from tflm.compression.analysis import self_text, units
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.surgery import replace_maps

WIDTH, UNITS = 8, 16
DEAD = [1, 4, 5, 6, 8, 12, 13, 15]
NETS = [
    net
    for net in itertools.product(
        ("lstm", "cifg", "gru"), (0, WIDTH), (1, 2), (True, False)
    )
    if net[1:] != (0, 1, True)  # Its only layer is tied to the table.
]


def make(kind, projection, layers, tied):
    """Returns a net with lively biases: they must go with their units."""
    made = [LayerConfig(kind, UNITS, projection)] * layers
    if tied and not projection:
        made[-1] = LayerConfig(kind, WIDTH)
    config = ModelConfig(60, WIDTH, tuple(made), tied=tied, init_scale=0.4)
    model = build_model(config)
    random = np.random.default_rng(0)
    for cell in model.cells:
        cell.bias.assign(random.normal(0, 1, cell.bias.shape))
    return model


def check_dead_units_are_not_missed(model, words):
    """Gives the units DEAD no weight, removes them and compares logits."""
    alive = np.ones(UNITS, np.float32)
    alive[DEAD] = 0
    free = [
        k for k, _ in enumerate(model.cells) if not units.obstacle(model, k)
    ]
    for number in free:
        units.scale(model, number, alive)
    smaller = RemoveUnits(share=0.5)(model, skip_training)
    for number in free:
        assert smaller.config.layers[number].units == UNITS - len(DEAD)
    np.testing.assert_allclose(smaller(words), model(words), atol=1e-6)


@pytest.mark.parametrize("kind, projection, layers, tied", NETS)
def test_units_of_no_weight_are_not_missed(kind, projection, layers, tied, ids):
    model = make(kind, projection, layers, tied)
    check_dead_units_are_not_missed(model, ids[np.newaxis, :5])


@pytest.mark.parametrize("projection", [0, WIDTH])
def test_units_of_low_rank_maps_are_not_missed(projection, ids):
    model = make("lstm", projection, layers=2, tied=False)
    model = LowRank(rank=3)(model, skip_training)
    check_dead_units_are_not_missed(model, ids[np.newaxis, :5])


def test_units_of_a_dense_layer_are_not_missed(ids):
    layers = (LayerConfig("lstm", UNITS), LayerConfig("dense", UNITS, 0, "elu"))
    config = ModelConfig(60, WIDTH, layers, tied=False, init_scale=0.4)
    check_dead_units_are_not_missed(build_model(config), ids[np.newaxis, :5])


def test_a_map_narrower_than_its_rank_becomes_dense(model):
    low_rank = LowRank(rank=4, scope=".*projection")(model, skip_training)
    kept = [2, 3, 11]
    smaller = units.keep(low_rank, {0: np.array(kept)})
    linear = smaller.maps["layer_0/projection"]
    assert linear.KIND == "dense"
    expected = low_rank.maps["layer_0/projection"].matrix()[kept]
    np.testing.assert_allclose(linear.matrix(), expected, atol=1e-6)


def test_other_units_are_missed(model, ids):
    smaller = RemoveUnits(share=0.5)(model, skip_training)
    words = ids[np.newaxis, :5]
    assert np.abs(smaller(words) - model(words)).max() > 1e-3


def test_norm_of_a_unit_is_that_of_its_columns_and_rows():
    model = make("lstm", 0, 1, tied=False)
    maps = {name: linear.matrix() for name, linear in model.maps.items()}
    found = units.norms(model, 0).numpy()
    for unit in range(UNITS):
        mine = np.concatenate(
            [
                maps["layer_0/input"][:, unit::UNITS].ravel(),
                maps["layer_0/recurrent"][:, unit::UNITS].ravel(),
                maps["layer_0/recurrent"][unit],
                maps["softmax"][:, unit],
            ]
        )
        assert found[unit] == pytest.approx(np.linalg.norm(mine), rel=1e-5)


def test_the_lightest_units_go(model):
    heavy = np.sort(np.argsort(units.norms(model, 0).numpy())[UNITS // 4 :])
    smaller = RemoveUnits(share=0.25)(model, skip_training)
    np.testing.assert_array_equal(
        smaller.maps["layer_0/projection"].kernel,
        model.maps["layer_0/projection"].kernel.numpy()[heavy],
    )


def test_the_lasso_takes_the_penalty_from_every_norm(model):
    before = units.norms(model, 0).numpy()
    penalty = float(np.median(before))
    seen = []

    def one_update(net):
        if net.constraint:
            net.constraint()
            seen.append(units.norms(net, 0).numpy())

    RemoveUnits(penalty=penalty)(model, one_update)
    expected = np.maximum(0, before - penalty)
    np.testing.assert_allclose(seen, [expected], rtol=1e-4, atol=1e-6)
    assert 0 < np.count_nonzero(seen[0]) < UNITS


def test_a_penalty_makes_the_removal_harmless(model, ids, fit):
    text = ids[np.newaxis, :50]
    plain = replace_maps(model, {})
    fit(plain)
    cut = RemoveUnits()(plain, skip_training)
    stages = []

    def train_once(net):
        if not stages:
            fit(net)
        stages.append(replace_maps(net, {}))

    RemoveUnits(penalty=0.02)(model, train_once)
    damage = self_text.divergence(*stages, text)
    assert damage < self_text.divergence(plain, cut, text) / 2


@pytest.mark.parametrize(
    "penalty, rounds", [(0, 1), (0.1, 1), (0, 3), (0.1, 2)]
)
def test_how_often_it_trains(model, penalty, rounds):
    sizes = []
    method = RemoveUnits(share=0.75, penalty=penalty, rounds=rounds)
    method(model, lambda net: sizes.append(net.config.layers[0].units))
    assert len(sizes) == rounds * (2 if penalty else 1)
    assert sizes[-1] == UNITS // 4
    assert sizes == sorted(sizes, reverse=True)


def test_a_layer_outside_the_scope_keeps_its_units():
    model = make("lstm", 0, 2, tied=False)
    smaller = RemoveUnits(scope="layer_1/input")(model, skip_training)
    assert [layer.units for layer in smaller.config.layers] == [16, 8]


def test_a_layer_tied_to_the_table_keeps_its_units():
    model = make("lstm", 0, 2, tied=True)
    smaller = RemoveUnits()(model, skip_training)
    assert [layer.units for layer in smaller.config.layers] == [8, WIDTH]
    with pytest.raises(ValueError, match="layer_1 cannot.*with a projection"):
        RemoveUnits(scope="layer_1/.*")(model, skip_training)


def no_training(model):
    raise AssertionError("it trains before it refuses")


def test_a_tensor_train_cannot_lose_units(make_model):
    model = make_model("lstm", tied=False, layers=2)
    train = TensorTrain(rank=2, scope="layer_1/input")(model, skip_training)
    with pytest.raises(
        ValueError, match="layer_1/input is of kind tensor_train"
    ):
        RemoveUnits(penalty=0.1)(train, no_training)
    assert RemoveUnits(scope="layer_0/.*")(train, skip_training)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"scope": "embedding"}, "names no layer"),
        ({"scope": "layer_7/.*"}, "matches no map"),
        ({"share": 0.01}, "removes none of the 16 units of layer_0"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(model, fields, message):
    with pytest.raises(ValueError, match=message):
        RemoveUnits(**fields)(model, no_training)


@pytest.mark.parametrize(
    "text",
    [
        "RemoveUnits(share=0)",
        "RemoveUnits(share=1.0)",
        "RemoveUnits(share='half')",
        "RemoveUnits(penalty=-1)",
        "RemoveUnits(penalty=1e999)",
        "RemoveUnits(rounds=0)",
        "RemoveUnits(rounds=1.5)",
        "RemoveUnits(scope=3)",
    ],
)
def test_bad_fields_are_refused(text):
    field = text.partition("(")[2].partition("=")[0]
    with pytest.raises(ValueError, match=f"^{field} must be"):
        compression.parse(text)
