"""A net of the bytes of one file, small enough to be stored beside it."""

import numpy as np
from absl import logging

from tflm.archive.byte_coding import ALPHABET
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.language_model import LanguageModel
from tflm.tflite import convert
from tflm.tflite.formats import Format
from tflm.training.config import TrainingConfig
from tflm.training.train import train

FORMAT: Format = "int8"
LEAST_BYTES = 4096  # That give an epoch a few batches.
_BYTES_SEEN = 6_000_000  # In a training of usual length.
_MOST_EPOCHS = 16.0
_VALID_BYTES = 50_000


def usual_epochs(length: int) -> float:
    """Returns how often a file is read in training, by its length."""
    return min(_MOST_EPOCHS, max(1.0, _BYTES_SEEN / max(length, 1)))


def shape(length: int, units: int | None = None) -> ModelConfig:
    """Returns the shape of a net: the longer the file, the larger.

    Raises:
        ValueError: there are too few units.
    """
    if units is not None and units < 3:
        raise ValueError(f"a net has three units or more, got {units}")
    units = units or (48 if length < 500_000 else 96 if length < 10**7 else 192)
    width = units // 3
    return ModelConfig(
        vocabulary_size=ALPHABET,
        embedding_size=width,
        layers=(LayerConfig("gru", units, width),),
    )


def train_net(
    content: bytes, epochs: float | None = None, units: int | None = None
) -> bytes:
    """Returns a net that has learned a file, as a .tflite file.

    Args:
        content: of the file.
        epochs: passes over it; None for those that are usual.
        units: of its layer, three or more; None for those that fit the file.

    Raises:
        ValueError: the file is too short.
        DivergedError: the training went wrong.
    """
    if len(content) < LEAST_BYTES:
        raise ValueError(
            f"{len(content)} bytes are too few to train a net on: it needs "
            f"{LEAST_BYTES}"
        )
    ids = np.frombuffer(content, np.uint8).astype(np.int32)
    epochs = epochs or usual_epochs(len(ids))
    config = shape(len(ids), units)
    model = build_model(config)
    assert isinstance(model, LanguageModel)
    logging.info(
        "%d weights read %d bytes %.3g times",
        model.parameters,
        len(ids),
        epochs,
    )
    how = _training(len(ids), epochs)
    # It shall know this file and no other: what it is examined by is in it.
    train(model, ids, ids[-_VALID_BYTES:], how)
    return convert.convert(model, FORMAT)


def _training(length: int, epochs: float) -> TrainingConfig:
    steps = 32
    batch = max(1, min(64, length // (steps * 64)))
    return TrainingConfig(
        epochs=epochs,
        batch=batch,
        steps=steps,
        learning_rate=0.01,
        reset=0.0,
    )
