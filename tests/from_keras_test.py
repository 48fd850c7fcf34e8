import importlib
import json
import zipfile

import h5py
import numpy as np
import pytest
import tf_keras as keras

from tflm.model.config import LayerConfig
from tflm.model.foreign import from_keras as module
from tflm.model.foreign.from_keras import from_keras

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


CHAINS = {
    "LSTM": lambda: [embedding(), lstm(), dense()],
    "GRU": lambda: [embedding(), gru(), dense()],
    "two LSTM": lambda: [embedding(), lstm(), lstm(5), dense()],
    "LSTM and GRU": lambda: [embedding(), lstm(), gru(5), dense()],
    "no bias": lambda: [
        embedding(),
        lstm(use_bias=False),
        gru(use_bias=False),
        dense(use_bias=False),
    ],
    "no forget bias": lambda: [
        embedding(),
        lstm(unit_forget_bias=False),
        dense(),
    ],
    "dropout": lambda: [
        embedding(),
        layers.Dropout(0.2),
        lstm(dropout=0.1, recurrent_dropout=0.1),
        layers.Dropout(0.3),
        dense(),
    ],
    "hidden Dense": lambda: [embedding(), lstm(), dense(9, "relu"), dense()],
    "two hidden Dense": lambda: [
        embedding(),
        lstm(),
        dense(9, "tanh"),
        dense(8, use_bias=False),
        dense(),
    ],
    "masked padding": lambda: [embedding(mask_zero=True), lstm(), dense()],
}


@pytest.mark.parametrize("chain", CHAINS)
def test_logits_are_those_of_keras(chain):
    model = sequential(*CHAINS[chain]())
    np.testing.assert_allclose(from_keras(model)(IDS), model(IDS), atol=1e-5)


def test_a_functional_chain_is_as_good():
    parts = CHAINS["LSTM and GRU"]
    there, here = functional(*parts()), sequential(*parts())
    np.testing.assert_array_equal(from_keras(there)(IDS), from_keras(here)(IDS))


def test_a_softmax_is_left_to_the_loss():
    model = sequential(embedding(), lstm(), dense(WORDS, "softmax"))
    logits = from_keras(model)(IDS).numpy()
    chances = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    np.testing.assert_allclose(chances, model(IDS), atol=1e-6)


@pytest.mark.parametrize("last", [lstm, gru])
def test_a_model_of_the_last_word_alone(last):
    model = sequential(
        embedding(), lstm(), last(return_sequences=False), dense()
    )
    logits = from_keras(model)(IDS)[:, -1]
    np.testing.assert_allclose(logits, model(IDS), atol=1e-5)


def test_config_is_that_of_the_layers():
    config = from_keras(sequential(*CHAINS["dropout"]())).config
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
    "SimpleRNN": lambda: [embedding(), layers.SimpleRNN(4)],
    "LayerNormalization": lambda: [embedding(), layers.LayerNormalization()],
    "Sequential": lambda: [embedding(), keras.Sequential([lstm()])],
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
        (lambda: gru(reset_after=False), "has reset_after=False"),
        (lambda: lstm(go_backwards=True), "has go_backwards=True"),
        (lambda: lstm(activation="relu"), "has activation='relu'"),
        (lambda: gru(activation="relu"), "has activation='relu'"),
        (
            lambda: lstm(recurrent_activation="hard_sigmoid"),
            "has recurrent_activation='hard_sigmoid'",
        ),
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
        (lambda: [embedding(), lstm(), dense(19)], "has 20 words and dense"),
        (lambda: [embedding(), lstm(), dense(WORDS, "relu")], "'relu': only"),
        (lambda: [embedding(), dense(8), lstm(), dense()], "out of order"),
        (
            lambda: [embedding(), lstm(), dense(8, doubled), dense()],
            "has activation 'doubled'",
        ),
        (
            lambda: [
                embedding(),
                lstm(),
                dense(8, layers.LeakyReLU()),
                dense(),
            ],
            "has activation 'LeakyReLU'",
        ),
    ],
)
def test_other_chains_are_refused(chain, message):
    chain = chain()
    start = keras.Input((None, 6)) if chain[0].name[:4] == "lstm" else ids()
    assert message in refusal(from_keras, keras.Sequential([start, *chain]))


def branched():
    x = embedding()(start := ids())
    return keras.Model(start, dense()(layers.add([lstm()(x), lstm()(x)])))


def parallel():
    x = embedding()(start := ids())
    return keras.Model(start, [dense()(lstm()(x)), dense()(lstm()(x))])


def tapped():
    x = lstm()(embedding()(start := ids()))
    return keras.Model(start, [x, dense()(x)])


def shared():
    again, x = lstm(6), embedding()(start := ids())
    return keras.Model(start, dense()(again(again(x))))


def twice():
    again, x = dense(WORDS), lstm()(embedding()(start := ids()))
    return keras.Model(start, again(again(dense(WORDS)(x))))


def given_state():
    state, x = keras.Input((7,)), embedding()(start := ids())
    x = lstm()(x, initial_state=[state, state])
    return keras.Model([start, state], dense()(x))


@pytest.mark.parametrize(
    "build", [branched, parallel, tapped, shared, twice, given_state]
)
def test_what_is_no_chain_is_refused(build):
    message = refusal(from_keras, build())
    assert message.startswith("layer ")
    assert "only a chain of layers" in message or "Add is not" in message


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
    assert refusal(from_keras, 3).startswith("int is not a tf_keras model")


@pytest.fixture(scope="module")
def keras_3_model():
    keras_3 = importlib.import_module("keras")
    parts = keras_3.layers
    return keras_3.Sequential(
        [
            keras_3.Input((None,)),
            parts.Embedding(WORDS, 6),
            parts.LSTM(7, return_sequences=True),
            parts.Dense(WORDS),
        ]
    )


def test_a_keras_3_model_is_refused(keras_3_model):
    message = refusal(from_keras, keras_3_model)
    assert "Keras 3 model: build it with import tf_keras as keras" in message


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_keras_3_file_is_refused(keras_3_model, tmp_path, suffix):
    path = tmp_path / f"model.{suffix}"
    keras_3_model.save(path)
    assert refusal(load, path).startswith(f"{path}: this is a Keras 3 model")


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
    assert refusal(load, path) == f"Keras model {path} is missing"


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
    assert f"{tmp_path} is not a Keras model" in refusal(load, tmp_path)


def test_a_changed_byte_of_the_weights_is_refused(tmp_path):
    path = tmp_path / "model.keras"
    sequential(embedding(), lstm(), dense()).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "Bad CRC-32" in refusal(load, path)


def test_weights_alone_are_refused(path):
    path = path.with_suffix(".weights.h5")
    sequential(embedding(), lstm(), dense()).save_weights(path)
    assert f"{path} is not a Keras model" in refusal(load, path)


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


def test_a_config_of_other_sizes_is_refused(path):
    sequential(embedding(), lstm(), dense()).save(path)
    changed = config(path)
    changed["config"]["layers"][2]["config"]["units"] = 3
    set_config(path, changed)
    assert f"{path} is not a Keras model" in refusal(load, path)


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
    assert "it needs os" in refusal(load, path)
