"""Training runs: what was measured in validation, by epoch."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.report.measures import watched
from tflm.report.places import told_apart


@dataclasses.dataclass(frozen=True)
class Curve:
    """A training run.

    Attributes:
        name: of the model.
        epochs: how much of the text was read at each point, in passes.
        measured: on validation text at each, nan where it diverged.
        seconds: what it took.
        measure: what was measured, `perplexity` or a tagger's `error`.
        above: the directories that it lies in, from the root on.
    """

    name: str
    epochs: tuple[float, ...]
    measured: tuple[float, ...]
    seconds: float
    measure: str = "perplexity"
    above: tuple[str, ...] = ()

    @classmethod
    def read(
        cls, name: str, progress: dict[str, Any], above: tuple[str, ...] = ()
    ) -> "Curve":
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
        return cls(name, epochs, measured, seconds, what, above)

    @property
    def best(self) -> int:
        """The number of the point with the least."""
        low = [p if math.isfinite(p) else math.inf for p in self.measured]
        return low.index(min(low))


class _Progress(msgspec.Struct):
    history: list[dict[str, float]]
    seconds: float = 0.0


def numbered(curves: Sequence[Curve]) -> list[Curve]:
    """Returns the runs with names of their own.

    Those that are called the same get the directories that tell them apart
    before their names; those of one place are numbered.
    """
    names = told_apart([(*curve.above, curve.name) for curve in curves])
    return [
        dataclasses.replace(
            curve,
            name=f"{name}, run {names[: i + 1].count(name)}"
            if names.count(name) > 1
            else name,
        )
        for i, (curve, name) in enumerate(zip(curves, names, strict=True))
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
