"""Models on disk: configuration and weights, no pickle."""

import numpy as np

from tflm import files
from tflm.model.build import build_model, read_config
from tflm.model.config import renamed
from tflm.model.network import Network


def save(model: Network, path: files.Path) -> None:
    """Writes configuration and weights to one file, a zip of NumPy arrays."""
    weights = {n: w.numpy() for n, w in model.named_weights().items()}
    config = np.frombuffer(model.config.to_json().encode(), np.uint8)
    with files.writing(path) as file:
        np.savez(file, config=config, **weights)


def load(path: files.Path) -> Network:
    """Reads a model that `save` wrote, also of 0.1.0. Nothing is unpickled.

    Raises:
        ValueError: the file is not such a model, or is damaged.
    """
    try:
        with (
            open(path, "rb") as file,
            np.load(file, allow_pickle=False) as arrays,
        ):
            config = read_config(arrays["config"].tobytes().decode())
            model = build_model(config)
            names = {renamed(name): name for name in arrays.files}
            for name, weight in model.named_weights().items():
                weight.assign(arrays[names[name]])
    except FileNotFoundError:
        raise ValueError(f"model {path} is missing") from None
    except Exception as error:  # Of NumPy, zipfile, JSON or TensorFlow.
        raise ValueError(_not_a_model(path, error)) from None
    return model


def _not_a_model(path: files.Path, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return (
        f"{path} is not a model of this toolkit ({reason}): give a file "
        f"that tflm train or tflm compress wrote"
    )
