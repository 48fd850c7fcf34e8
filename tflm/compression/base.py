"""What a compression method is, and what all of them share."""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Protocol, get_args

from tflm.layers.map import Importance
from tflm.model.config import renamed
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

# Trains a model in place; a method calls it to win back quality.
Fit = Callable[[Network], None]

# Where a factorised map begins: near the matrix it replaces, or at random.
Initial = Literal["svd", "random"]

# Or nearest in what it makes of the inputs that the model meets.
WeightedInitial = Literal["svd", "weighted", "random"]


class Method(Protocol):
    """Maps a model to a smaller one.

    A method is a frozen dataclass: its fields are the hyperparameters, and
    `compression.text` writes it for flags, manifests and reports.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    # Whether training after it spoils what it has made of the weights.
    UNDONE_BY_TRAINING: ClassVar[bool] = False

    def __call__(self, model: Network, fit: Fit) -> Network:
        """Returns a smaller model, trained by `fit`; `model` stays as it is.

        Raises:
            ValueError: the method cannot be applied to `model`.
        """


def skip_training(model: Network) -> None:
    """A `Fit` that does nothing: compression without retraining."""


def check_whole(name: str, value: Any) -> None:
    """Raises a ValueError unless field `name` is a whole number from 1."""
    if type(value) is not int or value < 1:
        raise ValueError(
            f"{name} must be a whole number of at least 1, got {value!r}"
        )


def check_scope(scope: Any) -> None:
    """Raises a ValueError unless a field `scope` is a text."""
    if not isinstance(scope, str):
        raise ValueError(f"scope must be a text, got {scope!r}")


def check_initial(initial: Any, kinds: Any = Initial) -> None:
    """Raises a ValueError unless `initial` is one of the literal `kinds`."""
    check_choice("initial", initial, kinds)


def check_choice(name: str, value: Any, kinds: Any) -> None:
    """Raises a ValueError unless a field is one of the literal `kinds`."""
    if value not in get_args(kinds):
        *others, last = get_args(kinds)
        raise ValueError(
            f"{name} {value!r} is unknown: give {', '.join(others)} or {last}"
        )


def in_scope(model: Network, scope: str) -> list[str]:
    """Returns the names of the maps that the pattern `scope` matches whole.

    The names of 0.1.0 match, too: `lstm_0/.*` is `layer_0/.*`.

    Raises:
        ValueError: it matches none, or is no regular expression.
    """
    try:
        pattern = re.compile(renamed(scope))
    except re.error as error:
        raise ValueError(
            f"scope {scope!r} is no regular expression ({error}): "
            f"write it as in 'softmax|layer_0/.*'"
        ) from None
    names = [name for name in model.maps if pattern.fullmatch(name)]
    if not names:
        raise ValueError(f"scope {scope!r} matches no map{_hint(model, scope)}")
    return names


def layers_in_scope(model: Network, scope: str) -> list[int]:
    """Returns the numbers of the layers of which `scope` matches a map.

    Raises:
        ValueError: it matches no map of a layer.
    """
    prefixes = {name.split("/")[0] for name in in_scope(model, scope)}
    layers = [
        number
        for number in range(len(model.config.layers))
        if f"layer_{number}" in prefixes
    ]
    if not layers:
        raise ValueError(
            f"scope {scope!r} names no layer: give one such as 'layer_.*'"
        )
    return layers


def _hint(model: Network, scope: str) -> str:
    if scope == "softmax" and model.config.tied:
        return ": the softmax is tied to the table called embedding"
    near = difflib.get_close_matches(scope, model.maps, n=1, cutoff=0)[0]
    return f": did you mean {near}? There are {', '.join(model.maps)}"


def factorise(
    model: Network,
    fields: Mapping[str, Mapping[str, Any]],
    initial: WeightedInitial,
    fit: Fit,
    method: str,
    importance: Mapping[str, Importance] | None = None,
) -> Network:
    """Returns a copy of `model` with maps of `fields`, trained by `fit`.

    A map that would not hold fewer weights than the one that it replaces is
    left as it is.

    Args:
        model: it is left as it was.
        fields: map name to the fields of its replacement.
        initial: `random` leaves the weights of new maps as they are.
        fit: trains the result.
        method: what to call it in an error.
        importance: map name to what errors of its matrix cost.

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
            f"lower the rank or raise the tolerance"
        )
    result = replace_maps(model, smaller)
    if initial != "random":
        for name in smaller:
            matrix = model.maps[name].matrix()
            result.maps[name].approximate(matrix, (importance or {}).get(name))
    fit(result)
    return result
