import json
import os
import zipfile

import h5py
import numpy as np
import pytest
import tf_keras as keras

from tflm import arrays
from tflm.model.config import LayerConfig
from tflm.model.foreign.keras import from_keras as module
from tflm.model.foreign.keras.from_keras import from_keras

pytestmark = pytest.mark.filterwarnings("ignore:You are saving your model as")

layers = keras.layers
WORDS = 20


def load(path):
    return module.load(path).model


IDS = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]], np.int32)


def embedding(**fields):
    return layers.Embedding(WORDS, 6, **fields)


def lstm(units=7, **fields):
    return layers.LSTM(units, **{"return_sequences": True} | fields)


def gru(units=7, **fields):
    return layers.GRU(units, **{"return_sequences": True} | fields)


def dense(units=WORDS, *fields, **more):
    return layers.Dense(units, *fields, **more)


def sequential(*parts):
    return lively(keras.Sequential([ids(), *parts]))


def functional(*parts):
    x = start = ids()
    for part in parts:
        x = part(x)
    return lively(keras.Model(start, x))


def ids():
    return keras.Input((None,), dtype="int32")


def lively(model):
    """Returns a model whose weights, biases too, are far from zero."""
    random = np.random.default_rng(0)
    shapes = [w.shape for w in model.get_weights()]
    model.set_weights([random.normal(0, 0.5, shape) for shape in shapes])
    return model


def doubled(x):
    return 2 * x


def test_config_is_that_of_the_layers():
    dropout = layers.Dropout(0.2), layers.Dropout(0.3)
    model = sequential(embedding(), dropout[0], lstm(), dropout[1], dense())
    config = from_keras(model).config
    assert config.layers == (LayerConfig("lstm", 7),)
    assert (config.vocabulary_size, config.embedding_size) == (WORDS, 6)
    assert (config.input_dropout, config.output_dropout) == (0.2, 0.3)
    assert not config.tied


def test_the_original_is_left_alone():
    model = sequential(embedding(), lstm(), dense())
    before = model.get_weights()
    ours = from_keras(model)
    for weight in ours.trainable_variables:
        weight.assign(weight * 0)
    for weight, expected in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, expected)


REFUSED = {
    "Bidirectional": lambda: [embedding(), layers.Bidirectional(lstm())],
    "Conv1D": lambda: [embedding(), layers.Conv1D(4, 2), lstm()],
    "Lambda": lambda: [embedding(), layers.Lambda(doubled), lstm()],
    "Masking": lambda: [embedding(), layers.Masking(), lstm()],
    "GlobalMaxPooling1D": lambda: [
        embedding(),
        lstm(),
        layers.GlobalMaxPooling1D(),
    ],
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_layers_are_refused_by_name(name):
    message = refusal(from_keras, sequential(*REFUSED[name](), dense()))
    assert message.startswith(f"layer {name} is not supported")


def refusal(function, argument):
    """Returns the message of the ValueError, which is one line."""
    with pytest.raises(ValueError) as error:
        function(argument)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "layer, message",
    [
        (lambda: lstm(go_backwards=True), "has go_backwards=True"),
        (lambda: lstm(time_major=True), "has time_major=True"),
    ],
)
def test_other_cells_are_refused_by_name(layer, message):
    layer = layer()
    found = refusal(from_keras, sequential(embedding(), layer, dense()))
    assert found.startswith(f"{type(layer).__name__} {layer.name} {message}")


@pytest.mark.parametrize(
    "chain, message",
    [
        (lambda: [embedding(), dense()], "no layer is recurrent"),
        (lambda: [lstm(), dense()], "must begin with an Embedding"),
        (lambda: [embedding(), lstm()], "end with a Dense layer"),
        (
            lambda: [embedding(), lstm(), dense(19)],
            "has 20 words and the last layer 19",
        ),
        (lambda: [embedding(), lstm(), dense(WORDS, "relu")], "'relu': only"),
        (
            lambda: [embedding(), lstm(), layers.Softmax(1), dense()],
            "has activation 'Softmax'",
        ),
        (
            lambda: [embedding(), lstm(), layers.ReLU(3.0), dense()],
            "has max_value=3.0",
        ),
        (
            lambda: [
                embedding(),
                lstm(),
                dense(WORDS, "relu"),
                layers.BatchNormalization(),
            ],
            "ends with a normalization",
        ),
        (
            lambda: [embedding(), lstm(), dense(8, doubled), dense()],
            "has activation 'doubled'",
        ),
    ],
)
def test_other_chains_are_refused(chain, message):
    chain = chain()
    start = keras.Input((None, 6)) if chain[0].name[:4] == "lstm" else ids()
    model = keras.Sequential([start, *chain])
    assert message in refusal(from_keras, model)


def branched():
    x = embedding()(start := ids())
    return keras.Model(start, dense()(layers.add([lstm()(x), lstm()(x)])))


def parallel():
    x = embedding()(start := ids())
    return keras.Model(start, [dense()(lstm()(x)), dense()(lstm()(x))])


def tapped():
    x = lstm()(embedding()(start := ids()))
    return keras.Model(start, [x, dense()(x)])


def of_a_state():
    _, state, _ = lstm(return_state=True)(embedding()(start := ids()))
    return keras.Model(start, dense()(state))


def given_state():
    state, x = keras.Input((7,)), embedding()(start := ids())
    x = lstm()(x, initial_state=[state, state])
    return keras.Model([start, state], dense()(x))


def always_noisy():
    x = layers.Dropout(0.5)(embedding()(start := ids()), training=True)
    return keras.Model(start, dense()(lstm()(x)))


@pytest.mark.parametrize(
    "build, message",
    [
        (branched, "reads 2 layers"),
        (parallel, "the model has 2 outputs"),
        (tapped, "the model has 2 outputs"),
        (of_a_state, "reads a state of lstm"),
        (given_state, "the model has 2 inputs"),
        (always_noisy, "is called with training"),
    ],
)
def test_what_is_no_chain_is_refused(build, message):
    found = refusal(from_keras, build())
    assert message in found
    assert found.endswith("only a chain of layers is supported")


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [embedding(), lstm(), dense()]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


def test_a_subclassed_model_is_refused(tmp_path):
    model = Subclassed()
    model(IDS)
    assert "has no graph of layers" in refusal(from_keras, model)
    model.save(tmp_path / "model.keras")
    message = refusal(load, tmp_path / "model.keras")
    assert "it is a Subclassed" in message


def test_what_is_no_model_is_refused():
    assert refusal(from_keras, 3).startswith("int is not a Keras model")


@pytest.fixture(params=["keras", "h5"])
def path(request, tmp_path):
    """Where to save a model, in each of the two formats."""
    return tmp_path / f"model.{request.param}"


@pytest.mark.parametrize("build", [sequential, functional])
def test_a_file_gives_the_logits_of_its_model(path, build):
    model = build(embedding(), lstm(), dense(9, "relu"), dense())
    model.compile("adam", doubled)  # How it was trained is no concern.
    model.save(path)
    np.testing.assert_allclose(load(path)(IDS), model(IDS), atol=1e-5)


def test_a_missing_file_is_refused(path):
    assert refusal(load, path) == f"{path} is missing"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(path, share):
    sequential(embedding(), lstm(), dense()).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert f"{path} is not a Keras model" in refusal(load, path)


def test_random_bytes_are_refused(path):
    path.write_bytes(np.random.default_rng(0).bytes(10_000))
    assert f"{path} is not a Keras model" in refusal(load, path)


def test_a_folder_is_refused(tmp_path):
    assert "it has a graph alone" in refusal(load, tmp_path)


def test_a_changed_byte_of_the_weights_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    sequential(embedding(), lstm(), dense()).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "Bad CRC-32" in refusal(load, path)


def config(path):
    """Returns how a saved model says it is built."""
    if path.suffix == ".h5":
        with h5py.File(path) as file:
            return json.loads(file.attrs["model_config"])
    with zipfile.ZipFile(path) as file:
        return json.loads(file.read("config.json"))


def set_config(path, config):
    if path.suffix == ".h5":
        with h5py.File(path, "a") as file:
            file.attrs["model_config"] = json.dumps(config)
        return
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["config.json"] = json.dumps(config)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    "wrong", [[1], {}, {"config": []}, {"config": {"layers": [1]}}]
)
def test_a_config_that_is_none_is_refused(path, wrong):
    sequential(embedding(), lstm(), dense()).save(path)
    set_config(path, wrong)
    assert f"{path} is not a Keras model" in refusal(load, path)


@pytest.mark.parametrize(
    "units, message",
    [
        (3, "has the shape [6, 28], not [6, 12]"),
        (10**9, "weights would take"),
        (-1, "has a size of -"),
        ("a", "has a size of 'a"),
    ],
)
def test_a_config_of_other_sizes_is_refused(path, units, message):
    sequential(embedding(), lstm(), dense()).save(path)
    changed = config(path)
    changed["config"]["layers"][2]["config"]["units"] = units
    set_config(path, changed)
    assert message in refusal(load, path)


def test_missing_weights_are_refused(path):
    sequential(embedding(), lstm(), dense()).save(path)
    changed = config(path)
    changed["config"]["layers"].insert(
        2,
        {
            "class_name": "LayerNormalization",
            "config": {"name": "more", "epsilon": 1e-3},
        },
    )
    set_config(path, changed)
    assert "more has 0 weights, not gamma, beta" in refusal(load, path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    sequential(embedding(), lstm(), dense()).save(path)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["model.weights.h5"] += bytes(10**8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    assert "its weights unpack to 1000" in refusal(load, path)


def test_weights_that_unpack_to_far_more_than_is_stored_are_refused(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(arrays, "_FREE_BYTES", 0)
    path = tmp_path / "model.keras"
    sequential(embedding(), lstm(), dense()).save(path)
    with_members(path)  # Which packs them as tightly as any weights.
    assert load(path).config.vocabulary_size == WORDS
    with zipfile.ZipFile(path) as file:
        weights = file.read("model.weights.h5")
    with_members(path, **{"model.weights.h5": weights + bytes(10**7)})
    assert "which no weights do" in refusal(load, path)


def weight_replaced(path, make):
    sequential(embedding(), lstm(), dense(name="last")).save(path)
    with h5py.File(path, "a") as file:
        group = file["model_weights/last/last"]
        del group["bias:0"]
        make(group)
    return refusal(load, path)


@pytest.mark.parametrize(
    "make, message",
    [
        (
            lambda group: group.create_dataset(
                "bias:0", (20,), "f4", external=[("/etc/passwd", 0, 80)]
            ),
            "is in another file",
        ),
        (
            lambda group: group.__setitem__(
                "bias:0", h5py.ExternalLink("/tmp/other.h5", "/bias")
            ),
            "is in another file",
        ),
        (
            lambda group: group.create_dataset("bias:0", (20,), "i4"),
            "is int32, not of floats",
        ),
        (
            lambda group: group.create_dataset(
                "bias:0", data=np.full(20, np.nan, np.float32)
            ),
            "is not finite",
        ),
        (lambda group: None, "last/bias:0 is missing"),
    ],
)
def test_what_is_no_weight_of_the_file_is_refused(tmp_path, make, message):
    assert message in weight_replaced(tmp_path / "model.h5", make)


def test_weights_in_another_file_are_not_reached(tmp_path):
    """Through none of the groups on the way to them."""
    path, other = tmp_path / "model.h5", tmp_path / "other.h5"
    sequential(embedding(), lstm(), dense()).save(path)
    other.write_bytes(path.read_bytes())
    with h5py.File(path, "a") as file:
        del file["model_weights"]
        file["model_weights"] = h5py.ExternalLink(str(other), "/model_weights")
    assert "model_weights is in another file" in refusal(load, path)


def test_a_weight_that_is_a_view_of_another_file_is_refused(tmp_path):
    source = h5py.VirtualSource(tmp_path / "other.h5", "bias", (20,), "f4")
    layout = h5py.VirtualLayout((20,), "f4")
    layout[:] = source
    message = weight_replaced(
        tmp_path / "model.h5",
        lambda group: group.create_virtual_dataset("bias:0", layout),
    )
    assert "is in another file" in message


def test_weights_that_unpack_to_far_more_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "_FREE_BYTES", 0)
    message = weight_replaced(
        tmp_path / "model.h5",
        lambda group: group.create_dataset("bias:0", (20,), "f4"),
    )
    assert "unpacks from 0 bytes to 80" in message


def with_members(path, **members):
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (parts | members).items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes(10**8), "is too large for a configuration"),
        (b"[" * 10**5, "is nested too deep"),
        (b"\xff", "is not UTF-8"),
    ],
)
@pytest.mark.parametrize("name", ["config.json", "metadata.json"])
def test_a_member_that_is_no_configuration_is_refused(
    tmp_path, name, content, message
):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        parts = {"config.json": "{}", "metadata.json": "{}"} | {name: content}
        for each, text in parts.items():
            file.writestr(each, text)
        file.writestr("model.weights.h5", b"")
    assert f"its {name} {message}" in refusal(load, path)


def test_nothing_is_unpacked_beside_the_file(tmp_path):
    path = tmp_path / "inside" / "model.keras"
    path.parent.mkdir()
    sequential(embedding(), lstm(), dense()).save(path)
    with_members(path, **{"../outside": b"!", "/tmp/tflm-outside": b"!"})
    assert load(path).config.vocabulary_size == WORDS
    assert [each.name for each in tmp_path.rglob("*")] == [
        "inside",
        "model.keras",
    ]


def test_a_pipe_is_not_opened(path):
    os.mkfifo(path)
    assert "is a pipe" in refusal(load, path)


@pytest.fixture
def lambda_file(path, tmp_path):
    """A file with a Lambda that leaves a marker wherever it is run."""
    marker = tmp_path / "marker"
    mark = layers.Lambda(lambda x, path=str(marker): (open(path, "w"), x)[1])
    functional(embedding(), mark, lstm(), dense()).save(path)
    marker.unlink()  # It was run, to build the model.
    yield path
    assert not marker.exists()


def test_a_lambda_in_a_file_is_not_run(lambda_file):
    assert "layer Lambda is not supported" in refusal(load, lambda_file)


def test_a_hidden_lambda_in_a_file_is_not_run(lambda_file):
    hidden = config(lambda_file)
    wrapped = {
        "class_name": "TimeDistributed",
        "config": {"name": "innocent", "layer": hidden},
    }
    set_config(lambda_file, wrapped)
    assert "it is a TimeDistributed" in refusal(load, lambda_file)


def test_a_file_imports_nothing_but_keras(path):
    sequential(embedding(), lstm(), dense()).save(path)
    changed = config(path)
    function = {"module": "os", "class_name": "function", "config": "abort"}
    changed["config"]["layers"][3]["config"]["activation"] = function
    set_config(path, changed)
    assert "has an activation of os" in refusal(load, path)


def test_a_layer_of_a_known_name_that_is_not_of_keras_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    sequential(embedding(), lstm(), dense()).save(path)
    changed = config(path)
    changed["config"]["layers"][2]["module"] = "theirs.layers"
    set_config(path, changed)
    assert "layer LSTM is one of theirs.layers" in refusal(load, path)


def test_no_loader_of_keras_is_called(path, monkeypatch):
    sequential(embedding(), lstm(), dense()).save(path)
    for function in ("load_model", "model_from_config"):
        monkeypatch.delattr(keras.models, function)
    monkeypatch.delattr(keras.layers, "deserialize")
    monkeypatch.delattr(keras.saving, "deserialize_keras_object")
    assert load(path).config.vocabulary_size == WORDS
