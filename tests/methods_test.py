"""What every compression method promises, checked for every method.

A new method needs a line in `METHODS` here, and keeps all of these.
"""

import dataclasses
import itertools
import re
import zlib

import numpy as np
import pytest

from tflm import compression
from tflm.compression import skip_training
from tflm.model import storage
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.keras_step import KerasStep
from tflm.tflite import convert, inspect, quantize
from tflm.tflite.interpreter import load_step

# One of each method, sized for the small models of these tests; those of one
# kind that differ in what they do are each here.
METHODS = {
    "LowRank": compression.LowRank(rank=4),
    "LowRank weighted": compression.LowRank(rank=4, initial="weighted"),
    "LowRank from scratch": compression.LowRank(rank=4, initial="random"),
    "SharedProjection": compression.SharedProjection(rank=4),
    "TensorTrain": compression.TensorTrain(rank=2),
    "TensorTrain from scratch": compression.TensorTrain(
        rank=2, initial="random"
    ),
    "TensorTrain padded": compression.TensorTrain(
        rank=2, in_dims=(8, 8), scope="embedding|softmax"
    ),
    "Prune": compression.Prune(sparsity=0.5, ramp_steps=5),
    "Prune weighted": compression.Prune(
        sparsity=0.5, ramp_steps=5, importance="weighted"
    ),
    "Prune in blocks": compression.Prune(sparsity=0.5, block=4, ramp_steps=5),
    "QuantizeAware": compression.QuantizeAware(layers=4, tables=4),
    "Cluster": compression.Cluster(clusters=4),
    "RemoveUnits": compression.RemoveUnits(share=0.5),
    "RemoveUnits with a lasso": compression.RemoveUnits(penalty=0.001),
    "Adaptive": compression.Adaptive(cutoffs=(10, 30)),
    "Adaptive with a hierarchy": compression.Adaptive(
        cutoffs=(10, 30), hierarchical=True
    ),
}
# These differ from one above in the values of weights alone.
SAME_FORM = {
    "LowRank weighted",
    "LowRank from scratch",
    "TensorTrain from scratch",
    "Prune weighted",
    "RemoveUnits with a lasso",
}
FORMS = [name for name in METHODS if name not in SAME_FORM]
# Each cell and each way to hold the tables; the one does not know the other.
NETS = [("lstm", True), ("cifg", True), ("gru", False), ("pru", False)]
MAPS = (
    "embedding",
    "softmax",
    "layer_0/input",
    "layer_0/recurrent",
    "layer_0/projection",
    "layer_1/input",
)


# These change all that knows of a layer's units, which must be in one matrix.
OF_WHOLE_LAYERS = compression.RemoveUnits, compression.SharedProjection
# Nets with what a method needs, where it is not in the smallest keyboard.
PLAIN_LAYERS = {"projection": 0, "layers": 2, "embedding_size": 16}


def net_for(*methods):
    """Returns what `make_model` must be told for a net that they all suit."""
    projects = any(isinstance(m, compression.SharedProjection) for m in methods)
    return PLAIN_LAYERS if projects else {}


@pytest.fixture(params=METHODS)
def method(request):
    return METHODS[request.param]


@pytest.fixture(scope="module", params=METHODS)
def done(request, ids, fit):
    """A method's argument, a copy of its weights, and its trained result."""
    layers, width = (LayerConfig("cifg", 16, 8),), 8
    if net_for(METHODS[request.param]):
        layers, width = (LayerConfig("cifg", 16),) * 2, 16
    model = build_model(ModelConfig(60, width, layers, init_scale=0.4))
    before = {n: w.numpy() for n, w in model.named_weights().items()}
    trained = []

    def watched(smaller):
        trained.append(smaller)
        fit(smaller)

    smaller = METHODS[request.param](model, watched)
    return model, before, smaller, trained


def zip_bytes(layer):
    """Size as every method claims it: fewer weights, zeros or values."""
    weights = b"".join(w.numpy().tobytes() for w in layer.weights)
    return len(zlib.compress(weights))


def test_every_method_is_here():
    kinds = dict.fromkeys(type(m).__name__ for m in METHODS.values())
    assert [*kinds] == [*compression.METHODS]


def test_text_round_trip(method):
    assert compression.parse(repr(method)) == method


def test_leaves_its_argument_alone(done):
    model, before, _, _ = done
    assert model.constraint is None
    for name, weight in model.named_weights().items():
        np.testing.assert_array_equal(weight, before[name])


def test_keeps_the_output_shape(done, ids):
    model, _, smaller, _ = done
    words = ids[np.newaxis, :6]
    assert smaller(words).shape == model(words).shape


def test_is_trained_once(done, request):
    name = request.node.callspec.params["done"]
    # The lasso finds the units, and what is left of the net trains again.
    assert len(done[3]) == (2 if "lasso" in name else 1)


def test_is_smaller(done):
    model, _, smaller, _ = done
    assert zip_bytes(smaller) < zip_bytes(model)


def test_survives_saving(done, ids, tmp_path):
    smaller, words = done[2], ids[np.newaxis, :6]
    storage.save(smaller, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded(words), smaller(words))


def makes_sense_on(name, method):
    """A method's own scope holds the maps that it makes sense on."""
    if isinstance(method, compression.SharedProjection):
        return False  # The layers of this net have a projection.
    if getattr(method, "in_dims", ()):
        return re.fullmatch(method.scope, name)
    if getattr(method, "hierarchical", False):
        return name == "softmax"
    return re.fullmatch(type(method).scope, name)


@pytest.mark.parametrize("name", MAPS)
def test_works_on_every_map_alone(method, make_model, name):
    model = make_model("lstm", tied=False, layers=2)
    scoped = dataclasses.replace(method, scope=name)
    if not makes_sense_on(name, method):
        with pytest.raises(ValueError, match=name):
            scoped(model, skip_training)
        return
    smaller = scoped(model, skip_training)
    # Units are not in one map alone, but in all of a layer.
    is_layer = isinstance(method, compression.RemoveUnits)
    changed = name.partition("/")[0] if is_layer else name
    for other, weight in model.named_weights().items():
        if not other.startswith(f"{changed}/"):
            found = smaller.named_weights()[other]
            np.testing.assert_array_equal(found, weight)
    assert zip_bytes(smaller.maps[name]) < zip_bytes(model.maps[name])


@pytest.mark.parametrize(
    "name, kind, tied",
    [
        *((name, *net) for name in FORMS for net in NETS),
        *((name, "cifg", True) for name in sorted(SAME_FORM)),
    ],
)
def test_file_agrees_with_keras(make_model, name, kind, tied):
    method = METHODS[name]
    groups = 2 if kind == "pru" else 1
    model = make_model(kind, tied, groups=groups, **net_for(method))
    if kind == "pru" and isinstance(method, OF_WHOLE_LAYERS):
        with pytest.raises(ValueError, match="shares its units out"):
            method(model, skip_training)
        return
    smaller = method(model, skip_training)
    content = convert.convert_here(smaller)
    assert not inspect.inspect(content).custom_operations
    step, keras_step = load_step(content), KerasStep(smaller)
    state = other = step.initial_state()
    for word in (0, 5, 17, 59):
        logits, state = step(word, state)
        expected, other = keras_step(word, other)
        np.testing.assert_allclose(logits, expected, atol=1e-5)
        np.testing.assert_allclose(state, other, atol=1e-5)


@pytest.mark.parametrize("name", FORMS)
def test_layers_of_all_kinds_are_no_obstacle(name, ids):
    kinds = "rnn", "scale", "gru_reset_before", "dense", "layer_norm", "lstm"
    layers = tuple(LayerConfig(kind, 16) for kind in kinds)
    layers += (LayerConfig("pru", 16, groups=4),)
    model = build_model(ModelConfig(60, 12, layers, tied=False))
    smaller = METHODS[name](model, skip_training)
    assert np.isfinite(smaller(ids[np.newaxis, :6])).all()
    found = [layer.kind for layer in smaller.config.layers]
    assert found == [*kinds, "pru"]


@pytest.mark.parametrize("name", FORMS)
def test_file_quantizes(make_model, name):
    method = METHODS[name]
    # Wide enough that no bias is a hundredth of the file.
    fields = net_for(method) or {"embedding_size": 32, "projection": 32}
    model = make_model("lstm", **fields)
    smaller = method(model, skip_training)
    content = convert.convert_here(smaller)
    for file_format in ("int8", "int4"):  # As `convert` makes them of it.
        quantized = quantize.quantize(content, file_format)
        convert.check(quantized, smaller, file_format)


# What comes second sees the values of the first one's weights.
@pytest.mark.parametrize(
    "pair",
    [p for p in itertools.permutations(METHODS, 2) if p[0] in FORMS],
    ids=" then ".join,
)
def test_composes_with_each_other(pair, make_model, ids):
    first, second = (METHODS[name] for name in pair)
    if "block" in repr(second) and "block=1" not in repr(second):
        if isinstance(first, compression.TensorTrain):
            with pytest.raises(ValueError, match="tensor train"):
                second(first(make_model(), skip_training), skip_training)
            return
    words = ids[np.newaxis, :6]

    def read(model):  # It sees what training would.
        assert np.isfinite(model(words)).all()

    model = make_model(**net_for(first, second))
    smaller = compression.apply([first], model, skip_training)
    try:
        both = second(smaller, read)
    except ValueError as error:
        reasons = ("no map smaller", "hierarchical", "cannot lose units")
        reasons += ("put SharedProjection first",)
        assert any(reason in str(error) for reason in reasons)
        return
    assert np.isfinite(both(words)).all()
