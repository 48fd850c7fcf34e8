"""Ray Tune and Optuna, as a sweep uses them: only `sweep` imports this.

What is tried, and what is stopped, follows from the seed and the results alone
and not from who is first. Trials are chosen in batches: those of one are
compared with those of the batches before it.
"""

import itertools
import math
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import optuna
from absl import logging
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from ray import tune
from ray.tune.schedulers import FIFOScheduler, MedianStoppingRule
from ray.tune.search import ConcurrencyLimiter
from ray.tune.search.optuna import OptunaSearch

from tflm.scale.workers import RETRIES, Workers
from tflm.search.varied import Value, Varied

_ENVIRONMENT = {
    "RAY_AIR_NEW_OUTPUT": "0",  # Which prints, whatever is asked for.
    "RAY_CHDIR_TO_TRIAL_DIR": "0",  # Paths stay what they are.
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",  # Ctrl-C ends the command.
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
}
_NUMBER = "number"  # Of a trial, among what is varied.
_WATCHED = ("epoch", "reached", "best")


def tried(
    trial: Callable[..., None],
    shared: Mapping[str, Any],
    varied: Sequence[Varied],
    trials: int,
    batch: int,
    seed: int,
    stops: bool,
    workers: Workers,
    place: str,
) -> None:
    """Has workers carry out trials.

    Args:
        trial: called with a number, its values, what is `shared`, by name, and
            `tell`, as `trial.run` calls it.
        shared: by all trials.
        varied: what Optuna chooses values for.
        trials: how many.
        batch: that are chosen before what they give is known.
        seed: of Optuna's sampler.
        stops: whether a trial that is worse than the median ends early.
        workers: whose Ray this process is connected to.
        place: a directory for Tune's own files, which nobody reads.

    Raises:
        ValueError: what a trial refused.
        Exception: a trial died again and again.
    """
    os.environ.update(_ENVIRONMENT)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    refusals = _Refusals()
    space = {each.name: _distribution(each) for each in varied}
    search = _Numbered(space, metric="best", mode="min", seed=seed)
    tuner = tune.Tuner(
        tune.with_resources(
            tune.with_parameters(_report, trial=trial, shared=dict(shared)),
            {"cpu": workers.cpus},
        ),
        tune_config=tune.TuneConfig(
            num_samples=trials,
            search_alg=ConcurrencyLimiter(search, batch, batch=True),
            scheduler=_ByBatch(batch) if stops else None,
            reuse_actors=True,  # Which have TensorFlow by now.
        ),
        run_config=tune.RunConfig(
            name="tune",
            storage_path=place,
            stop=refusals,
            failure_config=tune.FailureConfig(max_failures=RETRIES),
            callbacks=[_Lines()],
            verbose=0,
        ),
    )
    with warnings.catch_warnings():
        # Of results that are told again, as their trial begins again.
        warnings.filterwarnings("ignore", module="optuna")
        found = tuner.fit()
    if refusals.said:
        raise ValueError(refusals.said)
    for error in found.errors:
        raise error


class _Numbered(OptunaSearch):
    """Numbers what it suggests."""

    def __init__(self, *arguments, **fields):
        super().__init__(*arguments, **fields)
        self._numbers = itertools.count()

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        """Returns values, and the number of the trial."""
        values = super().suggest(trial_id)
        return values and values | {_NUMBER: next(self._numbers)}


class _Refusals(tune.Stopper):
    """Ends all when a trial refuses its settings or its disk."""

    said = ""

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        """Tells whether a trial ends."""
        self.said = self.said or result["refused"]
        return bool(self.said)

    def stop_all(self) -> bool:
        """Tells whether all end."""
        return bool(self.said)


class _Lines(tune.Callback):
    """Tells of each epoch of a trial."""

    def on_trial_result(
        self, iteration: int, trials: list[Any], trial: Any, result: Any, **info
    ) -> None:
        """Tells of one."""
        number, reached = trial.config[_NUMBER], result["reached"]
        epoch = result["epoch"]
        logging.info("trial %03d: epoch %.2f: %.4f", number, epoch, reached)


class _ByBatch(FIFOScheduler):
    """The median stopping rule, for which only batches before a trial's count.

    So it does not matter how far those are that run beside it.
    """

    def __init__(self, batch: int):
        super().__init__()
        self._batch = batch
        self._told: dict[Any, dict[float, dict[str, Any]]] = {}

    def on_trial_result(
        self, tune_controller: Any, trial: Any, result: dict[str, Any]
    ) -> str:
        """Returns whether a trial goes on."""
        own = self._told.setdefault(trial, {})
        own[result["epoch"]] = {name: result[name] for name in _WATCHED}
        rule = MedianStoppingRule(
            time_attr="epoch",
            metric="reached",
            mode="min",
            grace_period=1,
            min_time_slice=math.inf,  # It does not wait for others.
        )
        for other, rows in self._told.items():
            if self._batch_of(other) < self._batch_of(trial):
                for row in rows.values():
                    rule.on_trial_complete(tune_controller, other, row)
        *before, last = [own[epoch] for epoch in sorted(own)]
        for row in before:
            rule.on_trial_complete(tune_controller, trial, row)
        return rule.on_trial_result(tune_controller, trial, last)

    def _batch_of(self, trial: Any) -> int:
        return trial.config[_NUMBER] // self._batch


def _report(
    config: dict[str, Value],
    trial: Callable[..., None],
    shared: Mapping[str, Any],
) -> None:
    """Carries out a trial in a worker; what it refuses is a result."""
    values = dict(config)
    number = values.pop(_NUMBER)

    def tell(row: dict[str, Any]) -> None:
        tune.report({name: row[name] for name in _WATCHED} | {"refused": ""})

    try:
        trial(number, values, **shared, tell=tell)
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        lost = dict.fromkeys(_WATCHED, math.inf)
        tune.report(lost | {"refused": said})


def _distribution(varied: Varied) -> BaseDistribution:
    values: Any = varied.values
    if not varied.is_range:
        return CategoricalDistribution(values)
    low, high = values
    kind = IntDistribution if isinstance(low, int) else FloatDistribution
    return kind(low, high, log=varied.is_log)
