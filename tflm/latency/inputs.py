"""What a model is given to read while it is measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Details = dict[str, dict[str, Any]]  # What a runtime says of tensors, by name.
_COUNT = 256  # Different inputs, before they come again.


def states(inputs: Details, outputs: Details) -> list[str]:
    """Returns the names of states: inputs that are also outputs, alike."""
    return [
        name
        for name in inputs
        if name in outputs
        and inputs[name]["dtype"] == outputs[name]["dtype"]
        and np.array_equal(inputs[name]["shape"], outputs[name]["shape"])
    ]


def model_inputs(
    inputs: Details, outputs: Details, tokens: Sequence[int] | None
) -> list[dict[str, np.ndarray]]:
    """Returns the inputs of one step after the other, by name, no states.

    Args:
        inputs, outputs: what the model reads and returns.
        tokens: ids of words to read; None takes some at random. Only a model
            with `token`, `state` and `logits` reads words.

    Returns:
        For each step an array of its shape and type for each input.

    Raises:
        ValueError: `tokens` are empty or not of the vocabulary, or an input
            does not hold numbers.
    """
    random = np.random.default_rng(0)
    if _reads_a_word(inputs, outputs):
        words = int(outputs["logits"]["shape"][-1])
        ids = random.integers(words, size=_COUNT) if tokens is None else tokens
        _require(len(ids) > 0, "tokens are empty")
        for word_id in ids:
            _require(
                0 <= word_id < words,
                f"token {word_id} is none of its {words} words",
            )
        return [{"token": np.array([word_id], np.int32)} for word_id in ids]
    carried = states(inputs, outputs)
    return [
        {
            name: _random(detail, random)
            for name, detail in inputs.items()
            if name not in carried
        }
        for _ in range(_COUNT)
    ]


def _reads_a_word(inputs: Details, outputs: Details) -> bool:
    """Tells a language model: one that reads a window has other ids, too."""
    names = {"token", "state"}
    is_step = inputs.keys() == names and "logits" in outputs
    return is_step and [*inputs["token"]["shape"]] == [1]


def _random(detail: dict[str, Any], random: np.random.Generator) -> np.ndarray:
    shape, dtype = detail["shape"], np.dtype(detail["dtype"])
    _require(dtype.kind in "fiub", f"it reads {dtype}, and not numbers")
    if dtype.kind == "f":
        return random.standard_normal(shape).astype(dtype)
    return random.integers(1, 10, shape).astype(dtype)


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
