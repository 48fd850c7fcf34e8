"""One trial of a sweep: a model trained in a directory of its own.

Everything that it tells is kept there, so that a trial which begins again, as
its process died or the whole sweep was stopped, tells the very same and trains
only what is missing.
"""

import dataclasses
import json
import math
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

from tflm import files, json_files
from tflm.experiment import stages
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.tasks.task import AnyText
from tflm.report import measures
from tflm.search import varied
from tflm.search.varied import Value
from tflm.training.trainer import DivergedError, Progress

_VALUES, _TOLD = "values.json", "told.json"


@dataclasses.dataclass(frozen=True)
class Trial:
    """What came of a trial.

    Attributes:
        number: in the order in which they were chosen, from 0.
        values: of what is varied.
        state: `done`; `stopped`, as it was worse than others; or `diverged`.
        epochs: that it was trained for.
        best: the lowest of what was measured in validation, None for nothing.
        measure: the name of that.
    """

    number: int
    values: dict[str, Value]
    state: str
    epochs: float
    best: float | None
    measure: str


def place(directory: files.Path, number: int) -> pathlib.Path:
    """Returns the directory of a trial of the sweep in `directory`."""
    return pathlib.Path(directory) / "trials" / f"{number:03}"


def run(
    number: int,
    values: Mapping[str, Value],
    config: ExperimentConfig,
    directory: files.Path,
    text: AnyText,
    tell: Callable[[dict[str, Any]], None],
) -> None:
    """Trains the model of a trial, or what is missing of it.

    Args:
        number: of the trial.
        values: of what is varied.
        config: what they change.
        directory: of the sweep.
        text: to train on.
        tell: called after each epoch, those of an earlier process first, with
            `epoch`, `reached` in validation and the `best` of that.

    Raises:
        ValueError: `directory` has another trial of this number.
    """
    where = place(directory, number)
    where.mkdir(parents=True, exist_ok=True)
    _claim(where, values)
    told = _told(where)
    for row in told:
        tell(row)
    if told and told[-1]["best"] == math.inf:
        return
    changed = varied.applied(config, values)

    def after(progress: Progress) -> None:
        for at in progress.history[len(told) :]:
            told.append(_row(at, told))
            _keep(where, told)
            tell(told[-1])

    try:
        stages.train_model(
            *(where, config.name, changed.model, changed.training, text),
            on_epoch=after,
        )
    except DivergedError:
        told.append(_diverged(changed.training.epochs))
        _keep(where, told)
        tell(told[-1])


def read(directory: files.Path, number: int) -> Trial:
    """Returns what came of a trial that has ended."""
    where = place(directory, number)
    values = json_files.read(where / _VALUES, dict[str, Any])
    told = _told(where)
    reached = [row for row in told if math.isfinite(row["best"])]
    if stages.is_done(where):
        state = "done"
    else:
        state = "stopped" if reached == told else "diverged"
    return Trial(
        *(number, values, state),
        reached[-1]["epoch"] if reached else 0.0,
        reached[-1]["best"] if reached else None,
        reached[-1]["measure"] if reached else measures.PERPLEXITY.watched,
    )


def _row(at: Mapping[str, float], told: list[dict[str, Any]]) -> dict[str, Any]:
    measure = measures.watched([at])
    best = min([at[measure], *(row["best"] for row in told)])
    reached = {"epoch": at["epoch"], "reached": at[measure], "best": best}
    return reached | {"measure": measure}


def _diverged(epochs: float) -> dict[str, Any]:
    lost = {"epoch": epochs, "reached": math.inf, "best": math.inf}
    return lost | {"measure": ""}


def _claim(where: pathlib.Path, values: Mapping[str, Value]) -> None:
    path, wanted = where / _VALUES, dict(values)
    if not path.exists():
        files.write(path, json.dumps(wanted))
    elif json_files.read(path, dict[str, Any]) != wanted:
        raise ValueError(
            f"{where} has a trial of other values: give --overwrite, or "
            f"another --output"
        )


def _told(where: pathlib.Path) -> list[dict[str, Any]]:
    path = where / _TOLD
    if not path.exists():
        return []
    return json_files.read(path, list[dict[str, Any]], has_nan=True)


def _keep(where: pathlib.Path, told: list[dict[str, Any]]) -> None:
    files.write(where / _TOLD, json.dumps(told))
