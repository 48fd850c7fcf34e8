"""Models on disk: configuration and weights, no pickle."""

import collections
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from tflm import arrays, files
from tflm.model import config_file
from tflm.model.build import build_model
from tflm.model.config import ModelConfig, renamed
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
        weights = {renamed(n): x for n, x in arrays.read(path).items()}
        config = config_file.parse(weights.pop("config").tobytes())
        _check_shapes(config, weights)
        model = build_model(config)
        for name, weight in model.named_weights().items():
            weight.assign(weights[name])
    except FileNotFoundError:
        raise ValueError(f"model {path} is missing") from None
    except Exception as error:  # Of NumPy, zipfile, JSON or TensorFlow.
        raise ValueError(_not_a_model(path, error)) from None
    return model


def _check_shapes(
    config: ModelConfig, weights: Mapping[str, np.ndarray]
) -> None:
    """Raises ValueError if a model has other weights than an archive holds.

    The model is a graph that is never run: one that says it is larger than
    any memory takes none.
    """
    groups = sum(layer.groups for layer in config.layers)
    if groups > len(weights):
        raise ValueError(f"it says that it has {groups} groups")
    with tf.Graph().as_default():
        model = build_model(config)
        needed = (tuple(w.shape) for w in model.named_weights().values())
    missing = collections.Counter(needed)
    missing.subtract(w.shape for w in weights.values())
    for shape, count in missing.items():
        if count > 0:
            raise ValueError(f"it has no weights {[*shape]}")


def _not_a_model(path: files.Path, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return (
        f"{path} is not a model of this toolkit ({reason}): give a file "
        f"that tflm train or tflm compress wrote"
    )
