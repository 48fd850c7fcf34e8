"""Language modelling: each word of a text is predicted from those before."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tflm.layers.part import Part
from tflm.model.language_model import LanguageModel
from tflm.text.batches import batch_at, batch_count, places_at
from tflm.text.ids import digest
from tflm.training import negatives
from tflm.training.config import TrainingConfig
from tflm.training.course import Course, Outcome
from tflm.training.distillation.lesson import Lesson
from tflm.training.distillation.soft_targets import SoftTargets
from tflm.training.learned_cache import LearnedCache
from tflm.training.perplexity import make_perplexity
from tflm.training.team import ALONE, Team


class TextCourse(Course):
    """Rows of a text side by side, each of which goes on in the next batch.

    Attributes:
        lesson: what is learned from a teacher, None without one.
        cache: that is learned with the model, None without one.
        inclusion: how likely each word is to be in a sample.
        eos: id of the word that ends a sentence, None if there is none.
    """

    measure = "perplexity"

    def __init__(
        self,
        model: LanguageModel,
        train_ids: np.ndarray,
        valid_ids: np.ndarray,
        config: TrainingConfig,
        targets: SoftTargets | None = None,
        eos: int | None = None,
        team: Team = ALONE,
    ):
        if config.alone and (config.cache or eos is None):
            raise ValueError(
                "alone reads each message by itself, which needs a word that "
                "ends one, and no cache that remembers those before: set "
                "alone=0 or cache=0"
            )
        if config.loss == "sampled" and model.config.hierarchical:
            raise ValueError(
                "loss='sampled' does not fit a hierarchical softmax, which is "
                "exact and fast already: set loss='full'"
            )
        self.model, self.config, self.eos = model, config, eos
        self.team, self.part = team, team.part(config.batch)
        self.train_ids, self.valid_ids = train_ids, valid_ids
        self.epoch_steps = batch_count(train_ids, config.batch, config.steps)
        batch_count(valid_ids, 1, 1)  # Refuses it now, not later.
        self.lesson = _lesson(config, targets)
        if targets:
            targets.check(train_ids, model.config.vocabulary_size)
        self.carried = tf.Variable(tf.zeros([config.batch, model.state_size]))
        self.cache = _cache(model, config, self.part)
        self.weights = self.cache.weights if self.cache else []
        self.state = [
            self.carried,
            *(self.cache.memory if self.cache else []),
        ]
        if config.loss == "sampled":
            self.inclusion = negatives.inclusion(
                train_ids, model.config.vocabulary_size, config.samples
            )
        self._perplexity = make_perplexity(model, valid_ids)

    def batch(self, step: int, done: float) -> tuple[str, list[Any]]:
        """Returns words, the words after them, and what else the loss takes."""
        index = step % self.epoch_steps
        if index == 0:
            self.carried.assign(tf.zeros_like(self.carried))
            if self.cache:
                self.cache.forget()
        self._reset_rows(step)
        batch, steps = self.config.batch, self.config.steps
        x, y = batch_at(self.train_ids, batch, steps, index)
        said: tuple = ()
        if self.config.alone:
            said = (self._kept(x, step // self.epoch_steps),)
        if self.lesson is not None:
            places = places_at(self.train_ids, batch, steps, index)
            said += self.lesson.batch(places, y, done)
        own = [self.part.of(rows) for rows in (x, y, *said)]
        sample = self._sample(step) if self.samples_at(done) else ()
        return "sampled" if sample else "full", [*own, *sample]

    def samples_at(self, done: float) -> bool:
        """Whether the softmax is estimated from samples by then."""
        return self.config.loss == "sampled" and done < 1 - self.config.exact

    def losses(self, kind: str) -> Callable[..., Outcome]:
        """Returns the mean loss of a word; see `Course`."""
        each_loss = self.lesson.losses() if self.lesson else plain_losses
        model, cache = self.model, self.cache
        team, part = self.team, self.part
        has_kept = bool(self.config.alone)

        def loss(seed, x, y, *more):
            kept, more = (more[0], more[1:]) if has_kept else (None, more)
            state = part.of(self.carried)
            hidden, state = model.hidden(x, state, seed, kept, part)
            vectors = tf.reshape(hidden, [-1, hidden.shape[-1]])
            targets = tf.reshape(y, [-1])
            each = each_loss(model.softmax, vectors, targets, *more)
            if cache is not None:
                each = cache.losses(hidden, y, tf.reshape(each, tf.shape(y)))

            new_state = team.gather(state)
            said = [team.gather(each) for each in (hidden, y)] if cache else []

            def keep():
                self.carried.assign(new_state)
                if cache is not None:
                    cache.remember(*said)

            return tf.reduce_mean(each) * part.share, keep

        return loss

    def signature(self, kind: str) -> None:
        """Returns None: all batches have one shape."""

    def examine(self) -> float:
        """Returns the perplexity on the validation text."""
        return self._perplexity()

    def finish(self) -> None:
        """Gives the model the cache that was learned with it."""
        if self.cache:
            self.model.cache = self.cache.settings()

    def facts(self) -> list[str]:
        """Returns what tells the text, and what the teacher said, apart."""
        found = [repr(self.lesson.targets.header)] if self.lesson else []
        return [*found, digest(self.train_ids), digest(self.valid_ids)]

    def _reset_rows(self, step: int) -> None:
        if not self.config.reset:
            return
        random = np.random.default_rng([self.config.seed, step, 1])
        keep = random.random([self.config.batch, 1]) >= self.config.reset
        if not keep.all():
            self.carried.assign(self.carried * keep.astype(np.float32))
            if self.cache:
                self.cache.forget(keep[:, 0])

    def _kept(self, x: np.ndarray, epoch: int) -> np.ndarray:
        """Returns what the state is multiplied by before each word of `x`.

        It is 0 at the `<eos>` of a row that is read message by message, as
        that is what a keyboard reads first; float32 [batch, steps].
        """
        # Multiples of the golden ratio are spread evenly over rows.
        places = (np.arange(len(x)) + epoch + 1) * 0.6180339887 % 1
        alone = places < self.config.alone
        return 1 - np.float32((x == self.eos) & alone[:, np.newaxis])

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


def plain_losses(
    softmax: keras.layers.Layer,
    hidden: tf.Tensor,
    targets: tf.Tensor,
    *sample: tf.Tensor,
) -> tf.Tensor:
    """Returns the losses of the text alone, from a sample where one is."""
    if sample:
        return softmax.sampled_loss(hidden, targets, *sample)
    return softmax.loss(hidden, targets)


def _cache(
    model: LanguageModel, config: TrainingConfig, part: Part
) -> LearnedCache | None:
    """Returns the cache that is learned with the model, None without one."""
    if not config.cache:
        return None
    if config.distillation is not None:
        raise ValueError(
            "a cache is learned from the text alone: leave the teacher or the "
            "cache out"
        )
    return LearnedCache(config.cache, config.batch, model.config.outputs, part)


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
