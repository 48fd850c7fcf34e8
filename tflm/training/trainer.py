"""A training run: one update of the weights after another."""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from absl import logging

from tflm.model.language_model import LanguageModel
from tflm.text.batches import batch_at, batch_count, places_at
from tflm.training import negatives
from tflm.training.config import TrainingConfig, learning_rate
from tflm.training.distillation.lesson import Lesson
from tflm.training.distillation.soft_targets import SoftTargets
from tflm.training.learned_cache import LearnedCache
from tflm.training.perplexity import make_perplexity
from tflm.training.update import (
    make_optimizer,
    make_update,
    plain_losses,
)

_LARGEST = float(np.finfo(np.float32).max)


class DivergedError(ArithmeticError):
    """The loss is no number any more, or too large to be of use."""


@dataclasses.dataclass
class Progress:
    """Where a run stands; part of every checkpoint."""

    step: int = 0
    seconds: float = 0.0
    best_perplexity: float = math.inf
    epochs_without_gain: int = 0
    loss: float = 0.0  # Mean of the epoch so far, in nats a word.
    history: list[dict[str, float]] = dataclasses.field(default_factory=list)


class Trainer:
    """A run in progress; iterating over it makes one update at a time."""

    def __init__(
        self,
        model: LanguageModel,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: TrainingConfig,
        targets: SoftTargets | None = None,
    ):
        if config.loss == "sampled" and model.config.hierarchical:
            raise ValueError(
                "loss='sampled' does not fit a hierarchical softmax, which is "
                "exact and fast already: set loss='full'"
            )
        self.model, self.config = model, config
        self.train_ids, self.valid_ids = train_ids, valid_ids
        self.epoch_steps = batch_count(train_ids, config.batch, config.steps)
        batch_count(valid_ids, 1, 1)  # Refuses it now, not later.
        self.lesson = _lesson(config, targets)
        if targets:
            targets.check(train_ids, model.config.vocabulary_size)
        self.total = max(1, round(config.epochs * self.epoch_steps))
        self.progress = Progress()
        self.state = tf.Variable(tf.zeros([config.batch, model.state_size]))
        self.optimizer = make_optimizer(config)
        self.cache = _cache(model, config)
        self.weights = list(model.trainable_variables)
        self.weights += self.cache.weights if self.cache else []
        self.optimizer.build(self.weights)
        self.best = [tf.Variable(w) for w in self.weights]
        if config.loss == "sampled":
            self.inclusion = negatives.inclusion(
                train_ids, model.config.vocabulary_size, config.samples
            )
        self._updates: dict[bool, Callable[..., tf.Tensor]] = {}
        self._perplexity = make_perplexity(model, valid_ids)

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

    @property
    def samples_now(self) -> bool:
        """Whether the next update estimates the softmax from samples."""
        done = self.progress.step / self.total
        return self.config.loss == "sampled" and done < 1 - self.config.exact

    def variables(self) -> list[tf.Variable]:
        """Returns everything that the next update depends on."""
        constraint = self.model.constraint
        return [
            *self.weights,
            *self.optimizer.variables,
            *(constraint.variables if constraint else []),
            self.state,
            *(self.cache.memory if self.cache else []),
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
                self._validate(rate)
            self.progress.seconds += time.perf_counter() - start
            yield loss

    def use_best_weights(self) -> None:
        """Gives the model the weights that did best in validation."""
        for weight, best in zip(self.weights, self.best, strict=True):
            weight.assign(best)
        if self.cache:
            self.model.cache = self.cache.settings()

    def _update(self) -> float:
        step = self.progress.step
        index = step % self.epoch_steps
        if index == 0:
            self.state.assign(tf.zeros_like(self.state))
            if self.cache:
                self.cache.forget()
        self._reset_rows(step)
        x, y = batch_at(
            self.train_ids, self.config.batch, self.config.steps, index
        )
        said = self._said(index, y)
        sample = self._sample(step) if self.samples_now else ()
        self.optimizer.learning_rate.assign(self.learning_rate)
        update = self._update_function(bool(sample))
        seed = tf.constant([self.config.seed, step], tf.int32)
        loss = float(update(x, y, seed, *said, *sample))
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

    def _reset_rows(self, step: int) -> None:
        if not self.config.reset:
            return
        random = np.random.default_rng([self.config.seed, step, 1])
        keep = random.random([self.config.batch, 1]) >= self.config.reset
        if not keep.all():
            self.state.assign(self.state * keep.astype(np.float32))
            if self.cache:
                self.cache.forget(keep[:, 0])

    def _said(self, index: int, y: np.ndarray) -> tuple[tf.Tensor, ...]:
        """Returns what a teacher said of a batch of the epoch, if one did."""
        if self.lesson is None:
            return ()
        batch, steps = self.config.batch, self.config.steps
        places = places_at(self.train_ids, batch, steps, index)
        return self.lesson.batch(places, y, self.progress.step / self.total)

    def _sample(self, step: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns candidates of a step, and log inclusion probabilities."""
        random = np.random.default_rng([self.config.seed, step, 2])
        ids = negatives.draw(self.inclusion, random)
        # A rounding error more or less must not mean another shape.
        ids = ids[: self.config.samples]
        return (
            tf.constant(ids, tf.int32),
            tf.constant(np.log(self.inclusion[ids]), tf.float32),
        )

    def _update_function(self, sampled: bool):
        if sampled not in self._updates:
            self._updates[sampled] = make_update(
                *(self.model, self.optimizer, self.state, self.config.clip),
                self.lesson.losses() if self.lesson else plain_losses,
                self.cache,
            )
        return self._updates[sampled]

    def _validate(self, rate: float) -> None:
        reached = self._perplexity()
        self._check("perplexity in validation", reached, self.progress.step)
        epoch = self.progress.step / self.epoch_steps
        self.progress.history.append(
            {
                "epoch": epoch,
                "valid_perplexity": reached,
                "loss": self.progress.loss,
                "learning_rate": rate,
            }
        )
        logging.info("epoch %.2f: valid perplexity %.2f", epoch, reached)
        if reached < self.progress.best_perplexity:
            self.progress.best_perplexity = reached
            self.progress.epochs_without_gain = 0
            for best, weight in zip(self.best, self.weights, strict=True):
                best.assign(weight)
        else:
            self.progress.epochs_without_gain += 1

    def _stopped_early(self) -> bool:
        patience = self.config.patience
        return 0 < patience <= self.progress.epochs_without_gain


def _cache(model: LanguageModel, config: TrainingConfig) -> LearnedCache | None:
    """Returns the cache that is learned with the model, None without one."""
    if not config.cache:
        return None
    if config.distillation is not None:
        raise ValueError(
            "a cache is learned from the text alone: leave the teacher or the "
            "cache out"
        )
    return LearnedCache(config.cache, config.batch, model.config.outputs)


def _lesson(
    config: TrainingConfig, targets: SoftTargets | None
) -> Lesson | None:
    """Returns what is learned from a teacher, None without one."""
    how = config.distillation
    if (how is None) != (targets is None):
        raise ValueError(
            "a teacher needs both: give targets, and a TrainingConfig with "
            "distillation=DistillationConfig()"
        )
    if how is None or targets is None:
        return None
    if config.loss == "sampled" and config.samples <= how.words:
        raise ValueError(
            f"samples must be more than the {how.words} words of the "
            f"teacher, got {config.samples}"
        )
    return Lesson(targets, how)
