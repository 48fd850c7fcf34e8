"""A training run: one update of the weights after another."""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from absl import logging

from tflm.model.network import Network
from tflm.training import precision
from tflm.training.config import TrainingConfig, learning_rate
from tflm.training.course import Course
from tflm.training.update import make_optimizer, make_update

_LARGEST = float(np.finfo(np.float32).max)


class DivergedError(ArithmeticError):
    """The loss is no number any more, or too large to be of use."""


@dataclasses.dataclass
class Progress:
    """Where a run stands; part of every checkpoint.

    Attributes:
        step: updates that are done.
        seconds: that they took, examinations included.
        best: the lowest of what the course measures in validation, since no
            more was asked of the weights.
        epochs_without_gain: since then.
        loss: mean of the epoch so far, in nats a word.
        history: a row for each epoch.
    """

    step: int = 0
    seconds: float = 0.0
    best: float = math.inf
    epochs_without_gain: int = 0
    loss: float = 0.0
    history: list[dict[str, float]] = dataclasses.field(default_factory=list)


class Trainer:
    """A run in progress; iterating over it makes one update at a time."""

    def __init__(self, model: Network, course: Course, config: TrainingConfig):
        precision.check(config.precision)
        self.model, self.course, self.config = model, course, config
        self.epoch_steps = course.epoch_steps
        self.total = max(1, round(config.epochs * self.epoch_steps))
        self.progress = Progress()
        self.optimizer = make_optimizer(config)
        self.weights = [*model.trainable_variables, *course.weights]
        self.optimizer.build(self.weights)
        self.best = [tf.Variable(w) for w in self.weights]
        self._updates: dict[str, Callable[..., tf.Tensor]] = {}

    @property
    def at_epoch_end(self) -> bool:
        """Whether the last update ended an epoch, or the run."""
        step = self.progress.step
        return step == self.total or step % self.epoch_steps == 0

    @property
    def is_best(self) -> bool:
        """Whether the last update ended the best epoch so far."""
        return self.at_epoch_end and not self.progress.epochs_without_gain

    @property
    def learning_rate(self) -> float:
        """The rate of the next update."""
        return learning_rate(self.config, self.progress.step / self.epoch_steps)

    def variables(self) -> list[tf.Variable]:
        """Returns everything that the next update depends on."""
        constraint = self.model.constraint
        return [
            *self.weights,
            *self.optimizer.variables,
            *(constraint.variables if constraint else []),
            *self.course.state,
            *self.best,
        ]

    def __iter__(self) -> Iterator[float]:
        while self.progress.step < self.total and not self._stopped_early():
            start = time.perf_counter()
            rate, loss = self.learning_rate, self._update()
            done = self.progress.step % self.epoch_steps
            self.progress.loss += (loss - self.progress.loss) / (done + 1)
            self.progress.step += 1
            if self.at_epoch_end:
                self._examine(rate)
            self.progress.seconds += time.perf_counter() - start
            yield loss

    def use_best_weights(self) -> None:
        """Gives the model the weights that did best in validation."""
        for weight, best in zip(self.weights, self.best, strict=True):
            weight.assign(best)
        self.course.finish()

    def _update(self) -> float:
        step = self.progress.step
        kind, batch = self.course.batch(step, step / self.total)
        if kind not in self._updates:
            self._updates[kind] = make_update(
                *(self.model, self.weights, self.optimizer, self.config.clip),
                *(self.course.losses(kind), self.course.signature(kind)),
                self.course.team,
            )
        self.optimizer.learning_rate.assign(self.learning_rate)
        seed = tf.constant([self.config.seed, step], tf.int32)
        with precision.running(self.config.precision):
            loss = float(self._updates[kind](seed, *batch))
        self._check("loss", loss, step)
        return loss

    def _check(self, name: str, value: float, step: int) -> None:
        """Raises a DivergedError if a value is none that float32 can hold."""
        if not abs(value) < _LARGEST:
            raise DivergedError(
                f"the {name} is {value:g} at step {step}: lower the learning "
                f"rate ({self.config.learning_rate:g}) or clip "
                f"({self.config.clip:g})"
            )

    def _examine(self, rate: float) -> None:
        reached, measure = self.course.examine(), self.course.measure
        self._check(f"{measure} in validation", reached, self.progress.step)
        is_better = self._was_unsettled() or reached < self.progress.best
        epoch = self.progress.step / self.epoch_steps
        self.progress.history.append(
            {
                "epoch": epoch,
                f"valid_{measure}": reached,
                "loss": self.progress.loss,
                "learning_rate": rate,
            }
        )
        logging.info("epoch %.2f: valid %s %.2f", epoch, measure, reached)
        if is_better:
            self.progress.best = reached
            self.progress.epochs_without_gain = 0
            for best, weight in zip(self.best, self.weights, strict=True):
                best.assign(weight)
        else:
            self.progress.epochs_without_gain += 1

    def _was_unsettled(self) -> bool:
        """Whether more was asked of the weights after the last examination.

        Weights of then are no rivals of those of now: fewer are zero yet.
        """
        constraint, history = self.model.constraint, self.progress.history
        if constraint is None or not history:
            return False
        last = round(history[-1]["epoch"] * self.epoch_steps)
        return last <= constraint.settles_after

    def _stopped_early(self) -> bool:
        patience = self.config.patience
        return 0 < patience <= self.progress.epochs_without_gain
