"""A foreign model as plain records, and what comes of one."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from tflm.model.build import build_model
from tflm.model.config import ModelConfig
from tflm.model.language_model import LanguageModel
from tflm.text.protocol import Protocol


@dataclasses.dataclass(frozen=True)
class Layer:
    """One layer of a foreign model.

    Attributes:
        kind: as its own tool calls it, such as `LSTM`.
        name: in the model.
        config: its settings, as its own tool writes them.
        weights: its arrays, float32, under the names of its own tool.
    """

    kind: str
    name: str
    config: Mapping[str, Any]
    weights: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Imported:
    """A foreign model in the toolkit's form.

    Attributes:
        model: gives the same logits.
        protocol: how its owner used it, as far as it says; None if nothing
            speaks against the start of a model that the toolkit trained.
        steps: how many ids its owner gave it at once, None if any number.
        last_word: whether it predicts after its last id alone.
        skips: id that it does not read, None if it reads all.
    """

    model: LanguageModel
    protocol: Protocol | None = None
    steps: int | None = None
    last_word: bool = False
    skips: int | None = None


def build(
    config: ModelConfig, weights: Mapping[str, np.ndarray]
) -> LanguageModel:
    """Returns a model of these weights, named as in `named_weights`.

    A bias that is not among them is zero.

    Raises:
        ValueError: another weight is missing, is none of the model's, or has
            another shape.
    """
    model = build_model(config)
    named = model.named_weights()
    if others := sorted(weights.keys() - named.keys()):
        raise ValueError(f"the model has no weight {others[0]!r}")
    for name, variable in named.items():
        value = weights.get(name)
        if value is None and name.endswith("/bias"):
            value = np.zeros(variable.shape, np.float32)
        if value is None:
            raise ValueError(f"weight {name} is missing")
        if tuple(value.shape) != tuple(variable.shape):
            raise ValueError(
                f"weight {name} has the shape {list(value.shape)}, "
                f"not {list(variable.shape)}"
            )
        variable.assign(value)
    return model
