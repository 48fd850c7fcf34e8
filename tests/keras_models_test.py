"""Every kind of model that Keras 3 and tf_keras have, against themselves."""

import dataclasses
import importlib
import json

import h5py
import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras_2

from tests.refusals import refusal
from tflm.model.foreign.keras import from_keras as module
from tflm.model.foreign.keras import graph
from tflm.model.foreign.keras.from_keras import from_keras
from tflm.text.protocol import Protocol

pytestmark = pytest.mark.filterwarnings("ignore:You are saving your model as")

WORDS = 20
IDS = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]], np.int32)


@pytest.fixture(scope="module", params=["keras", "tf_keras"])
def keras(request):
    return importlib.import_module(request.param)


@dataclasses.dataclass
class Parts:
    """Layers of one of the two Kerases, small."""

    keras: object

    def __getattr__(self, name):
        return getattr(self.keras.layers, name)

    def ids(self, steps=None):
        return self.keras.Input((steps,), dtype="int32")

    def embedding(self, **fields):
        return self.Embedding(WORDS, 6, **fields)

    def lstm(self, units=7, **fields):
        fields = {"return_sequences": True} | fields
        return for_processors(self.LSTM(units, **fields))

    def gru(self, units=7, **fields):
        fields = {"return_sequences": True} | fields
        return for_processors(self.GRU(units, **fields))

    def dense(self, units=WORDS, *fields, **more):
        return self.Dense(units, *fields, **more)

    def nested(self, *parts, width=6):
        return self.keras.Sequential([self.keras.Input((None, width)), *parts])

    def rnn(self, cell):
        return self.RNN(cell, return_sequences=True)

    def sequential(self, *parts):
        return lively(self.keras.Sequential([self.ids(), *parts]))


def for_processors(layer):
    """Spares tf_keras the graph of a layer that runs on a GPU."""
    layer._could_use_gpu_kernel = False
    return layer


def lively(model):
    """Returns a model whose weights, biases too, are far from zero."""
    random = np.random.default_rng(0)
    for weight in model.weights:
        value = random.uniform(-0.8, 0.8, weight.shape)
        if "variance" in weight.name:
            value = np.abs(value) + 0.1
        weight.assign(value)
    return model


# From the embedding to the softmax, of layers `x`.
KINDS = {
    "LSTM": lambda x: [x.lstm(), x.dense()],
    "GRU": lambda x: [x.gru(), x.dense()],
    "GRU, reset before": lambda x: [x.gru(reset_after=False), x.dense()],
    "SimpleRNN": lambda x: [
        x.SimpleRNN(7, return_sequences=True),
        x.dense(),
    ],
    "LSTM and GRU": lambda x: [x.lstm(), x.gru(5), x.dense()],
    "no bias": lambda x: [
        x.lstm(use_bias=False),
        x.gru(use_bias=False),
        x.gru(use_bias=False, reset_after=False),
        x.dense(use_bias=False),
    ],
    "no forget bias": lambda x: [x.lstm(unit_forget_bias=False), x.dense()],
    "dropout and noise": lambda x: [
        x.SpatialDropout1D(0.2),
        x.lstm(dropout=0.1, recurrent_dropout=0.1),
        x.GaussianNoise(0.1),
        x.GaussianDropout(0.1),
        x.Dropout(0.3),
        x.ActivityRegularization(l2=0.1),
        x.dense(),
    ],
    "recurrent dropout of a GRU": lambda x: [
        x.gru(recurrent_dropout=0.1),
        x.dense(),
    ],
    "hidden Dense": lambda x: [x.lstm(), x.dense(9, "relu"), x.dense()],
    "Dense before LSTM": lambda x: [x.dense(9), x.lstm(), x.dense()],
    "TimeDistributed": lambda x: [
        x.lstm(),
        x.TimeDistributed(x.Dropout(0.1)),
        x.TimeDistributed(x.dense()),
    ],
    "softmax": lambda x: [x.lstm(), x.dense(WORDS, "softmax")],
    "tf.nn.softmax": lambda x: [x.lstm(), x.dense(WORDS, tf.nn.softmax)],
    "Activation": lambda x: [x.lstm(), x.dense(), x.Activation("softmax")],
    "Softmax": lambda x: [x.lstm(), x.dense(), x.Softmax()],
    "activations": lambda x: [
        x.lstm(),
        x.Activation("relu"),
        x.dense(9),
        x.LeakyReLU(0.3),
        x.dense(9, "elu"),
        x.dense(9, "gelu"),
        x.dense(9, "swish"),
        x.dense(9, "softplus"),
        x.dense(9, "softsign"),
        x.dense(9, "selu"),
        x.dense(9, "exponential"),
        x.dense(9, "hard_sigmoid"),
        x.ReLU(6.0),
        x.dense(9),
        x.ELU(0.7),
        x.dense(),
    ],
    "activations of cells": lambda x: [
        x.lstm(activation="relu", recurrent_activation="hard_sigmoid"),
        x.gru(activation="softsign", recurrent_activation="hard_sigmoid"),
        x.lstm(activation=None),
        x.SimpleRNN(7, "relu", return_sequences=True),
        x.dense(),
    ],
    "LayerNormalization": lambda x: [
        x.LayerNormalization(),
        x.lstm(),
        x.LayerNormalization(epsilon=1e-5),
        x.gru(),
        x.LayerNormalization(center=False),
        x.dense(),
    ],
    "BatchNormalization": lambda x: [
        x.BatchNormalization(),
        x.lstm(),
        x.BatchNormalization(scale=False),
        x.gru(),
        x.BatchNormalization(trainable=False),
        x.gru(reset_after=False, use_bias=False),
        x.BatchNormalization(),
        x.Activation("relu"),
        x.dense(9, use_bias=False),
        x.BatchNormalization(),
        x.Activation("tanh"),
        x.BatchNormalization(),
        x.dense(),
    ],
    "nested": lambda x: [
        x.nested(x.lstm(), x.BatchNormalization(), x.dense(6)),
        x.nested(x.nested(x.lstm(5)), x.LayerNormalization()),
        x.dense(),
    ],
    "nested and frozen": lambda x: [
        x.nested(x.lstm(trainable=False), x.BatchNormalization(), x.lstm(5)),
        x.dense(),
    ],
    "cells": lambda x: [
        x.rnn([x.LSTMCell(7), x.GRUCell(5)]),
        x.rnn(x.LSTMCell(4)),
        x.rnn(x.SimpleRNNCell(4)),
        x.dense(),
    ],
    "stateless in all but name": lambda x: [x.lstm(unroll=False), x.dense()],
    "masked padding": lambda x: [x.lstm(), x.dense()],
}


def same_chances(ours, theirs):
    """Compares logits, or chances where a model ends with a softmax."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if np.allclose(theirs.sum(-1), 1, atol=1e-4):
        ours = np.asarray(tf.nn.softmax(ours))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def same_model(found, expected):
    assert found.config == expected.config
    weights = found.named_weights()
    for name, weight in expected.named_weights().items():
        np.testing.assert_array_equal(weights[name], weight)


def check(model, place):
    """Checks what is read of a model in memory, and of both of its files."""
    ours = from_keras(model)
    same_chances(ours(IDS), model(IDS))
    for name in ("model.keras", "model.h5"):
        model.save(place / name)
        same_model(module.load(place / name).model, ours)


@pytest.mark.parametrize("kind", KINDS)
def test_logits_are_those_of_keras(keras, kind, tmp_path):
    x = Parts(keras)
    embedding = x.embedding(mask_zero=kind == "masked padding")
    check(x.sequential(embedding, *KINDS[kind](x)), tmp_path)


def test_what_keras_3_alone_has(tmp_path):
    x = Parts(importlib.import_module("keras"))
    norm = x.RMSNormalization(epsilon=1e-4)
    parts = x.lstm(), norm, x.dense(9, "hard_silu"), x.dense(9, "mish")
    check(x.sequential(x.embedding(), *parts, x.dense()), tmp_path)


@pytest.mark.filterwarnings("ignore:Layer 'rms_norm:UserWarning")
def test_a_mask_of_padding_ends_at_a_layer_without_masks(tmp_path):
    x = Parts(importlib.import_module("keras"))
    embedding, norm = x.embedding(mask_zero=True), x.RMSNormalization()
    model = x.sequential(embedding, norm, x.lstm(), x.dense())
    check(model, tmp_path)
    from_keras(model, windows=[[0, 0, 3, 1], [0, 4, 1, 5]])  # Compares them.
    model = x.sequential(embedding, x.lstm(), norm, x.gru(), x.dense())
    assert "is called with a mask and gru" in refusal(from_keras, model)


def functional(x, join):
    ids = x.ids()
    return lively(x.keras.Model(ids, join(x, ids)))


def with_unused_states(x, ids):
    y, _, _ = x.lstm(return_state=True)(x.embedding()(ids))
    y, _ = x.gru(return_state=True)(y)
    return x.dense()(y)


def with_a_shared_layer(x, ids):
    dense = x.dense(6, "tanh")
    y = x.lstm(6)(dense(x.embedding()(ids)))
    return x.dense()(dense(y))


def with_a_mask(x, ids):
    y = x.lstm()(x.embedding(mask_zero=True)(ids))
    return x.dense()(x.gru()(y))


def with_a_model_inside(x, ids):
    start = x.keras.Input((None, 6))
    inner = x.keras.Model(start, x.dense(5)(x.lstm()(start)))
    return x.dense()(inner(x.embedding()(ids)))


def with_an_embedding_inside(x, ids):
    inner = x.keras.Sequential([x.ids(), x.embedding(mask_zero=True)])
    return x.dense()(x.lstm()(inner(ids)))


def with_a_mask_for_a_model(x, ids):
    inner = x.nested(x.lstm(), x.gru())
    return x.dense()(inner(x.embedding(mask_zero=True)(ids)))


JOINED = [
    with_an_embedding_inside,
    with_a_mask_for_a_model,
    with_unused_states,
    with_a_shared_layer,
    with_a_mask,
    with_a_model_inside,
]


@pytest.mark.parametrize("join", JOINED)
def test_functional_chains(keras, join, tmp_path):
    check(functional(Parts(keras), join), tmp_path)


PADDED = np.array([[0, 3, 0, 1, 5], [9, 2, 6, 0, 0]], np.int32)


@pytest.fixture(name="x")
def of_keras_3():
    return Parts(importlib.import_module("keras"))


def called_with(x, mask):
    """Returns a model of two cells that are called with a mask of its ids."""
    ids = x.ids()
    y = x.gru()(x.lstm()(x.embedding()(ids), mask=mask(ids)))
    return lively(x.keras.Model(ids, x.dense()(y)))


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_mask_of_padding_is_that_of_an_embedding(x, is_swapped, tmp_path):
    def mask(ids):
        return x.keras.ops.not_equal(*((0, ids) if is_swapped else (ids, 0)))

    model = called_with(x, mask)
    check(model, tmp_path)
    assert module.load(tmp_path / "model.keras").skips == 0
    assert from_keras(model, windows=PADDED).protocol == Protocol((), 0)


def test_a_mask_of_a_model_inside_is_one_of_its_cells(x):
    ids = x.ids()
    inner = x.nested(x.lstm(), x.gru())
    y = inner(x.embedding()(ids), mask=x.keras.ops.not_equal(ids, 0))
    model = lively(x.keras.Model(ids, x.dense()(y)))
    assert from_keras(model, windows=PADDED).protocol == Protocol((), 0)


@pytest.mark.parametrize(
    "mask, what",
    [
        (lambda ids, ops: ops.not_equal(ids, 3), "NotEqual not_equal"),
        (lambda ids, ops: ops.greater(ids, 0), "Greater greater"),
        (lambda ids, ops: ops.not_equal(ids + 1, 0), "NotEqual not_equal"),
    ],
)
def test_a_mask_of_something_else_is_refused_by_name(x, mask, what):
    model = called_with(x, lambda ids: mask(ids, x.keras.ops))
    message = refusal(from_keras, model)
    assert f"is called with a mask that is {what}" in message
    assert message.endswith("only not_equal(ids, 0) is supported")


def test_a_mask_of_one_cell_of_two_is_refused(x):
    ids = x.ids()
    y = x.gru(name="reads")(x.embedding()(ids))
    y = x.lstm(name="skips")(y, mask=x.keras.ops.not_equal(ids, 0))
    model = x.keras.Model(ids, x.dense()(y))
    assert "skips is called with a mask and reads" in refusal(from_keras, model)


def test_a_cell_in_time_distributed_is_refused(keras, tmp_path):
    x = Parts(keras)
    config = x.sequential(x.embedding(), x.lstm(), x.dense()).get_config()
    for layer in config["layers"]:
        if layer["class_name"] == "LSTM":
            inside = {"class_name": "LSTM", "config": layer["config"]}
            layer["class_name"] = "TimeDistributed"
            layer["config"] = {"name": "each", "layer": inside}
    message = refusal(
        graph.places, {"class_name": "Sequential", "config": config}
    )
    assert message.startswith("layer each has LSTM in TimeDistributed")


def test_weights_alone_with_their_configuration(keras, tmp_path):
    x = Parts(keras)
    model = x.sequential(x.embedding(), x.lstm(), x.dense())
    weights, config = tmp_path / "m.weights.h5", tmp_path / "m.json"
    model.save_weights(weights)
    config.write_text(model.to_json())
    same_model(module.load(weights, config).model, from_keras(model))
    assert "give tflm export --config" in refusal(module.load, weights)


def test_a_model_that_is_not_built_is_refused():
    x = Parts(importlib.import_module("keras"))
    model = x.keras.Sequential([x.embedding(), x.lstm(), x.dense()])
    assert "is not built: call it on" in refusal(from_keras, model)


def test_an_old_file_with_a_list_for_a_configuration(tmp_path):
    x = Parts(keras_2)
    model = x.sequential(x.embedding(), x.lstm(), x.dense())
    model.save(tmp_path / "model.h5")
    with h5py.File(tmp_path / "model.h5", "a") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"] = config["config"]["layers"][1:]
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.1.6"
    loaded = module.load(tmp_path / "model.h5").model
    same_model(loaded, from_keras(model))


def test_models_of_tf_mot(tmp_path):
    from tensorflow_model_optimization import sparsity

    x = Parts(keras_2)
    model = x.sequential(x.embedding(), x.lstm(), x.dense())
    pruned = sparsity.keras.prune_low_magnitude(
        model, sparsity.keras.ConstantSparsity(0.5, 0)
    )
    for weight in pruned.weights:
        if "mask" in weight.name:
            mask = np.random.default_rng(0).integers(0, 2, weight.shape)
            weight.assign(mask)
    ours = from_keras(pruned)
    same_chances(ours(IDS), pruned(IDS))  # Which applies the masks.
    pruned.save(tmp_path / "model.keras")
    same_model(module.load(tmp_path / "model.keras").model, ours)
    same_model(from_keras(sparsity.keras.strip_pruning(pruned)), ours)


def test_a_saved_model_of_tf_keras(tmp_path):
    x = Parts(keras_2)
    inner = x.nested(x.lstm(), x.BatchNormalization())
    model = x.sequential(x.embedding(), inner, x.dense())
    model.save(tmp_path / "saved", save_format="tf")
    same_model(module.load(tmp_path / "saved").model, from_keras(model))


def test_a_saved_model_without_keras_is_refused(tmp_path):
    tf.saved_model.save(tf.Module(), str(tmp_path / "saved"))
    message = refusal(module.load, tmp_path / "saved")
    assert "model.save('model.keras')" in message
