"""A model to a directory with its step in another container, and its words."""

import importlib
from typing import Literal

import numpy as np

from tflm import directories, files
from tflm.model.keras_step import KerasStep
from tflm.model.language_model import LanguageModel
from tflm.text.vocabulary import Vocabulary

Container = Literal["savedmodel", "onnx"]
_MODULES = {"savedmodel": "saved_model", "onnx": "onnx_model"}
_TOLERANCE = 1e-4  # Of the range of the logits, as of a float32 .tflite file.
_WORDS = 8


def export(
    model: LanguageModel,
    words: Vocabulary,
    directory: files.Path,
    container: Container,
    overwrite: bool = False,
) -> str:
    """Writes `saved_model` or `model.onnx`, and `vocabulary.txt`, or nothing.

    What is written is read again, and must answer as the model does.

    Args:
        model: what to write.
        words: its vocabulary.
        directory: where it shall be; what is there is replaced.
        container: which.
        overwrite: whether `directory` may exist.

    Returns:
        the name of the one or the other in the directory.

    Raises:
        ValueError: a package that the container needs is not installed, or
            what was written answers otherwise.
        FileExistsError: the directory exists and `overwrite` is not set.
    """
    try:
        module = importlib.import_module(f"{__package__}.{_MODULES[container]}")
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{container} needs {error.name}: pip install 'tflm-toolkit[onnx]'"
        ) from None
    with directories.writing(directory, overwrite) as temporary:
        module.write(model, temporary / module.NAME)
        words.save(temporary / "vocabulary.txt")
        difference = _difference(module.Step(temporary / module.NAME), model)
        if not difference <= _TOLERANCE:
            raise ValueError(
                f"the logits of the {container} file are {difference:.3g} of "
                f"their range from the model's, more than {_TOLERANCE}"
            )
    return module.NAME


def _difference(step, model: LanguageModel) -> float:
    """Returns the largest difference of a logit, relative to their range."""
    own = KerasStep(model)
    state = other_state = own.initial_state()
    ids = np.random.default_rng(0).integers(0, own.vocabulary_size, _WORDS)
    worst = 0.0
    for token in map(int, ids):
        expected, state = own(token, state)
        logits, other_state = step(token, other_state)
        spread = max(np.ptp(expected), 1e-3)
        worst = max(worst, float(np.abs(logits - expected).max() / spread))
    return worst
