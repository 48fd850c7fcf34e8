import numpy as np
import pytest
import tf_keras as keras

from tests.refusals import refusal
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.keras.from_keras import from_keras
from tflm.model.foreign.keras.to_keras import to_keras

IDS = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]], np.int32)
STOCK = {
    "lstm": "LSTM",
    "cifg": "LSTM",
    "gru": "GRU",
    "gru_reset_before": "GRU",
    "rnn": "SimpleRNN",
}
each_kind = pytest.mark.parametrize("kind", STOCK)


def lively(model):
    """Returns a model whose biases, too, are far from zero."""
    random = np.random.default_rng(0)
    for name, weight in model.named_weights().items():
        if name.endswith(("/bias", "/gain")):
            weight.assign(random.normal(0, 0.5, weight.shape))
    return model


def assert_same_logits(model):
    stock = to_keras(model)
    np.testing.assert_allclose(stock(IDS), model(IDS), atol=1e-5)
    np.testing.assert_allclose(from_keras(stock)(IDS), model(IDS), atol=1e-5)


@each_kind
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("layers", [1, 2])
def test_there_and_back_are_the_same_logits(make_model, kind, tied, layers):
    assert_same_logits(lively(make_model(kind, tied, layers)))


@each_kind
def test_a_cell_without_projection(make_model, kind):
    model = lively(make_model(kind, tied=False, projection=0))
    assert_same_logits(model)
    kinds = [type(layer).__name__ for layer in to_keras(model).layers]
    assert kinds == ["InputLayer", "Embedding", STOCK[kind], "Dense"]


def test_layers_of_all_kinds():
    kinds = (
        LayerConfig("gru", 9, 5),
        LayerConfig("lstm", 7),
        LayerConfig("cifg", 11, 6),
        LayerConfig("layer_norm", 6),
        LayerConfig("rnn", 5, state_activation="relu"),
        LayerConfig("scale", 5, activation="tanh"),
        LayerConfig("dense", 8, activation="relu"),
    )
    assert_same_logits(lively(build_model(ModelConfig(60, 8, kinds))))


@pytest.mark.parametrize(
    "layer",
    [
        LayerConfig("rms_norm", 8),
        LayerConfig("dense", 8, activation="hard_sigmoid_6"),
        LayerConfig("cifg", 8, gate_activation="tanh"),
    ],
)
def test_what_stock_keras_has_not_is_refused(layer):
    layers = (LayerConfig("lstm", 8), layer)
    message = refusal(to_keras, build_model(ModelConfig(60, 8, layers)))
    assert message.startswith("stock Keras has no ")


def test_maps_become_dense(make_model):
    low_rank = {"kind": "low_rank", "rank": 3}
    maps = dict.fromkeys(["embedding", "layer_0/recurrent"], low_rank)
    assert_same_logits(lively(make_model(maps=maps)))


def test_the_original_is_left_alone(model):
    before = model(IDS)
    stock = to_keras(model)
    stock.set_weights([0 * weight for weight in stock.get_weights()])
    np.testing.assert_array_equal(model(IDS), before)


def test_steps_fix_the_shape_for_the_stock_converter(model):
    assert to_keras(model, steps=5).input_shape == (1, 5)
    assert to_keras(model).input_shape == (None, None)
    np.testing.assert_allclose(
        to_keras(model, steps=5)(IDS[:1]), model(IDS[:1]), atol=1e-5
    )


def test_only_stock_layers_are_used(make_model):
    stock = to_keras(make_model("cifg", layers=2))
    for layer in stock.layers:
        assert type(layer) is getattr(keras.layers, type(layer).__name__)
