"""A sweep: what settings of training give the best model."""

import dataclasses
import pathlib
from collections.abc import Sequence

from absl import logging

from tflm import files, temporary
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.tasks.task import AnyText
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.scale.workers import Workers
from tflm.search import trial, varied
from tflm.search.trial import Trial
from tflm.search.varied import Varied

BATCH = 4


@dataclasses.dataclass(frozen=True)
class Found:
    """What a sweep found.

    Attributes:
        trials: all, in the order in which they were chosen.
        best: the one of the lowest validation measure.
        config: the experiment with its values.
        trained: its model.
    """

    trials: list[Trial]
    best: Trial
    config: ExperimentConfig
    trained: Trained


def run(
    config: ExperimentConfig,
    text: AnyText,
    vary: Sequence[Varied],
    directory: files.Path,
    workers: Workers,
    trials: int = 12,
    batch: int = BATCH,
    stops: bool = True,
) -> Found:
    """Trains models of different settings, and returns what came of them.

    What is tried follows from the seed of `config.training` and from results
    alone: it is the same with any number of workers, which leave the same
    models. A sweep that was stopped goes on when it is started again, and
    comes to the same end, as does one that gets more trials. The test text is
    not read.

    Args:
        config: what is varied, of the text's vocabulary.
        text: to train on.
        vary: what Optuna chooses values for.
        directory: where each trial has its own; all machines see it.
        workers: who trains.
        trials: how many models.
        batch: of trials that are chosen before their results are known; at
            most so many are trained side by side.
        stops: whether a trial ends early that is worse than the median of
            those of earlier batches (the median stopping rule of Golovin et
            al. 2017).

    Raises:
        ValueError: `config` cannot have such values, or `directory` has other
            trials, or no trial could be trained to its end.
        OSError, RuntimeError: workers cannot be had.
    """
    _check(config, vary, trials, batch)
    directory = pathlib.Path(directory).resolve()
    shared = {"config": config, "directory": directory, "text": text}
    with workers.connected(), temporary.directory(directory) as place:
        from tflm.search import tuning

        logging.info("%d trials", trials)
        tuning.tried(
            *(trial.run, shared, vary, trials, batch, config.training.seed),
            *(stops, workers, str(place)),
        )
    found = [trial.read(directory, number) for number in range(trials)]
    best = _best(found)
    return Found(
        found,
        best,
        varied.applied(config, best.values),
        workspace.load(trial.place(directory, best.number)),
    )


def check_installed() -> None:
    """Refuses to begin without the packages of the extra.

    Raises:
        RuntimeError: one is not there.
    """
    import importlib.util

    for name in ("ray", "optuna"):
        if importlib.util.find_spec(name) is None:
            raise RuntimeError(
                "a sweep needs Ray and Optuna: pip install 'tflm-toolkit[ray]'"
            )


def _check(config, vary, trials, batch) -> None:
    names = [each.name for each in vary]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"--vary has {name} twice: give it once")
    for name, value in (("trials", trials), ("batch", batch)):
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, got {value}")
    for each in vary:
        varied.check(config, each)


def _best(found: Sequence[Trial]) -> Trial:
    done = [each for each in found if each.state == "done"]
    if not done:
        raise ValueError(
            "no trial came to its end: the loss overflowed in all of them; "
            "give lower learning rates"
        )
    return min(done, key=lambda each: (each.best, each.number))
