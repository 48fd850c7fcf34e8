"""Training for integers: what is rounded, when, and what the file holds."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tflm.compression import (
    Adaptive,
    LowRank,
    QuantizeAware,
    TensorTrain,
    skip_training,
)
from tflm.compression.analysis.fake_quant import (
    fake_quantize_inputs,
    fake_quantize_weights,
)
from tflm.compression.quantize_aware import FakeQuantized
from tflm.layers.weight_view import PLAIN
from tflm.model.keras_step import KerasStep
from tflm.model.surgery import replace_maps
from tflm.tflite import convert
from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.interpreter import load_step
from tflm.training.train import make_fit

BITS = {"int8": (8, 8), "int4": (4, 4), "mixed": (8, 4)}
WORDS = (0, 5, 17, 59, 3)


def normal(*shape, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("channels", [0, 1])
def test_weights_are_the_nearest_integers_times_a_scale(bits, channels):
    weights, most = normal(5, 7), 2 ** (bits - 1) - 1
    scale = np.abs(weights).max(1 - channels, keepdims=True) / most
    expected = scale * np.rint(weights / scale)
    found = fake_quantize_weights(tf.constant(weights), channels, bits)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("bits", range(2, 9))
def test_to_round_twice_is_to_round_once(bits):
    once = fake_quantize_weights(tf.constant(normal(40, 30)), 1, bits)
    np.testing.assert_array_equal(fake_quantize_weights(once, 1, bits), once)


def test_a_channel_of_zeros_stays_zero():
    weights = tf.zeros([3, 2])
    np.testing.assert_array_equal(fake_quantize_weights(weights, 1, 4), weights)


def test_inputs_have_256_levels_in_each_row_and_an_exact_zero():
    x = normal(3, 1000) * [[1], [10], [0.1]] + [[0], [5], [0]]
    x[:, 0] = 0
    found = fake_quantize_inputs(tf.constant(x, tf.float32)).numpy()
    step = (x.max(1) - np.minimum(x.min(1), 0)) / 255
    assert (np.abs(found - x).max(1) <= 0.5001 * step + 1e-6).all()
    assert all(100 < len(np.unique(row)) <= 256 for row in found)
    assert not found[:, 0].any()


def test_inputs_of_zeros_stay_zero():
    assert not fake_quantize_inputs(tf.zeros([2, 4])).numpy().any()


def test_gradient_is_that_of_the_rounded_product_straight_through():
    x, w, target = normal(4, 6), normal(6, 3, seed=1), normal(4, 3, seed=2)
    x, w = tf.constant(x), tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        product = tf.matmul(
            fake_quantize_inputs(x), fake_quantize_weights(w, 1, 4)
        )
        loss = tf.reduce_sum(tf.square(product - target)) / 2
    dx, dw = tape.gradient(loss, [x, w])
    seen_x, seen_w = (
        fake_quantize_inputs(x).numpy(),
        fake_quantize_weights(w, 1, 4).numpy(),
    )
    error = seen_x @ seen_w - target
    np.testing.assert_allclose(dx, error @ seen_w.T, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(dw, seen_x.T @ error, rtol=1e-5, atol=1e-6)


def integers(file):
    """Yields the integers of each constant matrix of a file, and its scales."""
    model = verify.read(file)
    for tensor in model.subgraphs[0].tensors:
        dtype = content.type_name(tensor.type)
        if dtype in ("INT4", "INT8"):
            data = model.buffers[tensor.buffer].data
            if dtype == "INT4":
                data = np.stack([data << 4, data & 0xF0], 1).ravel()
                data = data.astype(np.uint8).view(np.int8) >> 4
            codes = data.view(np.int8).reshape(content.shape(tensor))
            axis = tensor.quantization.quantizedDimension
            scales = np.moveaxis(
                np.reshape(tensor.quantization.scale, [1, -1]), -1, axis
            )
            yield codes, scales


def constants(model):
    """Returns the matrices that the file of a model of dense maps holds."""
    maps = {n: m.kernel.numpy() for n, m in model.maps.items()}
    cell = [maps.pop("layer_0/input"), maps.pop("layer_0/recurrent")]
    if model.config.layers[0].kind != "gru":
        cell = [np.concatenate(cell)]
    columns = [*cell, maps.pop("layer_0/projection")]
    return [*maps.values(), *(matrix.T for matrix in columns)]


@pytest.mark.parametrize("kind", ["cifg", "gru"])
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("file_format", BITS)
def test_the_file_holds_exactly_the_weights(
    make_model, kind, tied, file_format
):
    model = QuantizeAware(*BITS[file_format])(
        make_model(kind, tied), skip_training
    )
    file = convert.convert_here(model, file_format)
    found = [codes * scales for codes, scales in integers(file)]
    expected = constants(model)
    assert len(found) == len(expected)
    for matrix in expected:
        assert any(np.array_equal(matrix, other) for other in found)


def read(step):
    """Returns the logits of a few words."""
    state, logits = step.initial_state(), []
    for word in WORDS:
        found, state = step(word, state)
        logits.append(found)
    return np.stack(logits)


def are_clear(x):
    """Tells of each row whether none of its numbers is near a level's border.

    The last digits of a sum hang on the order of its terms, which every
    processor has its own of: a number on a border falls to either side. In a
    row as low as high zero lies on one, but such rows come from a table of
    integers, where nothing is summed.
    """
    low = np.minimum(x.min(1, keepdims=True), 0)
    high = np.maximum(x.max(1, keepdims=True), 0)
    zero = np.where(low == -high, 0, low)
    levels = np.hstack([x, zero]) * 255 / np.maximum(high - low, 1e-9)
    return (np.abs(levels % 1 - 0.5) > 3e-4).all(1)


def clear_steps(model, words, monkeypatch):
    """Returns the steps of a text whose inputs to each product are clear.

    Each is the word and the state that it is read in, and what `model` makes
    of them: logits and the next state.
    """
    step, clear = KerasStep(model), np.ones(len(words), bool)
    steps, state = [], step.initial_state()
    for word in words:
        logits, after = step(word, state)
        steps.append((word, state, logits, after))
        state = after

    def watched(_, x):
        nonlocal clear
        # A train makes several rows of one.
        clear &= are_clear(x.numpy()).reshape(len(words), -1).all(1)
        return fake_quantize_inputs(x)

    with monkeypatch.context() as patch:
        patch.setattr(FakeQuantized, "inputs", watched)
        states = np.concatenate([state for _, state, _, _ in steps])
        model.step(tf.constant(words), states)
    return [
        step for step, is_clear in zip(steps, clear, strict=True) if is_clear
    ]


MAPS = {
    "dense": None,
    "low rank": LowRank(rank=4),
    "tensor train": TensorTrain(rank=2),
    "adaptive": Adaptive(cutoffs=(10, 30)),
    "hierarchical": Adaptive(cutoffs=(10, 30), hierarchical=True),
}


# "mixed" has both numbers of bits, of which a product knows its own alone.
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize(
    "maps, file_format",
    [
        *((maps, "mixed") for maps in MAPS),
        ("dense", "int4"),
        ("tensor train", "int4"),
    ],
)
def test_training_sees_what_the_file_computes(
    make_model, ids, tied, maps, file_format, monkeypatch
):
    model = make_model("cifg", tied)
    if before := MAPS[maps]:
        model = before(model, skip_training)
    method, seen = QuantizeAware(*BITS[file_format]), []
    model = method(model, skip_training)

    def watch(seeing):
        seen.extend(clear_steps(seeing, ids[:50], monkeypatch))

    method(model, watch)
    assert len(seen) >= 10
    file = load_step(convert.convert_here(model, file_format), xnnpack=True)
    for word, state, *expected in seen:
        for found, wanted in zip(file(word, state), expected, strict=True):
            # One input one level of 256 off would change one by 1e-5.
            np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-6)


@pytest.mark.parametrize("file_format", BITS)
def test_the_file_is_the_float_model_up_to_its_inputs(make_model, file_format):
    model = QuantizeAware(*BITS[file_format])(make_model(), skip_training)
    file = load_step(convert.convert_here(model, file_format))
    expected = read(KerasStep(model))
    np.testing.assert_allclose(
        read(file), expected, atol=0.02 * np.ptp(expected)
    )


def test_the_weights_after_training_are_those_that_training_saw(model, fit):
    last = []

    def watched(seeing):
        fit(seeing)
        last.append(read(KerasStep(seeing)))

    method = QuantizeAware(layers=4, tables=4)
    model = method(model, watched)
    method(model, lambda seeing: last.append(read(KerasStep(seeing))))
    np.testing.assert_array_equal(last[0], last[1])


def loss(step, text):
    """Returns the mean of -log p of each next word, in nats."""
    state, total = step.initial_state(), 0.0
    for word, after in zip(text, text[1:], strict=False):
        logits, state = step(int(word), state)
        total += np.log(np.exp(logits - logits[after]).sum())
    return total / (len(text) - 1)


def test_training_for_4_bits_gives_a_better_file_of_4_bits(
    model, ids, training_config
):
    def fit_for(epochs):
        config = dataclasses.replace(training_config, epochs=epochs)
        return make_fit(ids, ids[:300], config, bar=False)

    fit_for(10)(model)  # Rounding costs only who has learnt something.
    plain = replace_maps(model, {})
    fit_for(2)(plain)
    aware = QuantizeAware(layers=4, tables=4)(model, fit_for(2))
    files = [convert.convert_here(m, "int4") for m in (aware, plain)]
    better, worse = (loss(load_step(file), ids[:400]) for file in files)
    assert better < worse - 0.03


def test_a_tied_factor_stays_as_trained_where_its_uses_disagree(model):
    factorised = LowRank(rank=4, scope="embedding")(model, skip_training)
    rounded = QuantizeAware(layers=4, tables=4)(factorised, skip_training)
    before, after = factorised.maps["embedding"], rounded.maps["embedding"]
    np.testing.assert_array_equal(after.right, before.right)
    expected = fake_quantize_weights(before.left, 0, 4)
    np.testing.assert_array_equal(after.left, expected)


def test_only_the_scope_is_rounded(model):
    scope = "layer_0/recurrent"
    rounded = QuantizeAware(4, 4, scope)(model, skip_training)
    for name, linear in model.maps.items():
        same = np.array_equal(rounded.maps[name].kernel, linear.kernel)
        assert same == (name != scope)


def test_the_two_maps_of_a_fused_product_share_its_scales(model):
    model.maps["layer_0/input"].kernel.assign(normal(8, 48) * 10)
    rounded = QuantizeAware(4, 4, "layer_0/recurrent")(model, skip_training)
    # Beside weights so large the others are under half a step of 4 bits.
    assert not rounded.maps["layer_0/recurrent"].kernel.numpy().any()


def test_the_lenses_are_gone_after_it(model):
    rounded = QuantizeAware()(model, skip_training)
    assert all(m.view is PLAIN for m in rounded.maps.values())
    assert all(m.view is PLAIN for m in model.maps.values())


@pytest.mark.parametrize("bits", [1, 17, 4.0, True, "4", None])
@pytest.mark.parametrize("field", ["layers", "tables"])
def test_bits_are_whole_numbers_from_2_to_16(field, bits):
    with pytest.raises(ValueError, match=f"{field} must be a whole number"):
        QuantizeAware(**{field: bits})


def test_a_scope_without_maps_is_refused_before_training(model):
    with pytest.raises(ValueError, match="did you mean embedding"):
        QuantizeAware(scope="embeding")(model, pytest.fail)
