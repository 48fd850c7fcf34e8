"""Training runs: what was measured in validation, by epoch."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.report.measures import watched


@dataclasses.dataclass(frozen=True)
class Curve:
    """A training run.

    Attributes:
        name: of the model.
        epochs: how much of the text was read at each point, in passes.
        measured: on validation text at each, nan where it diverged.
        seconds: what it took.
        measure: what was measured, `perplexity` or a tagger's `error`.
    """

    name: str
    epochs: tuple[float, ...]
    measured: tuple[float, ...]
    seconds: float
    measure: str = "perplexity"

    @classmethod
    def read(cls, name: str, progress: dict[str, Any]) -> "Curve":
        """Returns the run whose `training.trainer.Progress` this is.

        Raises:
            ValueError: it is something else, or has no epoch.
        """
        try:
            told = json_files.convert(progress, "the run", _Progress)
            name_of = watched(told.history)
            points = [(at["epoch"], at[name_of]) for at in told.history]
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{name} has a history that is none of a training "
                f"({error}); tflm train --json prints one"
            ) from None
        if not points:
            raise ValueError(f"{name} has no epoch yet: train on")
        seconds = told.seconds
        epochs, measured = zip(*points, strict=True)
        what = name_of.removeprefix("valid_")
        return cls(name, epochs, measured, seconds, what)

    @property
    def best(self) -> int:
        """The number of the point with the least."""
        low = [p if math.isfinite(p) else math.inf for p in self.measured]
        return low.index(min(low))


class _Progress(msgspec.Struct):
    history: list[dict[str, float]]
    seconds: float = 0.0


def numbered(curves: Sequence[Curve]) -> list[Curve]:
    """Returns the runs with names of their own: those of one are numbered."""
    names = [curve.name for curve in curves]
    return [
        dataclasses.replace(
            curve, name=f"{curve.name}, run {names[: i + 1].count(curve.name)}"
        )
        if names.count(curve.name) > 1
        else curve
        for i, curve in enumerate(curves)
    ]


def cells(curves: Sequence[Curve]) -> list[list[str]]:
    """Returns a line for each run, its head first."""
    head = ["run", "epochs", "first", "last", "best", "at epoch", "minutes"]
    return [
        head,
        *(
            [
                each.name,
                f"{each.epochs[-1]:g}",
                f"{each.measured[0]:.2f}",
                f"{each.measured[-1]:.2f}",
                f"{each.measured[each.best]:.2f}",
                f"{each.epochs[each.best]:g}",
                f"{each.seconds / 60:.1f}",
            ]
            for each in curves
        ),
    ]
