"""What every compression method promises, checked for every method.

A new method needs a line in `METHODS` here, and keeps all of these.
"""

import itertools

import numpy as np
import pytest

from tflm import compress
from tflm import model as models
from tflm.compress import skip_training
from tflm.model import KerasStep
from tflm.tflite import convert, inspect, load

# One of each method, sized for the small models of these tests; those of one
# kind that differ in what they do are each here.
METHODS = {
    "LowRank": compress.LowRank(rank=4),
    "LowRank from scratch": compress.LowRank(rank=4, initial="random"),
    "TensorTrain": compress.TensorTrain(rank=2),
    "TensorTrain from scratch": compress.TensorTrain(rank=2, initial="random"),
    "Prune": compress.Prune(sparsity=0.5, ramp_steps=5),
    "Prune in blocks": compress.Prune(sparsity=0.5, block=4, ramp_steps=5),
}
CELLS = ("lstm", "cifg", "gru")
MAPS = (
    "embedding",
    "softmax",
    "lstm_0/input",
    "lstm_0/recurrent",
    "lstm_0/projection",
    "lstm_1/input",
)


@pytest.fixture(params=METHODS)
def method(request):
    return METHODS[request.param]


@pytest.fixture(scope="module", params=METHODS)
def done(request, ids, fit):
    """A method's argument, a copy of its weights, and its trained result."""
    layers = (models.LayerConfig("cifg", 16, 8),)
    model = models.build_model(
        models.ModelConfig(60, 8, layers, init_scale=0.4)
    )
    before = {n: w.numpy() for n, w in model.named_weights().items()}
    trained = []

    def watched(smaller):
        trained.append(smaller)
        fit(smaller)

    smaller = METHODS[request.param](model, watched)
    return model, before, smaller, trained


def nonzeros(layer):
    """Size as every method claims it: weights that are not zero."""
    return sum(int(np.count_nonzero(w.numpy())) for w in layer.weights)


def test_every_method_is_here():
    kinds = dict.fromkeys(type(m).__name__ for m in METHODS.values())
    assert [*kinds] == [*compress.METHODS]


def test_text_round_trip(method):
    assert compress.parse(repr(method)) == method


def test_leaves_its_argument_alone(done):
    model, before, _, _ = done
    assert model.projection is None
    for name, weight in model.named_weights().items():
        np.testing.assert_array_equal(weight, before[name])


def test_keeps_the_output_shape(done, ids):
    model, _, smaller, _ = done
    words = ids[np.newaxis, :6]
    assert smaller(words).shape == model(words).shape


def test_is_trained_once(done):
    assert len(done[3]) == 1


def test_is_smaller(done):
    model, _, smaller, _ = done
    assert nonzeros(smaller) < nonzeros(model)


def test_survives_saving(done, ids, tmp_path):
    smaller, words = done[2], ids[np.newaxis, :6]
    models.save(smaller, tmp_path / "model.npz")
    loaded = models.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(loaded(words), smaller(words))


@pytest.mark.parametrize("name", MAPS)
def test_works_on_every_map_alone(method, make_model, name):
    model = make_model("lstm", tied=False, layers=2)
    scoped = compress.parse(repr(method).replace("'.*'", repr(name)))
    smaller = scoped(model, skip_training)
    for other, weight in model.named_weights().items():
        if not other.startswith(f"{name}/"):
            found = smaller.named_weights()[other]
            np.testing.assert_array_equal(found, weight)
    assert nonzeros(smaller.maps[name]) < nonzeros(model.maps[name])


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_file_agrees_with_keras(method, make_model, kind, tied):
    smaller = method(make_model(kind, tied), skip_training)
    content = convert.convert_here(smaller)
    assert not inspect.inspect(content).custom_operations
    step, keras_step = load.load(content), KerasStep(smaller)
    state = other = step.initial_state()
    for word in (0, 5, 17, 59):
        logits, state = step(word, state)
        expected, other = keras_step(word, other)
        np.testing.assert_allclose(logits, expected, atol=1e-5)
        np.testing.assert_allclose(state, other, atol=1e-5)


@pytest.mark.parametrize("format", ["int8", "int4"])
def test_file_quantizes(method, make_model, format):
    # Wide enough that no bias is a hundredth of the file.
    model = make_model("lstm", embedding_size=32, projection=32)
    smaller = method(model, skip_training)
    content = convert.convert_here(smaller, format)
    convert.check(content, smaller, format)


@pytest.mark.parametrize(
    "pair", itertools.permutations(METHODS, 2), ids=" then ".join
)
def test_composes_with_each_other(pair, make_model, ids):
    first, second = (METHODS[name] for name in pair)
    if "block" in repr(second) and "block=1" not in repr(second):
        if isinstance(first, compress.TensorTrain):
            with pytest.raises(ValueError, match="tensor train"):
                second(first(make_model(), skip_training), skip_training)
            return
    smaller = compress.apply([first], make_model(), skip_training)
    try:
        both = second(smaller, skip_training)
    except ValueError as error:
        assert "no map smaller" in str(error)
        return
    assert np.isfinite(both(ids[np.newaxis, :6])).all()
