import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
import tensorflow as tf

from tflm.layers.dropout import Dropout
from tflm.model import config_file, storage
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.identity import identity
from tflm.model.keras_step import KerasStep
from tflm.model.map_shapes import map_shapes
from tflm.model.presets import PRESETS, preset
from tflm.model.surgery import replace_maps

LOW_RANK = {"kind": "low_rank", "rank": 3}
TRAIN = {
    "kind": "tensor_train",
    "in_dims": [6, 10],
    "out_dims": [4, 2],
    "rank": 3,
}


def weights(model):
    return {n: w.numpy() for n, w in model.named_weights().items()}


def assert_same_weights(model, expected):
    found = weights(model)
    assert [*found] == [*expected]
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])


def refusal(function, *arguments):
    """Returns the message of the ValueError, which is one line."""
    with pytest.raises(ValueError) as error:
        function(*arguments)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "name, published", [("keyboard", 1_412_250), ("ptb-small", 4_641_600)]
)
def test_presets_have_the_published_size(name, published):
    softmax_bias = 10_000
    assert build_model(preset(name)).parameters == published + softmax_bias


@pytest.mark.parametrize("units", [200, 650, 1500])
def test_ptb_presets_have_the_published_shape(units):
    names = {200: "ptb-small", 650: "ptb-medium", 1500: "ptb-large"}
    shapes = map_shapes(preset(names[units])).values()
    expected = 2 * 10_000 * units + 2 * (2 * units) * (4 * units)
    assert sum(math.prod(shape) for shape in shapes) == expected


def test_an_unknown_preset_is_refused_with_the_nearest():
    message = refusal(preset, "keybord")
    assert message.startswith("preset 'keybord' is unknown: did you mean key")


@pytest.mark.parametrize("name", PRESETS)
def test_config_survives_json(name):
    config = dataclasses.replace(preset(name), maps={"embedding": LOW_RANK})
    assert config_file.parse(config.to_json()) == config


def test_a_shape_is_the_same_in_all_versions():
    shape = ModelConfig(layers=(LayerConfig("lstm", 8, 4),), embedding_size=4)
    of_0_2_0 = {
        "vocabulary_size": 10000,
        "embedding_size": 4,
        "layers": [
            {
                "kind": "lstm",
                "units": 8,
                "projection": 4,
                "activation": "linear",
            }
        ],
        "tied": True,
        "input_dropout": 0.0,
        "output_dropout": 0.0,
        "state_dropout": 0.0,
        "init_scale": 0.1,
        "maps": {},
        "hierarchical": False,
    }
    assert identity(shape) == json.dumps(of_0_2_0)
    grouped = LayerConfig("lstm", 8, 4, groups=2)
    for other in ({"layers": (grouped,)}, {"word_dropout": 0.1}):
        changed = dataclasses.replace(shape, **other)
        assert identity(changed) != identity(shape)


def test_a_tied_softmax_needs_the_width_of_the_embedding():
    message = refusal(ModelConfig, 60, 8, (LayerConfig("lstm", 16),))
    assert "got 16 and 8: set the last layer's projection to 8" in message


@pytest.mark.parametrize(
    "function, arguments, message",
    [
        (LayerConfig, ("lstn", 8), "'lstn' is unknown: give one of lstm,"),
        (LayerConfig, ("lstm", 0), "0 units and projection 0 cannot be"),
        (LayerConfig, ("lstm", 8, -1), "projection -1 cannot be"),
        (LayerConfig, ("dense", 8, 4), "no projection, got 4"),
        (
            ModelConfig,
            (60, 8, (LayerConfig("rnn", 9), LayerConfig("scale", 8))),
            "layer_1, a scale, has 8 units and reads 9",
        ),
        (LayerConfig, ("dense", 8, 0, {"module": "os"}), "'os'} is no name"),
        (ModelConfig, (60, 8, ()), "one of them must be lstm, cifg, gru"),
        (ModelConfig, (60, 8, (LayerConfig("dense", 8),)), "no layer is rec"),
    ],
)
def test_what_cannot_be_is_refused(function, arguments, message):
    assert message in refusal(function, *arguments)


def test_a_map_that_is_not_there_is_refused(make_model):
    message = refusal(lambda: make_model(maps={"softmax": LOW_RANK}))
    assert message.startswith("there is no map 'softmax': there are embedding")


def assert_step_is_call(model, ids):
    step = KerasStep(model)
    state = step.initial_state()
    for word, expected in zip(ids, model(ids[np.newaxis])[0], strict=True):
        logits, state = step(word, state)
        np.testing.assert_allclose(logits, expected, atol=1e-6)


@pytest.mark.parametrize(
    "kind, tied, layers",
    [
        *itertools.product(["lstm", "cifg", "gru"], [True, False], [1, 2]),
        ("gru_reset_before", True, 1),
        ("rnn", True, 1),
    ],
)
def test_step_is_call_word_by_word(make_model, ids, kind, tied, layers):
    assert_step_is_call(make_model(kind, tied, layers), ids[:6])


def test_step_is_call_with_layers_of_all_kinds(ids):
    kinds = LayerConfig("gru", 9), LayerConfig("lstm", 7), LayerConfig("cifg")
    dense = LayerConfig("dense", 8, activation="relu")
    model = build_model(ModelConfig(60, 8, (*kinds, dense), init_scale=0.4))
    assert_step_is_call(model, ids[:6])


def test_step_is_call_with_maps_of_all_kinds(make_model, ids):
    maps = {"embedding": TRAIN, "layer_0/recurrent": LOW_RANK}
    assert_step_is_call(make_model(maps=maps), ids[:6])


def test_hidden_goes_on_from_its_state(model, ids):
    rows = ids[:24].reshape(2, 12)
    state = tf.zeros([2, model.state_size])
    whole, end = model.hidden(rows, state)
    first, state = model.hidden(rows[:, :5], state)
    second, state = model.hidden(rows[:, 5:], state)
    halves = tf.concat([first, second], 1)
    np.testing.assert_allclose(halves, whole, atol=1e-6)
    np.testing.assert_allclose(state, end, atol=1e-6)


def test_map_names(make_model):
    assert [*make_model("lstm", tied=False, layers=2).maps] == [
        "embedding",
        "layer_0/input",
        "layer_0/recurrent",
        "layer_0/projection",
        "layer_1/input",
        "layer_1/recurrent",
        "layer_1/projection",
        "softmax",
    ]


def test_a_tied_table_is_held_once(make_model):
    tied, untied = make_model(), make_model(tied=False, embedding_size=8)
    assert untied.parameters - tied.parameters == 60 * 8
    assert tied.softmax.table is tied.maps["embedding"]


def test_every_weight_is_named_and_trained():
    kinds = "gru", "layer_norm", "rnn", "scale", "dense"
    layers = tuple(LayerConfig(kind, 8) for kind in kinds)
    model = build_model(ModelConfig(60, 8, layers, tied=False))
    named = {id(w) for w in model.named_weights().values()}
    assert named == {id(w) for w in model.trainable_variables}


def test_multiplications_of_the_keyboard_preset():
    products = 2 * 96 * 3 * 670 + 670 * 96 + 96 * 10_000
    assert build_model(preset("keyboard")).multiplications == products


def test_the_seed_decides_the_weights(make_model):
    config = make_model().config
    same, other = build_model(config, seed=0), build_model(config, seed=1)
    assert_same_weights(same, weights(build_model(config)))
    table = "embedding/kernel"
    assert (weights(same)[table] != weights(other)[table]).any()


def test_inference_drops_nothing(make_model, ids):
    rates = ("input", "output", "state", "word")
    dropping = make_model(**{f"{each}_dropout": 0.5 for each in rates})
    words = ids[np.newaxis, :6]
    np.testing.assert_array_equal(dropping(words), make_model()(words))


def hidden(model, words, seed):
    state = tf.zeros([len(words), model.state_size])
    return model.hidden(words, state, tf.constant(seed))[0].numpy()


def test_one_mask_serves_all_steps(make_model):
    model = make_model(input_dropout=0.5)
    # Without memory, what is read alone decides: the same word each time.
    model.maps["layer_0/recurrent"].kernel.assign(tf.zeros([8, 48]))
    model.cells[0].bias.assign([-100.0] * 16 + [0.0] * 32)
    first, *others = hidden(model, np.full([4, 5], 7), [0, 1]).swapaxes(0, 1)
    for step in others:
        np.testing.assert_array_equal(step, first)
    assert not np.allclose(first[0], first[1])


def test_a_dropped_word_is_read_as_zeros_wherever_it_stands():
    ids, count = tf.constant([3, 1, 3, 2, 3, 1]), 1000
    drop = Dropout(2, tf.constant([0, 1]))
    mask = drop.words(tf.ones([count, 4]), tf.range(count), count, 0.2).numpy()
    assert {*mask.ravel()} == {0.0, np.float32(1.25)}
    assert (mask == mask[:, :1]).all() and 0.15 < (mask == 0).mean() < 0.25
    again = Dropout(2, tf.constant([0, 1]))
    some = again.words(tf.ones([6, 4]), ids, count, 0.2).numpy()
    np.testing.assert_array_equal(some, mask[ids])


def test_dropped_outputs_are_the_same_at_all_steps(make_model, ids):
    model = make_model(output_dropout=0.5)
    dropped = hidden(model, ids[:40].reshape(8, 5), [0, 1]) == 0
    np.testing.assert_array_equal(dropped, dropped[:, :1].repeat(5, 1))
    assert 0.3 < dropped.mean() < 0.7


def test_masks_keep_the_mean():
    drop = Dropout(300, tf.constant([0, 0]))
    assert drop.mask(300, 0.25).numpy().mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("place", ["input", "output", "state"])
def test_the_seed_decides_the_masks(make_model, ids, place):
    model = make_model(**{f"{place}_dropout": 0.5})
    words = ids[:40].reshape(8, 5)
    once, twice = hidden(model, words, [3, 1]), hidden(model, words, [3, 1])
    np.testing.assert_array_equal(once, twice)
    for seed in ([3, 2], [4, 1]):
        assert (hidden(model, words, seed) != once).any()


def test_masks_are_new_at_every_place_and_batch():
    drops = [Dropout(8, tf.constant([0, batch])) for batch in range(4)]
    masks = [drop.mask(8, 0.5).numpy() for drop in drops for _ in range(3)]
    assert len({mask.tobytes() for mask in masks}) == len(masks)


@pytest.mark.parametrize(
    "name, fields", [("softmax", TRAIN), ("layer_0/input", LOW_RANK)]
)
def test_replaced_maps_leave_the_original_alone(make_model, name, fields):
    model = make_model(tied=False, embedding_size=12)
    before = weights(model)
    smaller = replace_maps(model, {name: fields})
    smaller.named_weights()["softmax/bias"].assign_add(tf.ones(60))
    assert_same_weights(model, before)
    assert model.config.maps == {}
    assert smaller.maps[name].fields()["kind"] == fields["kind"]


def test_all_but_the_replaced_map_is_kept(make_model):
    model = make_model(tied=False)
    model.softmax.bias.assign(np.arange(60))
    model.cells[0].bias.assign(np.arange(48))
    smaller = replace_maps(model, {"softmax": LOW_RANK})
    kept = weights(smaller)
    for name, weight in weights(model).items():
        if name != "softmax/kernel":
            np.testing.assert_array_equal(kept[name], weight)


def test_no_replacement_is_a_copy(model, ids):
    copy = replace_maps(model, {})
    assert_same_weights(copy, weights(model))
    np.testing.assert_array_equal(
        copy(ids[np.newaxis, :6]), model(ids[np.newaxis, :6])
    )


def test_a_replaced_map_is_replaced_again(make_model):
    model = make_model(maps={"embedding": TRAIN})
    again = replace_maps(model, {"embedding": LOW_RANK})
    assert again.maps["embedding"].fields() == LOW_RANK


@pytest.mark.parametrize("kind", ["lstm", "cifg", "gru"])
@pytest.mark.parametrize(
    "maps", [{}, {"embedding": TRAIN, "layer_0/input": LOW_RANK}]
)
def test_files_keep_every_bit(make_model, tmp_path, kind, maps):
    model = make_model(kind, maps=maps)
    model.cells[0].bias.assign_add(tf.random.normal(model.cells[0].bias.shape))
    storage.save(model, tmp_path / "model.npz")
    loaded = storage.load(tmp_path / "model.npz")
    assert loaded.config == model.config
    assert_same_weights(loaded, weights(model))


class Pickled:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return open, (str(self.marker), "w")


@pytest.fixture
def path(model, tmp_path):
    storage.save(model, tmp_path / "model.npz")
    return tmp_path / "model.npz"


def changed(path, **arrays):
    """Writes a model again with other arrays."""
    with np.load(path) as file:
        arrays = {**file, **arrays}
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def test_a_file_of_0_1_0_is_read(make_model, ids, tmp_path):
    """It called layers of all kinds `lstm_K`."""
    fields = {"kind": "low_rank", "rank": 3}
    model = make_model("gru", maps={"layer_0/input": fields}, layers=2)
    config = json.loads(model.config.to_json())
    config["maps"] = {"lstm_0/input": fields}
    weights = {
        name.replace("layer_", "lstm_"): weight.numpy()
        for name, weight in model.named_weights().items()
    }
    assert "lstm_0/input/left" in weights and "lstm_1/bias" in weights
    text = np.frombuffer(json.dumps(config).encode(), np.uint8)
    np.savez(tmp_path / "model.npz", config=text, **weights)
    loaded = storage.load(tmp_path / "model.npz")
    assert loaded.config == model.config
    words = ids[np.newaxis, :6]
    np.testing.assert_array_equal(loaded(words), model(words))


def test_a_missing_file_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    assert refusal(storage.load, path) == f"model {path} is missing"


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_refused(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert f"{path} is not a model" in refusal(storage.load, path)


@pytest.mark.parametrize("share", np.linspace(0.001, 0.999, 12))
def test_a_changed_file_is_refused_or_the_same(path, model, share):
    content = bytearray(path.read_bytes())
    content[int(share * len(content))] ^= 8
    path.write_bytes(content)
    try:
        loaded = storage.load(path)
    except ValueError as error:
        assert f"{path} is not a model" in str(error)
        assert "\n" not in str(error)
    else:
        assert_same_weights(loaded, weights(model))


@pytest.mark.parametrize("length", [1, 100, 10_000])
def test_random_bytes_are_refused(tmp_path, length):
    path = tmp_path / "model.npz"
    path.write_bytes(np.random.default_rng(0).bytes(length))
    assert f"{path} is not a model" in refusal(storage.load, path)


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "model.npy", np.zeros(3))
    assert "is not a model" in refusal(storage.load, tmp_path / "model.npy")


def test_a_folder_is_refused(tmp_path):
    assert "is not a model" in refusal(storage.load, tmp_path)


def test_an_archive_of_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    assert "is not a model" in refusal(storage.load, tmp_path / "other.npz")


@pytest.mark.parametrize(
    "config", ["", "[]", "{}", '{"layers": 3}', '{"layers": [], "more": 1}']
)
def test_a_config_that_is_none_is_refused(path, config):
    changed(path, config=np.frombuffer(config.encode(), np.uint8))
    assert f"{path} is not a model" in refusal(storage.load, path)


@pytest.mark.parametrize(
    "weight", [np.zeros(3), np.zeros([61, 8]), np.full([60, 8], "a")]
)
def test_a_weight_that_does_not_fit_is_refused(path, weight):
    changed(path, **{"embedding/kernel": weight})
    assert f"{path} is not a model" in refusal(storage.load, path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vocabulary_size", 10**9),
        ("embedding_size", 2**40),
        ("layers", [{"kind": "cifg", "units": 10**6, "projection": 8}]),
        ("layers", [{"kind": "lstm", "units": 10**6, "groups": 10**6}]),
        ("layers", [{"kind": "lstm", "units": "many"}]),
        ("maps", {"embedding": {"kind": "low_rank", "range": 3}}),
    ],
)
def test_a_config_of_another_model_is_refused_at_once(path, field, value):
    with np.load(path) as archive:
        config = json.loads(archive["config"].tobytes())
    text = json.dumps(config | {field: value})
    changed(path, config=np.frombuffer(text.encode(), np.uint8))
    assert f"{path} is not a model" in refusal(storage.load, path)


@pytest.mark.parametrize("name", ["config", "embedding/kernel"])
def test_nothing_is_unpickled(path, tmp_path, name):
    marker = tmp_path / "unpickled"
    changed(path, **{name: np.array([Pickled(marker)], object)})
    assert f"{path} is not a model" in refusal(storage.load, path)
    assert not marker.exists()


def test_a_save_that_fails_leaves_the_file_as_it_was(path, model, monkeypatch):
    before = path.read_bytes()

    def full(file, **_):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        storage.save(model, path)
    assert path.read_bytes() == before
    assert [*path.parent.iterdir()] == [path]
