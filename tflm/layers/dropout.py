"""Variational dropout."""

from collections.abc import Sequence

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
        uniform = self._uniform([self.rows, width])
        if self.part:
            uniform = self.part.of(uniform)
        return _kept(uniform, rate)

    def __call__(self, xs: tf.Tensor, rate: float) -> tf.Tensor:
        mask = self.mask(xs.shape[-1], rate)
        return xs if mask is None else xs * mask

    def words(
        self, vectors: tf.Tensor, ids: tf.Tensor, count: int, rate: float
    ) -> tf.Tensor:
        """Returns vectors of words, those of some words set to zero.

        A word that is dropped is so wherever it stands (Gal and Ghahramani
        2016, arXiv 1512.05287, dropout of embeddings).

        Args:
            vectors: float32 [n, width].
            ids: of their words, int32 [n].
            count: how many words there are.
            rate: share of these that is dropped.
        """
        if self.seed is None or not rate:
            return vectors
        mask = _kept(self._uniform([count]), rate)
        return vectors * tf.gather(mask, ids)[:, tf.newaxis]

    def _uniform(self, shape: Sequence[int | tf.Tensor]) -> tf.Tensor:
        """Draws numbers from 0 to 1, others at each call."""
        self.drawn += 1
        # Not a sum: seeds of one step would be those of the next.
        seed = tf.random.experimental.stateless_fold_in(self.seed, self.drawn)
        return tf.random.stateless_uniform(shape, seed)


def _kept(uniform: tf.Tensor, rate: float) -> tf.Tensor:
    return tf.cast(uniform >= rate, tf.float32) / (1 - rate)
