"""Which shape and training fit a text of some length."""

import dataclasses

from tflm.model.config import ModelConfig
from tflm.model.presets import preset
from tflm.training.config import TRAINING_PRESETS, TrainingConfig

# Presets by the longest text, in tokens, that is theirs: an English text of
# 1 MB has about 220,000.
_LONGEST = {
    "keyboard-tiny": 120_000,
    "keyboard-small": 500_000,
    "keyboard-medium": 1_500_000,
}
_MOST_TOKENS = 27_000_000  # That a run reads: about an hour on two cores.
_LEAST_EPOCHS = 1.0


def preset_for(tokens: int) -> str:
    """Returns the name of the preset for a training text of so many tokens."""
    for name, longest in _LONGEST.items():
        if tokens <= longest:
            return name
    return "keyboard"


def training_for(name: str, tokens: int) -> TrainingConfig:
    """Returns the training of a preset, shortened for a very long text.

    Args:
        name: of the preset.
        tokens: of the training text; a run reads 27 million at most, but
            for one epoch.
    """
    how = TRAINING_PRESETS[name]
    if not name.startswith("keyboard"):
        return how  # Published: its epochs are part of it.
    epochs = max(_LEAST_EPOCHS, round(_MOST_TOKENS / max(tokens, 1), 1))
    return dataclasses.replace(how, epochs=min(how.epochs, epochs))


def settings_for(
    tokens: int, vocabulary_size: int
) -> tuple[ModelConfig, TrainingConfig]:
    """Returns a shape and a training that fit a text, from 200 kB to 50 MB.

    Args:
        tokens: of the training text.
        vocabulary_size: of its vocabulary.

    Examples:
        >>> shape, fitting = tflm.settings_for(len(train_ids), len(words))
        >>> shape.layers[0].units, fitting.batch
        (128, 16)
    """
    name = preset_for(tokens)
    return preset(name, vocabulary_size), training_for(name, tokens)
