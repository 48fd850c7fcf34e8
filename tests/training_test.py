import json
import math
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator

from tflm import compress, training
from tflm.model import build_model, replace_maps
from tflm.training import (
    RECIPES,
    DivergedError,
    TrainingConfig,
    learning_rate,
    make_fit,
    perplexity,
    train,
)

# All that is random or remembered: dropout, resets, samples, Adam's moments.
BUSY = TrainingConfig(
    epochs=2, batch=8, steps=5, reset=0.1, checkpoint_seconds=0
)
SAMPLED = {"loss": "sampled", "samples": 20, "exact": 0.5}
DROPOUT = {"input_dropout": 0.2, "output_dropout": 0.2, "state_dropout": 0.2}


def weights(model):
    return {n: w.numpy() for n, w in model.named_weights().items()}


def assert_same_weights(model, expected):
    for name, weight in weights(model).items():
        np.testing.assert_array_equal(weight, expected[name])


def config(**fields):
    return TrainingConfig(**{"epochs": 1, "batch": 8, "steps": 5} | fields)


def fit(model, ids, config, directory=None):
    return train(model, ids[:1000], ids[1000:1300], config, directory, False)


def checkpoints(directory):
    return sorted(pathlib.Path(directory).glob("step-*.npz"))


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def kill_at(monkeypatch):
    """Returns a function that lets training end after some step."""
    save = training._Checkpoints.save_if_due

    def kill_at(step):
        def dying(saver):
            save(saver)
            if saver.run.progress.step == step:
                raise Killed

        monkeypatch.setattr(training._Checkpoints, "save_if_due", dying)

    yield kill_at
    monkeypatch.undo()
