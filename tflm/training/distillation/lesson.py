"""What a teacher says of each batch."""

import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tflm.training.distillation import gates, loss
from tflm.training.distillation.config import DistillationConfig
from tflm.training.distillation.soft_targets import SoftTargets


@dataclasses.dataclass(frozen=True)
class Lesson:
    """A teacher's words, and how much of them is learned.

    Attributes:
        targets: what the teacher said of the training text.
        config: how to learn of it.
    """

    targets: SoftTargets
    config: DistillationConfig

    def batch(
        self, places: np.ndarray, targets: np.ndarray, done: float
    ) -> tuple[tf.Tensor, ...]:
        """Returns the teacher's words of a batch, as `losses` takes them.

        Args:
            places: of the words that are read, in the text, [rows, steps].
            targets: of the words that come then, likewise.
            done: share of the run that is over.
        """
        places, targets = places.reshape(-1), targets.reshape(-1)
        kept = slice(self.config.words)
        ids = self.targets.ids[places, kept].astype(np.int32)
        chances = self.targets.probabilities[places, kept].astype(np.float32)
        # In 16 bits they may add up to a little more than 1.
        rest = np.maximum(1 - chances.sum(1), 0.0)
        others = self.targets.header.vocabulary_size - ids.shape[1]
        if not others:
            rest = np.zeros_like(rest)
        weights = gates.weights(
            self.config.gate,
            self.config.weight_at(done),
            self.config.power,
            *(ids, chances, rest / max(others, 1), targets),
        )
        tempered = temper(chances, rest, others, self.config.temperature)
        return tuple(map(tf.constant, (ids, *tempered, weights)))

    def losses(self) -> Callable[..., tf.Tensor]:
        """Returns the loss of each word of a batch, for `make_update`."""
        temperature = self.config.temperature

        def losses(
            softmax: keras.layers.Layer,
            x: tf.Tensor,
            targets: tf.Tensor,
            words: tf.Tensor,
            probabilities: tf.Tensor,
            rest: tf.Tensor,
            weights: tf.Tensor,
            *sample: tf.Tensor,
        ) -> tf.Tensor:
            logits = (
                loss.sampled(softmax, x, targets, words, *sample)
                if sample
                else loss.full(softmax(x), targets, words)
            )
            return loss.losses(
                logits, probabilities, rest, weights, temperature
            )

        return losses


def temper(
    chances: np.ndarray, rest: np.ndarray, others: int, temperature: float
) -> tuple[np.ndarray, np.ndarray]:
    """Returns a teacher's distribution at a temperature T: p^(1/T), scaled.

    What it gave to the words that its file lacks is taken for spread evenly.

    Args:
        chances: of its words, float32 [n, k].
        rest: of all others together, float32 [n].
        others: how many those are.
        temperature: T; at 1 nothing is changed.
    """
    if temperature == 1:
        return chances, rest
    chances = chances ** (1 / temperature)
    rest = others * (rest / max(others, 1)) ** (1 / temperature)
    total = chances.sum(1) + rest
    result = chances / total[:, np.newaxis], rest / total
    return result[0].astype(np.float32), result[1].astype(np.float32)
