"""Variational dropout."""

import tensorflow as tf

from tflm.layers.part import Part


class Dropout:
    """Draws variational masks: one for all steps, a new one at each call.

    Rows that are a part of a batch get the masks that they have in the whole.
    """

    def __init__(
        self,
        rows: int | tf.Tensor,
        seed: tf.Tensor | None,
        part: Part | None = None,
    ):
        self.rows = part.batch if part else rows
        self.seed = seed
        self.part = part
        self.drawn = 0

    def mask(self, width: int, rate: float) -> tf.Tensor | None:
        """Returns [rows, width] of zeros and 1 / (1 - rate), or None."""
        if self.seed is None or not rate:
            return None
        self.drawn += 1
        # Not a sum: seeds of one step would be those of the next.
        seed = tf.random.experimental.stateless_fold_in(self.seed, self.drawn)
        uniform = tf.random.stateless_uniform([self.rows, width], seed)
        if self.part:
            uniform = self.part.of(uniform)
        return tf.cast(uniform >= rate, tf.float32) / (1 - rate)

    def __call__(self, xs: tf.Tensor, rate: float) -> tf.Tensor:
        mask = self.mask(xs.shape[-1], rate)
        return xs if mask is None else xs * mask
