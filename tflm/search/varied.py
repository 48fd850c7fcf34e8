"""What a sweep varies: settings, and the values that they may have."""

import dataclasses
import math
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    get_args,
    get_origin,
    get_type_hints,
)

from tflm.model.config import RECURRENT, LayerConfig, ModelConfig
from tflm.training.config import TrainingConfig

if TYPE_CHECKING:  # It imports TensorFlow, and shells complete names.
    from tflm.experiment.config import ExperimentConfig

Value = float | int | str

# Of the shape; `units` are those of each recurrent layer.
_OF_SHAPE: dict[str, type] = {
    "units": int,
    "input_dropout": float,
    "output_dropout": float,
    "state_dropout": float,
    "word_dropout": float,
}
_FIXED = ("seed", "checkpoint_seconds", "patience")


@dataclasses.dataclass(frozen=True)
class Varied:
    """One setting and what it may be.

    Attributes:
        name: of the setting, one of `names()`.
        values: some, or the lowest and the highest.
        is_range: whether all between the two may be taken as well.
    """

    name: str
    values: tuple[Value, ...]
    is_range: bool = False

    @property
    def is_log(self) -> bool:
        """Whether its logarithm is drawn: it spans ten times or more."""
        if not self.is_range:
            return False
        low, high = map(float, self.values)
        return 0 < 10 * low <= high


def names() -> dict[str, Any]:
    """Returns the types of all that can be varied, by name."""
    hints = get_type_hints(TrainingConfig)
    return _OF_SHAPE | {
        name: hint
        for name, hint in hints.items()
        if (hint in (int, float) or get_origin(hint) is Literal)
        and name not in _FIXED
    }


def parse(text: str) -> Varied:
    """Returns what `learning_rate=0.001..0.01` or `batch=16,32` says.

    Raises:
        ValueError: there is no such setting, or it cannot be so.
    """
    name, _, said = text.partition("=")
    known = names()
    if name not in known:
        raise ValueError(
            f"--vary={text} varies {name!r}, which there is not: there are "
            f"{', '.join(sorted(known))}"
        )
    is_range = ".." in said
    if is_range and get_origin(known[name]) is Literal:
        raise ValueError(
            f"--vary={text} is a range of names: give some of "
            f"{', '.join(get_args(known[name]))} by comma"
        )
    parts = said.split(".." if is_range else ",")
    try:
        values = tuple(_value(known[name], part) for part in parts)
    except ValueError:
        values = ()
    if not values or (is_range and not _is_ordered(values)):
        raise ValueError(
            f"--vary={text} cannot be read: give LOW..HIGH, or values by comma"
        )
    return Varied(name, values, is_range)


def applied(
    config: "ExperimentConfig", values: Mapping[str, Value]
) -> "ExperimentConfig":
    """Returns an experiment with other settings.

    Raises:
        ValueError: a setting cannot have its value.
    """
    said: dict[str, Any] = dict(values)
    of_shape = {name: said.pop(name) for name in _OF_SHAPE if name in said}
    units = of_shape.pop("units", None)
    if units is not None:
        of_shape["layers"] = _of_units(config.model, units)
    return dataclasses.replace(
        config,
        model=dataclasses.replace(config.model, **of_shape),
        training=dataclasses.replace(config.training, **said),
    )


def check(config: "ExperimentConfig", varied: Varied) -> None:
    """Refuses values that an experiment cannot have, before any is tried.

    Raises:
        ValueError: of one of the values, or of the ends of a range.
    """
    for value in varied.values:
        try:
            applied(config, {varied.name: value})
        except ValueError as error:
            raise ValueError(f"--vary {varied.name}={value}: {error}") from None
        is_share = varied.name.endswith(("dropout", "noise"))
        if is_share and not 0 <= float(value) < 1:
            raise ValueError(
                f"--vary {varied.name}={value} is no share: give 0 or more, "
                f"and less than 1"
            )


def _of_units(config: ModelConfig, units: int) -> tuple[LayerConfig, ...]:
    return tuple(
        dataclasses.replace(each, units=units)
        if each.kind in RECURRENT
        else each
        for each in config.layers
    )


def _value(kind: Any, text: str) -> Value:
    if kind is int:
        return int(text)
    if kind is float and math.isfinite(float(text)):
        return float(text)
    if get_origin(kind) is Literal:
        return text.strip()
    raise ValueError


def _is_ordered(values: tuple[Value, ...]) -> bool:
    return len(values) == 2 and float(values[0]) < float(values[1])
