"""Files of Keras 3 and of tf_keras as the chain of their layers.

Configuration and weights are read as they are: no loader of Keras runs, so
that no code which is in a file does, and nothing outside of the file is read.
"""

import contextlib
import json
import pathlib
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import h5py

from tflm import arrays, files, json_files
from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import graph, hdf5, stores

_MOST_CONFIG_BYTES = 2**24
_FREE_BYTES = 2**26  # What a file may hold beside weights of any use to us.
_COPIES = 8  # Weights and what an optimizer keeps of them.
_WEIGHTS = "model.weights.h5"


def read(
    path: files.Path, config: files.Path | None = None
) -> tuple[list[Layer], bool]:
    """Returns the layers of a saved model from input to output.

    And whether Keras 3 wrote it.

    Args:
        path: `.keras`, or `.h5`; or a directory, a SavedModel of tf_keras.
        config: JSON of `model.to_json()`, where `path` has weights alone.

    Raises:
        ValueError: there is no such model, it is damaged, or it is no chain
            of layers of Keras.
    """
    path = pathlib.Path(path)
    with _reading(path):
        if path.is_dir():
            from tflm.model.foreign.keras import saved_model

            return saved_model.read(path)
        files.check(path)
        given = None if config is None else _json(pathlib.Path(config))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return _of_archive(archive)
        with hdf5.opened(files.read(path)) as file:
            return _of_hdf5(file, given)


@contextlib.contextmanager
def _reading(path: pathlib.Path) -> Iterator[None]:
    """Makes one line of whatever a damaged file makes its readers raise."""
    try:
        yield
    except FileNotFoundError as error:
        raise ValueError(f"{error.filename or path} is missing") from None
    except (ValueError, NotImplementedError) as error:
        raise ValueError(f"{path}: {_line(error)}") from None
    except Exception as error:
        raise ValueError(
            f"{path} is not a Keras model that can be read ({_line(error)}): "
            f"give what model.save('model.keras') wrote"
        ) from None


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _json(path: pathlib.Path) -> Any:
    text = files.read(path, _MOST_CONFIG_BYTES)
    return json_files.parse(text, str(path), Any)


def _member(archive: zipfile.ZipFile, name: str) -> Any:
    """Returns the JSON in an archive, unless it unpacks to too much."""
    if archive.getinfo(name).file_size > _MOST_CONFIG_BYTES:
        raise ValueError(f"its {name} is too large for a configuration")
    return json_files.parse(archive.read(name), f"its {name}", Any)


def _of_archive(
    archive: zipfile.ZipFile,
) -> tuple[list[Layer], bool]:
    names = archive.namelist()
    if "config.json" not in names or _WEIGHTS not in names:
        raise ValueError(f"it has no config.json or no {_WEIGHTS}")
    config = _model(_member(archive, "config.json"))
    version = _member(archive, "metadata.json")["keras_version"]
    places = graph.places(config)
    stores.check_size(places)
    _check_weights(archive.getinfo(_WEIGHTS), stores.expected_bytes(places))
    with hdf5.opened(archive.read(_WEIGHTS)) as file:
        layers = stores.filled(places, stores.hdf5_store(file, places))
        return layers, str(version).startswith("3")


def _check_weights(member: zipfile.ZipInfo, expected_bytes: int) -> None:
    """Raises ValueError if weights unpack to more than a model of theirs has.

    Its configuration is the file's own word, so that their size counts too.
    """
    size, stored = member.file_size, member.compress_size
    limit = _FREE_BYTES + _COPIES * expected_bytes
    if size > limit:
        raise ValueError(
            f"its weights unpack to {size} bytes, and the model that it "
            f"describes has no use for more than {limit}"
        )
    if size > arrays.most_bytes(stored):
        raise ValueError(
            f"its weights unpack from {stored} bytes to {size}, which no "
            f"weights do: save the model anew with model.save('model.keras')"
        )


def _of_hdf5(file: h5py.File, given: Any) -> tuple[list[Layer], bool]:
    if given is None:
        if "model_config" not in file.attrs:
            raise ValueError(
                "it has weights and no configuration: give tflm export "
                "--config, a file with the text of model.to_json()"
            )
        text = file.attrs["model_config"]
        given = json_files.parse(text, "its model_config", Any)
    config = _model(given)
    version = file.attrs.get("keras_version") or given.get("keras_version")
    places = graph.places(config)
    store = stores.hdf5_store(file, places)
    return stores.filled(places, store), is_keras_3(config, version)


def is_keras_3(config: Mapping[str, Any], version: str | None) -> bool:
    """Tells which Keras wrote a configuration, where it says no version too."""
    if version:
        return str(version).startswith("3")
    return '"batch_shape"' in json.dumps(config)


def _model(config: Any) -> Mapping[str, Any]:
    """Returns a configuration with the kind of its model.

    `get_config()` is without, and one of Keras 2.1 may be a list.
    """
    if isinstance(config, list):
        config = {"class_name": "Sequential", "config": config}
    elif "class_name" not in config:
        kind = "Functional" if "output_layers" in config else "Sequential"
        config = {"class_name": kind, "config": config}
    return config
