"""What tells a shape from all others, the same in all versions of tflm."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tflm.model.config import ModelConfig

# Settings that not all versions had, as they are where nobody asks for them.
YOUNGER = (
    ("state_activation", "tanh"),
    ("gate_activation", "sigmoid"),
    ("epsilon", 1e-3),
    ("groups", 1),
    ("pooling", (3,)),
    ("word_dropout", 0.0),
)


def identity(config: ModelConfig) -> str:
    """Returns what no other shape has, as JSON."""
    return json.dumps(without(dataclasses.asdict(config), YOUNGER))


def without(settings: Any, younger: Sequence[tuple[str, Any]]) -> Any:
    """Returns settings but those, however deep, that stand for nothing.

    So what was begun when there were no such settings is still the same.

    Args:
        settings: as JSON holds them.
        younger: names and what stands for nothing.
    """
    if isinstance(settings, Mapping):
        return {
            name: without(value, younger)
            for name, value in settings.items()
            if (name, value) not in younger
        }
    if isinstance(settings, list | tuple):
        return [without(value, younger) for value in settings]
    return settings
