"""How to train, as a table of a recipe; a teacher is a table within it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from tflm.experiment.fields import checked, replaced
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig

_TEACHER = "distillation"


def read(
    base: TrainingConfig, table: Mapping[str, Any], where: str
) -> TrainingConfig:
    """Returns a training with the values of a table in place of its own.

    Args:
        base: the training.
        table: as a recipe has it. In its table `distillation`, a teacher
            that is an empty text stands for none.
        where: the table, for errors, as `[training]`.

    Raises:
        ValueError: a name or a value is wrong.
    """
    found = {**checked(table, dict, where)}
    if _TEACHER in found:
        usual = base.distillation or DistillationConfig()
        how = replaced(usual, found[_TEACHER], f"{where} {_TEACHER}")
        found[_TEACHER] = how if how.teacher else None
    return replaced(base, found, where)


def write(
    training: TrainingConfig, usual: TrainingConfig | None = None
) -> dict[str, Any]:
    """Returns what `read` reads as a training.

    Args:
        training: what to write.
        usual: what is not written, as it is the same; None for nothing.
    """
    table = dataclasses.asdict(training)
    if usual:
        same = dataclasses.asdict(usual)
        table = {n: value for n, value in table.items() if value != same[n]}
    if _TEACHER in table and table[_TEACHER] is None:
        del table[_TEACHER]
        if usual:  # Which has a teacher.
            table[_TEACHER] = {"teacher": ""}
    return table
