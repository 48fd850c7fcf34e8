"""The tagger: its equations, its state, its file."""

import numpy as np
import pytest
import tensorflow as tf

from tflm import compression
from tflm.compression import skip_training
from tflm.model import config_file, storage
from tflm.model.build import build_model
from tflm.model.config import LayerConfig
from tflm.model.presets import preset
from tflm.model.tagger_config import TaggerConfig
from tflm.text.tagged.windows import labels_before, windows
from tflm.tflite import convert, inspect
from tflm.tflite.tag_interpreter import load_tag_steps

DENSE = LayerConfig("dense", 12, activation="relu")
NETS = {
    "label dependencies": {"layers": (DENSE,)},
    "deep": {"layers": (DENSE, LayerConfig("dense", 6, activation="relu"))},
    "Jordan": {"layers": (DENSE,), "previous": 1, "label_size": 0},
    "without labels": {"layers": (DENSE,), "previous": 0},
    "Elman": {"layers": (LayerConfig("rnn", 8),), "previous": 0},
    "lstm": {"layers": (LayerConfig("lstm", 8),), "previous": 1},
    "gru backward": {
        "layers": (LayerConfig("gru", 8),),
        "direction": "backward",
    },
    "cifg both": {
        "layers": (LayerConfig("cifg", 8), LayerConfig("cifg", 10)),
        "direction": "both",
    },
}


def shape(**fields):
    return TaggerConfig(
        **{
            "vocabulary_size": 40,
            "embedding_size": 6,
            "labels": 5,
            "label_size": 4,
            "suffixes": 10,
            "suffix_size": 2,
            "window": 2,
            "previous": 3,
            "init_scale": 0.5,
        }
        | fields
    )


@pytest.fixture(params=NETS)
def net(request):
    return build_model(shape(**NETS[request.param]), seed=1)


@pytest.fixture(scope="module")
def tokens():
    """A sentence of eight words, as windows of words and suffixes."""
    random = np.random.default_rng(0)
    ids = np.stack([random.integers(2, 40, 8), random.integers(2, 10, 8)], 1)
    return windows(ids.astype(np.int32), 2)


def test_a_step_is_the_papers_equations(tokens):
    model = build_model(shape(layers=(DENSE,)), seed=1)
    matrix = {name: m.matrix() for name, m in model.maps.items()}
    state = np.array([[0, 2, 5]], np.float32)  # None, label 1, label 4.
    words = matrix["embedding"][tokens[3][:5]].ravel()
    suffixes = matrix["suffixes"][tokens[3][5:]].ravel()
    labels = matrix["labels"][[0, 2, 5]].ravel()
    x = np.concatenate([words, suffixes, labels])
    hidden = np.maximum(x @ matrix["layer_0/input"], 0)
    expected = hidden @ matrix["softmax"].T
    logits, new_state = model.step(tokens[3], state)
    np.testing.assert_allclose(logits[0], expected, atol=1e-6)
    assert new_state.numpy().tolist() == [[2, 5, expected.argmax() + 1]]


def test_jordans_labels_are_one_number_each(tokens):
    model = build_model(shape(**NETS["Jordan"]), seed=1)
    kernel = model.maps["layer_0/input"].matrix()
    none, third = (
        model._read(tokens[:1], np.array([[label]], np.int32)).numpy()
        for label in (0, 3)
    )
    assert (third - none)[0, -5:].tolist() == [0, 0, 1, 0, 0]
    assert len(kernel) == 5 * 6 + 5 * 2 + 5


def test_training_reads_what_the_steps_read(net, tokens):
    steps = zip(net.readers, net.steps, net.sizes, strict=True)
    for reader, step, size in steps:
        state = tf.zeros([1, size])
        found, labels = [], []
        for token in tokens:
            logits, state = step(token, state)
            found.append(logits[0])
            labels.append(int(tf.argmax(logits[0])))
        before = labels_before(np.array(labels, np.int32), net.config.previous)
        hidden = net.hidden_of(reader, tokens[np.newaxis], before[np.newaxis])
        expected = reader.softmax(hidden[0])
        np.testing.assert_allclose(expected, found, atol=1e-5)


def test_a_net_comes_back_from_its_file(net, tokens, tmp_path):
    storage.save(net, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    assert loaded.config == net.config
    sentence = tokens[np.newaxis]
    np.testing.assert_array_equal(loaded(sentence), net(sentence))


@pytest.mark.parametrize("name", ["label dependencies", "cifg both"])
def test_its_file_says_what_it_says(name, tokens):
    model = build_model(shape(**NETS[name]), seed=1)
    content = convert.convert(model, "int8")  # Which proves the logits.
    steps = load_tag_steps(content)
    assert len(steps) == len(model.config.directions)
    for step, size in zip(steps, model.sizes, strict=True):
        assert step.tokens == 10
        assert step.label_count == 5
        assert step.state_size == size
    assert not inspect.inspect(content).custom_operations


def test_a_file_without_any_state_has_one_number_for_it(tokens):
    model = build_model(shape(**NETS["without labels"]), seed=1)
    [step] = load_tag_steps(convert.convert(model, "float32"))
    assert step.state_size == 1
    found, _ = step(tokens[0], step.initial_state())
    expected, _ = model.step(tokens[0], tf.zeros([1, 1]))
    np.testing.assert_allclose(found, expected[0], atol=1e-5)


@pytest.mark.parametrize(
    "method",
    [
        compression.LowRank(rank=2, initial="weighted"),
        compression.TensorTrain(rank=2, scope="embedding|layer_.*"),
        compression.Prune(sparsity=0.5, importance="weighted"),
        compression.QuantizeAware(layers=4, tables=4),
        compression.Cluster(clusters=4),
        compression.RemoveUnits(share=0.5),
        compression.SharedProjection(rank=3),
        compression.Adaptive(cutoffs=(10, 30), scope="embedding"),
    ],
    ids=lambda method: type(method).__name__,
)
def test_methods_apply_to_both_directions(method, tokens, tmp_path):
    model = build_model(shape(**NETS["cifg both"]), seed=1)
    before = {n: w.numpy() for n, w in model.named_weights().items()}
    smaller = method(model, skip_training)
    for name, weight in model.named_weights().items():
        np.testing.assert_array_equal(weight, before[name])
    storage.save(smaller, tmp_path / "smaller.npz")
    loaded = storage.load(tmp_path / "smaller.npz")
    steps = zip(smaller.steps, loaded.steps, smaller.sizes, strict=True)
    for step, other, size in steps:
        state = tf.zeros([1, size])
        logits, _ = step(tokens[0], state)
        assert logits.shape == [1, 5]
        np.testing.assert_array_equal(other(tokens[0], state)[0], logits)
    changed = [
        name
        for name, weight in smaller.named_weights().items()
        if name.startswith("layer_1")
        and not np.array_equal(weight, before.get(name, ()))
    ]
    assert changed or method.scope == "embedding"


def test_a_shape_comes_back_from_json():
    config = shape(**NETS["cifg both"])
    assert config_file.parse(config.to_json()) == config
    assert config_file.parse(preset("keyboard").to_json()) == preset("keyboard")


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"window": -1}, "window must be a whole number from 0, got -1"),
        ({"labels": 1}, "a tagger needs two labels, got 1"),
        ({"suffix_size": 0}, "suffix_size must be above 0"),
        ({"direction": "up"}, "direction 'up' is unknown"),
        ({"direction": "both"}, "as many layers for each, got 1 together"),
        ({"layers": ()}, "a tagger needs a layer"),
        ({"tied": True}, "has a table of its own"),
        ({"word_dropout": 0.1}, "its training has word_noise"),
        ({"layers": (LayerConfig("scale", 6),)}, "first layer of a tagger"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(fields, words):
    with pytest.raises(ValueError, match=words) as error:
        shape(**fields)
    assert "\n" not in str(error.value)


def test_a_tagger_has_no_file_with_a_state_of_integers(tokens):
    model = build_model(shape(layers=(DENSE,)))
    with pytest.raises(ValueError, match="state holds labels: choose int8"):
        convert.convert(model, "full_int8")
