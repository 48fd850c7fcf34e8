import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from tests.refusals import refusal
from tflm.layers import activations
from tflm.layers.cell_kinds import CELLS
from tflm.layers.normalization import NORMALIZATIONS
from tflm.model import config
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.keras_step import KerasStep
from tflm.tflite import convert, inspect
from tflm.tflite.interpreter import load_step

X = np.linspace(-9, 9, 181).astype(np.float32)[np.newaxis]
NAMES = [*activations.ACTIVATIONS, "leaky_relu(0.3)", "elu(0.5)"]


@pytest.mark.parametrize(
    "name",
    [name for name in NAMES if hasattr(keras.activations, name)],
)
def test_is_that_of_tf_keras(name):
    expected = getattr(keras.activations, name)(tf.constant(X))
    np.testing.assert_allclose(
        activations.get(name)(tf.constant(X)), expected, atol=1e-5, rtol=1e-5
    )


def test_the_two_hard_sigmoids_are_two():
    x = np.float32([[1.0, -4.0]])
    of_tf_keras = activations.get("hard_sigmoid")(x)
    of_keras_3 = activations.get("hard_sigmoid_6")(x)
    np.testing.assert_allclose(of_tf_keras, [[0.7, 0]], rtol=1e-6)
    np.testing.assert_allclose(of_keras_3, [[2 / 3, 0]], rtol=1e-6)


def test_some_have_a_number():
    x = np.float32([[-2.0, 3.0]])
    found = activations.get("leaky_relu(0.3)")(x)
    np.testing.assert_allclose(found, [[-0.6, 3]], rtol=1e-6)
    found = activations.get("elu(0.5)")(x)
    np.testing.assert_allclose(found, [[0.5 * (np.exp(-2) - 1), 3]], rtol=1e-6)


@pytest.mark.parametrize("name", ["tanhh", "leaky_relu", "elu(x)", "relu(2)"])
def test_others_are_refused(name):
    assert "did you mean" in refusal(activations.get, name)


def test_a_shape_knows_every_normalization():
    assert config.NORMALIZATIONS == (*NORMALIZATIONS,)


def test_a_file_has_all_of_them_by_ops_of_the_runtime():
    """Layers of all kinds and activations, in one file of built-in ops."""
    gates = [("tanh", "sigmoid"), ("softsign", "hard_sigmoid")]
    cells = [
        LayerConfig(kind, 8, state_activation=state, gate_activation=gate)
        for kind in CELLS
        for state, gate in gates
    ]
    norms = [LayerConfig(kind, 8) for kind in NORMALIZATIONS]
    dense = [LayerConfig("dense", 8, activation=name) for name in NAMES]
    layers = (*cells, *norms, *dense)
    model = build_model(ModelConfig(20, 8, layers, tied=False, init_scale=0.9))
    content = convert.convert_here(model)
    assert not inspect.inspect(content).custom_operations
    step, expected = load_step(content), KerasStep(model)
    state = other = step.initial_state()
    for word in (0, 5, 17):
        logits, state = step(word, state)
        wanted, other = expected(word, other)
        np.testing.assert_allclose(logits, wanted, atol=1e-5)
        np.testing.assert_allclose(state, other, atol=1e-5)
