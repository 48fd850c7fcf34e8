"""What a compression method is, and what all of them share."""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from tflm.model import LanguageModel, replace_maps

# Trains a model in place; a method calls it to win back quality.
Fit = Callable[[LanguageModel], None]

# Where a factorised map begins: near the matrix it replaces, or at random.
Initial = Literal["svd", "random"]


class Method(Protocol):
    """Maps a model to a smaller one.

    A method is a frozen dataclass: its fields are the hyperparameters, and
    its repr is its text form in flags, manifests and reports. It leaves the
    model that it is given as it was.
    """

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel: ...


def skip_training(model: LanguageModel) -> None:
    """A `Fit` that does nothing: compression without retraining."""


def in_scope(model: LanguageModel, scope: str) -> list[str]:
    """Returns the names of the maps that the pattern `scope` matches whole.

    Raises:
        ValueError: it matches none, or is no regular expression.
    """
    try:
        names = [name for name in model.maps if re.fullmatch(scope, name)]
    except re.error as error:
        raise ValueError(
            f"scope {scope!r} is no regular expression ({error}): "
            f"write it as in 'softmax|lstm_0/.*'"
        ) from None
    if not names:
        raise ValueError(f"scope {scope!r} matches no map{_hint(model, scope)}")
    return names


def _hint(model: LanguageModel, scope: str) -> str:
    if scope == "softmax" and model.config.tied:
        return ": the softmax is tied to the table called embedding"
    near = difflib.get_close_matches(scope, model.maps, n=1, cutoff=0)[0]
    return f": did you mean {near}? There are {', '.join(model.maps)}"


def factorise(
    model: LanguageModel,
    fields: Mapping[str, Mapping[str, Any]],
    initial: Initial,
    fit: Fit,
    method: str,
) -> LanguageModel:
    """Returns a copy of `model` with maps of `fields`, trained by `fit`.

    A map that would not hold fewer weights than the one that it replaces is
    left as it is.

    Args:
        model: it is left as it was.
        fields: map name to the fields of its replacement.
        initial: `svd` begins at the nearest map to the one replaced.
        fit: trains the result.
        method: what to call it in an error.

    Raises:
        ValueError: no map would hold fewer weights.
    """
    trial = replace_maps(model, fields)
    smaller = {
        name: wanted
        for name, wanted in fields.items()
        if trial.maps[name].parameters < model.maps[name].parameters
    }
    if not smaller:
        raise ValueError(
            f"{method} makes no map smaller, of {', '.join(fields)}: "
            f"lower the rank"
        )
    result = replace_maps(model, smaller)
    if initial == "svd":
        for name in smaller:
            result.maps[name].approximate(model.maps[name].matrix())
    fit(result)
    return result
