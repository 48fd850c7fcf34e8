"""A user's own stock Keras model to ours, weights and all."""

import contextlib
import json
import pathlib
import zipfile
from collections.abc import Iterator, Sequence

import h5py
import numpy as np
import tf_keras as keras

from tflm import files
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.language_model import LanguageModel, build_model

_KNOWN = ("InputLayer", "Embedding", "LSTM", "GRU", "Dropout", "Dense")
_CELLS = {"LSTM": "lstm", "GRU": "gru"}


def from_keras(model: keras.Model) -> LanguageModel:
    """Returns a stock tf_keras language model in the toolkit's form.

    It may be Sequential or a functional chain: an Embedding, then LSTM, GRU
    and Dropout layers, then Dense layers, the last of which has one unit for
    each word. Its logits are those before a softmax that the last layer may
    have. `mask_zero` of an Embedding only concerns padding, which a model
    that reads one word at a time never sees.

    Raises:
        ValueError: it is a Keras 3 model, or has a layer, a connection or a
            setting that is not one of these; it is named.

    Examples:
        >>> import tf_keras as keras
        >>> theirs = keras.Sequential([
        ...     keras.layers.Embedding(30, 8),
        ...     keras.layers.LSTM(16, return_sequences=True),
        ...     keras.layers.Dense(30),
        ... ])
        >>> theirs.build([None, None])
        >>> [*tflm.from_keras(theirs).maps]
        ['embedding', 'layer_0/input', 'layer_0/recurrent', 'softmax']
    """
    if type(model).__module__.startswith("keras."):
        raise ValueError(_KERAS_3)
    if not isinstance(model, keras.Model):
        raise ValueError(
            f"{type(model).__name__} is not a tf_keras model: "
            f"build it with import tf_keras as keras"
        )
    layers = _chain(model)
    embedding, *middle, last = _weighted(layers)
    recurrent, dense = _parts(middle)
    _check_ends(embedding, last)
    # Dropout is fine-tuned with as it is before and after the first cell.
    first = layers.index((recurrent or [last])[0])
    config = ModelConfig(
        vocabulary_size=embedding.input_dim,
        embedding_size=embedding.output_dim,
        layers=tuple(
            [LayerConfig(_CELLS[_kind(x)], x.units) for x in recurrent]
            + [
                LayerConfig("dense", x.units, activation=_activation(x))
                for x in dense
            ]
        ),
        tied=False,
        input_dropout=_dropout(layers[:first]),
        output_dropout=_dropout(layers[first:]),
    )
    ours = build_model(config)
    _copy_weights(ours, embedding, middle, last)
    return ours


def load(path: files.Path) -> LanguageModel:
    """Reads a model that tf_keras saved, as `.keras` or `.h5`.

    The names of its layers are checked before anything of it is built, so
    that no code in the file (a Lambda's) is ever run.

    Raises:
        ValueError: the file is no such model, or `from_keras` refuses it.
    """
    with _reading(path):
        version, config = _read_config(pathlib.Path(path))
        layers = config["config"].get("layers", [])
        kinds = [layer["class_name"] for layer in layers]
        modules = set(_modules(config["config"]))
    if version.startswith("3"):
        raise ValueError(f"{path}: {_KERAS_3}")
    for kind in kinds:
        _check_known(kind)
    with _reading(path):
        if config["class_name"] not in ("Sequential", "Functional", "Model"):
            raise ValueError(f"it is a {config['class_name']}")
        if foreign := sorted(modules - {"keras", "tf_keras"}):
            raise ValueError(f"it needs {', '.join(foreign)}")
        model = keras.models.load_model(path, compile=False)
    return from_keras(model)


@contextlib.contextmanager
def _reading(path: files.Path) -> Iterator[None]:
    """Makes one line of whatever a damaged file makes its readers raise."""
    try:
        yield
    except FileNotFoundError:
        raise ValueError(f"Keras model {path} is missing") from None
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path} is not a Keras model that can be read ({reason}): save "
            f"it with model.save('model.keras') or model.save('model.h5')"
        ) from None


_KERAS_3 = (
    "this is a Keras 3 model: build it with import tf_keras as keras, "
    "then set_weights(old.get_weights())"
)


def _read_config(path: pathlib.Path) -> tuple[str, dict]:
    """Returns the version of Keras that wrote a model, and its config."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
            config = json.loads(archive.read("config.json"))
        return str(metadata["keras_version"]), config
    with h5py.File(path) as file:
        config = json.loads(file.attrs["model_config"])
        return str(file.attrs["keras_version"]), config


def _modules(config: object) -> Iterator[str]:
    """Yields the packages that loading `config` would import from."""
    if isinstance(config, dict):
        if config.get("module"):
            yield str(config["module"]).partition(".")[0]
        config = list(config.values())
    if isinstance(config, list):
        for part in config:
            yield from _modules(part)


def _chain(model: keras.Model) -> list[keras.layers.Layer]:
    layers = list(model.layers)
    for layer in layers:
        _check_known(_kind(layer))
    if model.outputs is None:
        raise ValueError(
            f"model {model.name} has no graph of layers: build it as a "
            f"Sequential or a functional model, with an Input"
        )
    for before, layer in zip(layers, layers[1:], strict=False):
        if layer.input is not before.output:
            raise ValueError(
                f"layer {layer.name} does not read {before.name} alone: "
                f"only a chain of layers is supported"
            )
    if [id(x) for x in model.outputs] != [id(layers[-1].output)]:
        raise ValueError(
            f"layer {layers[-1].name} is not the model's one output: "
            f"only a chain of layers is supported"
        )
    return layers


def _check_known(kind: str) -> None:
    if kind not in _KNOWN:
        raise ValueError(
            f"layer {kind} is not supported: a model may have "
            f"{', '.join(_KNOWN[1:])}"
        )


def _kind(layer: keras.layers.Layer) -> str:
    return type(layer).__name__


def _weighted(layers) -> list[keras.layers.Layer]:
    weighted = [x for x in layers if _kind(x) not in ("InputLayer", "Dropout")]
    kinds = [_kind(x) for x in weighted]
    if len(kinds) < 2 or kinds[0] != "Embedding" or kinds[-1] != "Dense":
        raise ValueError(
            f"the model is {', '.join(kinds) or 'empty'}: it must begin with "
            f"an Embedding and end with a Dense layer over the vocabulary"
        )
    return weighted


def _parts(middle) -> tuple[list, list]:
    """Returns the recurrent layers and the dense ones that follow them."""
    recurrent = [x for x in middle if _kind(x) in _CELLS]
    dense = [x for x in middle if _kind(x) == "Dense"]
    if recurrent + dense != middle:
        raise ValueError(
            f"the layers {', '.join(x.name for x in middle)} are out of "
            f"order: recurrent layers come first, Dense layers after them"
        )
    for layer in recurrent:
        _check_recurrent(layer)
    return recurrent, dense


def _check_recurrent(layer: keras.layers.RNN) -> None:
    expected = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "go_backwards": False,
        "reset_after": True,
        "time_major": False,
    }
    config = layer.get_config()
    for name, value in expected.items():
        if config.get(name, value) != value:
            raise ValueError(
                f"{_kind(layer)} {layer.name} has {name}={config[name]!r}: "
                f"only {value!r} is supported"
            )


def _check_ends(embedding, last) -> None:
    if _activation(last) not in ("linear", "softmax"):
        raise ValueError(
            f"the last layer, {last.name}, has activation "
            f"{_activation(last)!r}: only linear and softmax are supported"
        )
    if embedding.input_dim != last.units:
        raise ValueError(
            f"{embedding.name} has {embedding.input_dim} words and "
            f"{last.name} {last.units}: both must have the whole vocabulary"
        )


def _activation(layer: keras.layers.Dense) -> str:
    name = getattr(layer.activation, "__name__", _kind(layer.activation))
    if getattr(keras.activations, name, None) is not layer.activation:
        raise ValueError(
            f"Dense {layer.name} has activation {name!r}: only those of "
            f"tf_keras.activations are supported"
        )
    return name


def _dropout(layers: Sequence[keras.layers.Layer]) -> float:
    """Returns the highest rate of these layers' dropout."""
    rates = [layer.rate for layer in layers if _kind(layer) == "Dropout"]
    return max(rates, default=0.0)


def _copy_weights(ours: LanguageModel, embedding, middle, last) -> None:
    named = {"embedding/kernel": embedding.get_weights()[0]}
    for k, layer in enumerate(middle):
        weights = layer.get_weights()
        names = [f"layer_{k}/input/kernel", f"layer_{k}/recurrent/kernel"]
        names = names[: 2 if _kind(layer) in _CELLS else 1]
        names += [f"layer_{k}/bias"] * layer.use_bias
        named |= dict(zip(names, weights, strict=True))
    kernel, *bias = last.get_weights()
    named["softmax/kernel"] = np.transpose(kernel)
    if bias:
        named["softmax/bias"] = bias[0]
    for name, variable in ours.named_weights().items():
        if name in named:
            variable.assign(named[name])
        else:  # A layer without bias; an LSTM's would begin at one.
            variable.assign(np.zeros(variable.shape))
