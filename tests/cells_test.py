import functools

import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from tflm.layers import kinds
from tflm.layers.cell_kinds import CELLS
from tflm.layers.grouped import GroupedMap
from tflm.layers.pyramidal import PyramidalMap
from tflm.layers.unrolled import read_all, unroll
from tflm.model import config

ROWS, INPUTS, UNITS, PROJECTED = 3, 5, 8, 4
each_kind = pytest.mark.parametrize("kind", CELLS)
each_projection = pytest.mark.parametrize(
    "projection", [0, PROJECTED], ids=["plain", "projected"]
)


def dense(inputs, outputs):
    return kinds.make({"kind": "dense"}, inputs, outputs, 0.7, "dense")


def input_map(kind, columns):
    if kind != "pru":
        return dense(INPUTS, columns)
    levels = dense(INPUTS, columns * 3 // 4), dense(3, columns // 4)
    return PyramidalMap(levels, (3,), "pyramid")


def untrained(kind, projection=0):
    gates = CELLS[kind].GATES * UNITS
    return CELLS[kind](
        input_map(kind, gates),
        dense(projection or UNITS, gates),
        dense(UNITS, projection) if projection else None,
        kind,
    )


def make(kind, projection=0):
    cell = untrained(kind, projection)
    cell.bias.assign(normal(*cell.bias_shape(cell.units)))
    return cell


def normal(*shape, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=shape).astype(np.float32)


def states(cell):
    return [normal(ROWS, n, seed=n) for n in cell.state_sizes]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def equation(kind, cell, x, states):
    """Returns the output and the states of one word, in NumPy."""
    h, memory = states[0], states[-1]
    if kind == "gru_reset_before":
        return reset_before(cell, x, memory)
    from_x = x @ cell.input_map.matrix()
    from_h = h @ cell.recurrent.matrix()
    bias = cell.bias.numpy()
    if kind == "gru":
        x_z, x_r, x_g = np.split(from_x + bias[0], 3, 1)
        h_z, h_r, h_g = np.split(from_h + bias[1], 3, 1)
        z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
        hidden = memory = z * memory + (1 - z) * np.tanh(x_g + r * h_g)
    elif kind == "rnn":
        hidden = np.tanh(from_x + from_h + bias)
    else:
        if kind == "pru":
            bias = bias.sum(0)
        gates = from_x + from_h + bias
        *i, f, g, o = by_gate(gates, cell.GATES, cell.segment)
        i = sigmoid(i[0]) if i else 1 - sigmoid(f)
        memory = sigmoid(f) * memory + i * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(memory)
    if cell.projection:
        hidden = hidden @ cell.projection.matrix()
    return hidden, [hidden, memory][: len(states)]


def by_gate(gates, count, segment):
    """Returns each gate [rows, units] of what goes by segment, then gate."""
    parts = gates.reshape(len(gates), -1, count, segment)
    return [parts[:, :, gate].reshape(len(gates), -1) for gate in range(count)]


def reset_before(cell, x, u):
    x_z, x_r, x_g = np.split(x @ cell.input_map.matrix() + cell.bias, 3, 1)
    projection = cell.projection.matrix() if cell.projection else np.eye(UNITS)
    h_z, h_r, _ = np.split(u @ projection @ cell.recurrent.matrix(), 3, 1)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    _, _, h_g = np.split((r * u) @ projection @ cell.recurrent.matrix(), 3, 1)
    u = z * u + (1 - z) * np.tanh(x_g + h_g)
    return u @ projection, [u]


@each_kind
@each_projection
def test_step_is_the_equation(kind, projection):
    cell = make(kind, projection)
    x, before = normal(ROWS, INPUTS), states(cell)
    expected, after = equation(kind, cell, x, before)
    found, found_after = cell.stepper()(x, before)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    for state, expected in zip(found_after, after, strict=True):
        np.testing.assert_allclose(state, expected, atol=1e-5)


@pytest.mark.parametrize(
    "kind, stock",
    [
        ("lstm", keras.layers.LSTMCell),
        ("gru", functools.partial(keras.layers.GRUCell, reset_after=True)),
        (
            "gru_reset_before",
            functools.partial(keras.layers.GRUCell, reset_after=False),
        ),
        ("rnn", keras.layers.SimpleRNNCell),
    ],
    ids=["lstm", "gru", "gru_reset_before", "rnn"],
)
def test_step_is_that_of_keras(kind, stock):
    cell, stock = make(kind), stock(UNITS)
    x, before = normal(ROWS, INPUTS), states(cell)
    stock.build([None, INPUTS])
    stock.set_weights(
        [cell.input_map.matrix(), cell.recurrent.matrix(), cell.bias.numpy()]
    )
    expected, after = stock(x, [tf.constant(state) for state in before])
    found, found_after = cell.stepper()(x, before)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    for state, expected in zip(
        found_after, tf.nest.flatten(after), strict=True
    ):
        np.testing.assert_allclose(state, expected, atol=1e-6)


@each_kind
@each_projection
def test_state_sizes_are_those_of_the_states(kind, projection):
    cell = make(kind, projection)
    output, after = cell.stepper()(normal(ROWS, INPUTS), states(cell))
    assert [state.shape[1] for state in after] == cell.state_sizes
    assert output.shape == (ROWS, cell.outputs)


@each_kind
def test_unroll_is_one_step_after_the_other(kind):
    cell = make(kind, PROJECTED)
    xs, now = normal(4, ROWS, INPUTS), states(cell)
    outputs, last = unroll(cell.stepper(), list(xs), now)
    for x, output in zip(xs, outputs, strict=True):
        expected, now = cell.stepper()(x, now)
        np.testing.assert_array_equal(output, expected)
    for state, expected in zip(last, now, strict=True):
        np.testing.assert_array_equal(state, expected)


@each_kind
@pytest.mark.parametrize("of_map", ["dense", "low_rank", "groups"])
def test_reading_all_words_at_once_learns_what_each_word_does(kind, of_map):
    cell = make(kind, PROJECTED)
    cell.recurrent = recurrent(of_map, cell)
    xs, before = tf.constant(normal(4, ROWS, INPUTS)), states(cell)
    mask, kept = normal(ROWS, cell.outputs, seed=2), list(normal(4, ROWS, 1))
    weights = cell.trainable_variables

    def at_once(xs):
        return read_all(cell, xs, before, mask, kept)

    def in_turn(xs):
        ys, last = unroll(cell.stepper(mask), tf.unstack(xs), before, kept)
        return tf.stack(ys), last

    found, expected = (
        outputs_and_gradients(read, xs, weights) for read in (at_once, in_turn)
    )
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def recurrent(of_map, cell):
    """Returns a recurrent map of a kind, of the size of the cell's own."""
    size = cell.recurrent.inputs, cell.recurrent.outputs
    if of_map == "groups":
        halves = [dense(size[0] // 2, size[1] // 2) for _ in range(2)]
        return GroupedMap(halves, "groups")
    fields = {"kind": of_map, "rank": 2} if of_map != "dense" else {}
    return kinds.make({"kind": "dense"} | fields, *size, 0.7, of_map)


def outputs_and_gradients(read, xs, weights):
    """Returns what a function of words gives, and how its sum may grow."""

    @tf.function
    def run(xs):
        with tf.GradientTape() as tape:
            tape.watch(xs)
            ys, last = read(xs)
            grown = tf.reduce_sum(ys**2) + sum(map(tf.reduce_sum, last))
        return [ys, *last, *tape.gradient(grown, [xs, *weights])]

    return run(xs)


@each_kind
@pytest.mark.parametrize("ends", [True, False], ids=["factors", "blocks"])
def test_one_fused_product_is_the_sum_of_two(kind, ends):
    cell = make(kind)
    x, before = normal(ROWS, INPUTS), states(cell)
    fused, _ = cell.stepper()(x, before)
    matrix = cell.input_map.matrix()
    ranks = matrix.shape[1:] * 2
    fields = {"kind": "adaptive", "cutoffs": (2,), "ranks": ranks}
    if ends:
        fields = {"kind": "low_rank", "rank": INPUTS}
    cell.input_map = kinds.make(fields, *matrix.shape, 0.7, "input")
    cell.input_map.approximate(matrix)  # Exactly: the rank is full.
    assert (cell.input_map.end() is not None) == ends
    found, _ = cell.stepper()(x, before)
    np.testing.assert_allclose(found, fused, atol=1e-5)


@each_kind
@each_projection
def test_mask_multiplies_the_recurrent_input_alone(kind, projection):
    cell = make(kind, projection)
    x, before = normal(ROWS, INPUTS), states(cell)
    mask = normal(ROWS, cell.outputs, seed=2)
    found, _ = cell.stepper(mask)(x, before)
    cell.recurrent.kernel.assign(mask[0][:, np.newaxis] * cell.recurrent.kernel)
    expected, _ = cell.stepper()(x, before)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)


@pytest.mark.parametrize(
    "kind, opened",
    [
        ("lstm", slice(UNITS, 2 * UNITS)),
        ("cifg", slice(0, UNITS)),
        ("gru", slice(0)),
        ("gru_reset_before", slice(0)),
        ("rnn", slice(0)),
        ("pru", slice(0)),
    ],
)
def test_only_forget_gates_begin_open(kind, opened):
    bias = untrained(kind).bias.numpy()
    expected = np.zeros_like(bias)
    expected[opened] = 1
    np.testing.assert_array_equal(bias, expected)


def test_a_shape_knows_every_cell():
    assert config.RECURRENT == (*CELLS,)
