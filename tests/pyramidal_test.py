import math

import numpy as np
import pytest
import tensorflow as tf

from tests.refusals import refusal
from tflm.compression import RemoveUnits, SharedProjection, skip_training
from tflm.layers.cell_kinds import CELLS
from tflm.layers.pyramidal import level_shapes, pool
from tflm.model import storage
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.keras.to_keras import to_keras
from tflm.model.foreign.pytorch.to_pytorch import state_dict
from tflm.model.keras_step import KerasStep
from tflm.model.map_shapes import map_shapes
from tflm.search.size import with_fewer_units
from tflm.tflite import convert, inspect
from tflm.tflite.interpreter import load_step

IDS = [3, 1, 4, 1, 5]
# A residual, other levels than groups, and projections.
NETS = {
    "pru": (
        LayerConfig("pru", 16, groups=4),
        LayerConfig("pru", 16, 8, groups=2, pooling=(5, 3)),
    ),
    "grouped": (
        LayerConfig("lstm", 12, groups=3),
        LayerConfig("cifg", 16, 8, groups=4),
    ),
}


def build(layers, **fields):
    """Returns a small model whose biases, too, are far from zero."""
    width = layers[-1].outputs
    config = ModelConfig(20, width, layers, init_scale=0.4, **fields)
    model = build_model(config)
    random = np.random.default_rng(0)
    for name, weight in model.named_weights().items():
        if name.endswith("/bias"):
            weight.assign(random.normal(0, 0.5, weight.shape))
    return model


@pytest.fixture(params=NETS)
def model(request):
    return build(NETS[request.param])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def pooled(x, kernel):
    """Returns the means of the paper, one place after the other."""
    around = np.pad(x, kernel // 2)
    places = range(0, len(x), 2)
    return np.array([around[i : i + kernel].sum() / kernel for i in places])


class Published:
    """The equations of one layer in NumPy, each gate by itself."""

    def __init__(self, model, number):
        self.form, self.cell = model.config.layers[number], model.cells[number]
        self.weights = {
            name.partition("/")[2]: weight.numpy()
            for name, weight in model.named_weights().items()
            if name.startswith(f"layer_{number}/")
        }

    def kernels(self, part):
        """Returns the matrices of `input` or `recurrent`, in their order."""
        return [w for n, w in sorted(self.weights.items()) if n[:5] == part[:5]]

    def columns(self, matrix):
        """Returns [gates, rows, units] of a matrix that goes by segment."""
        count, segment = self.cell.GATES, self.cell.segment
        parts = matrix.reshape(len(matrix), -1, count, segment)
        return parts.transpose(2, 0, 1, 3).reshape(count, len(matrix), -1)

    def gates(self, x, h):
        levels = [x]
        for kernel in self.form.pooling:
            levels.append(pooled(levels[-1], kernel))
        read = zip(levels, self.kernels("input"), strict=False)
        of_x = [v @ self.columns(w) for v, w in read]
        parts = np.split(h, self.form.groups)
        heard = zip(parts, self.kernels("recurrent"), strict=True)
        of_h = [v @ self.columns(w) for v, w in heard]
        bias = self.columns(np.atleast_2d(self.weights["bias"])).sum(1)
        gates = np.hstack(of_x) + np.hstack(of_h) + bias
        is_residual = self.form.kind == "pru" and len(x) == self.form.units
        return gates + x if is_residual else gates

    def step(self, x, h, c):
        *i, f, g, o = self.gates(x, h)
        i = sigmoid(i[0]) if i else 1 - sigmoid(f)
        c = sigmoid(f) * c + i * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        if self.form.projection:
            h = h @ self.weights["projection/kernel"]
        return h, c


def test_keras_and_the_file_are_the_equations(model):
    content = convert.convert_here(model)
    found = inspect.inspect(content)
    assert not found.custom_operations
    operations = {each.name for each in found.operations}
    assert operations.isdisjoint(("TRANSPOSE", "GATHER_ND"))  # No shuffle.
    step, keras_step = load_step(content), KerasStep(model)
    state = other = step.initial_state()
    cells = [Published(model, k) for k, _ in enumerate(model.cells)]
    memory = [(np.zeros(c.outputs), np.zeros(c.units)) for c in model.cells]
    table = model.maps["embedding"].matrix()
    for word in IDS:
        x = table[word]
        for k, cell in enumerate(cells):
            memory[k] = cell.step(x, *memory[k])
            x = memory[k][0]
        expected = x @ table.T + model.softmax.bias.numpy()
        logits, state = step(word, state)
        found, other = keras_step(word, other)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_allclose(logits, expected, atol=1e-5)
        np.testing.assert_allclose(state, other, atol=1e-5)


def test_survives_saving(model, tmp_path):
    storage.save(model, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    assert loaded.config == model.config
    words = np.array([IDS], np.int32)
    np.testing.assert_array_equal(loaded(words), model(words))


@pytest.mark.parametrize("size, kernel", [(8, 3), (7, 3), (8, 5), (5, 1)])
def test_pool_is_the_mean_of_neighbours(size, kernel):
    x = np.random.default_rng(0).normal(size=(3, size)).astype(np.float32)
    expected = [pooled(row, kernel) for row in x]
    np.testing.assert_allclose(pool(tf.constant(x), kernel), expected, 1e-5)


def test_levels_take_half_and_the_first_the_rest():
    assert level_shapes(400, 1400, 2) == [(400, 4200), (200, 1400)]
    assert level_shapes(96, 64, 3) == [(96, 160), (48, 64), (24, 32)]


# Mehta et al. 2018, table of the Penn Treebank; the weights of their program.
@pytest.mark.parametrize(
    "units, groups, published",
    [(1000, 1, 18_969_200), (1200, 2, 18_512_400), (1400, 4, 18_895_600)],
)
def test_weights_are_as_many_as_published(units, groups, published):
    layers = [LayerConfig("pru", n, groups=groups) for n in (units, units, 400)]
    config = ModelConfig(10_000, 400, tuple(layers))
    biases = sum(math.prod(CELLS["pru"].bias_shape(n.units)) for n in layers)
    weights = sum(math.prod(shape) for shape in map_shapes(config).values())
    assert weights + biases + config.vocabulary_size == published


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"kind": "gru", "groups": 2}, "a gru layer has no groups, got 2"),
        ({"kind": "lstm", "groups": 3}, "3 groups do not divide 16"),
        ({"kind": "pru", "projection": 6, "groups": 4}, "do not divide 6"),
        ({"kind": "lstm", "groups": 0}, "whole number of at least 1, got 0"),
        ({"kind": "pru", "pooling": (2,)}, "odd whole numbers such as (5, 3)"),
        ({"kind": "pru", "pooling": (3,) * 4}, "5 levels does not fit 16 unit"),
    ],
)
def test_what_cannot_be_is_refused(fields, message):
    assert message in refusal(LayerConfig, units=16, **fields)


@pytest.mark.parametrize("layer", [NETS["pru"][0], NETS["grouped"][0]])
@pytest.mark.parametrize("function", [to_keras, state_dict])
def test_no_other_tool_has_one(layer, function):
    message = refusal(function, build((layer,)))
    assert f"kind '{layer.kind}' with groups={layer.groups}" in message


@pytest.mark.parametrize("method", [RemoveUnits(), SharedProjection(rank=2)])
def test_units_that_are_shared_out_stay(method):
    layers = (LayerConfig("lstm", 12), LayerConfig("pru", 12, groups=3))
    model = build(layers)
    message = refusal(method, model, skip_training)
    assert "layer_0" in message and "is read by a pru" in message
    assert with_fewer_units(model.config, 0.5) == model.config
    message = refusal(method, build(layers[1:]), skip_training)
    assert "shares its units out to several matrices" in message
