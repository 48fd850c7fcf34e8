"""A cache of recent words whose theta and lambda are learned with the model.

Yan et al. 2020 (arXiv 2005.07877): theta = softplus(.), lambda = sigmoid(.),
and the loss is that of model and cache together, so that hidden vectors become
such that like ones are followed by like words.
"""

import math

import numpy as np
import tensorflow as tf

from tflm.layers.part import Part, whole
from tflm.text.cache_settings import CacheSettings, check_window

_THETA, _SHARE = 0.016, 0.07  # As published, where training begins.
_NEVER = -1e8  # Log of what is not in the cache; infinities have no gradient.


class LearnedCache:
    """What rows of text said before the batch, and how far it is believed.

    Each row has a memory of its own: the last `window` vectors that the
    softmax read, dropout included, with the word after each. No gradient flows
    into the memory, but into the vectors of the batch that are looked up by
    later words of it.

    Attributes:
        window: words that are remembered, n.
        weights: what is learned, theta and lambda.
        memory: vectors [rows, n, W], words int32 [rows, n] and how many of
            them there are, int32 [rows]; the newest stand last.
    """

    def __init__(
        self, window: int, rows: int, width: int, part: Part | None = None
    ):
        check_window(window)
        self.window = window
        self._part = part or whole(rows)
        self._theta = tf.Variable(math.log(math.expm1(_THETA)), name="theta")
        self._share = tf.Variable(
            math.log(_SHARE / (1 - _SHARE)), name="lambda"
        )
        self.weights = [self._theta, self._share]
        self._vectors = _memory([rows, window, width])
        self._words = _memory([rows, window], tf.int32)
        self._filled = _memory([rows], tf.int32)
        self.memory = [self._vectors, self._words, self._filled]

    def settings(self) -> CacheSettings:
        """Returns what has been learned."""
        return CacheSettings(
            self.window,
            float(tf.nn.softplus(self._theta)),
            float(tf.sigmoid(self._share)),
        )

    def losses(
        self, hidden: tf.Tensor, words: tf.Tensor, losses: tf.Tensor
    ) -> tf.Tensor:
        """Returns -log p(word) by model and cache together.

        Args:
            hidden: what the softmax reads, [rows, steps, W]; like the others
                of the part that is read here.
            words: that come then, int32 [rows, steps].
            losses: -log p_model(word), [rows, steps].
        """
        vectors = tf.concat([self._part.of(self._vectors), hidden], 1)
        known, same = self._known(words)
        scores = tf.matmul(hidden, vectors, transpose_b=True)
        scores *= tf.nn.softplus(self._theta)
        everything = tf.where(known, scores, _NEVER)
        said = tf.where(known & same, scores, _NEVER)
        cached = tf.reduce_logsumexp(said, 2) - tf.reduce_logsumexp(
            everything, 2
        )
        mixed = -tf.reduce_logsumexp(
            [
                tf.math.log_sigmoid(-self._share) - losses,
                tf.math.log_sigmoid(self._share) + cached,
            ],
            0,
        )
        # An empty cache leaves the model alone.
        return tf.where(tf.reduce_any(known, 2), mixed, losses)

    def remember(self, hidden: tf.Tensor, words: tf.Tensor) -> None:
        """Adds the pairs of all rows and drops the oldest; see `losses`."""
        steps = words.shape[1]
        vectors = tf.concat([self._vectors, tf.stop_gradient(hidden)], 1)
        self._vectors.assign(vectors[:, -self.window :])
        words = tf.concat([self._words, words], 1)
        self._words.assign(words[:, -self.window :])
        self._filled.assign(tf.minimum(self._filled + steps, self.window))

    def forget(self, keep: np.ndarray | None = None) -> None:
        """Empties the memory of rows.

        Args:
            keep: bool [rows], those that go on; None for no row.
        """
        filled = self._filled * (0 if keep is None else keep.astype(np.int32))
        self._filled.assign(filled)

    def _known(self, words: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns which pairs a word looks up, and which have its word.

        Both are bool [rows, steps, window + steps].
        """
        steps = words.shape[1]
        place = tf.range(self.window + steps)
        now = self.window + tf.range(steps)[:, tf.newaxis]
        recent = (place < now) & (place >= now - self.window)
        filled = self._part.of(self._filled)
        first = self.window - filled[:, tf.newaxis, tf.newaxis]
        before = self._part.of(self._words)
        pairs = tf.concat([before, words], 1)[:, tf.newaxis]
        return recent & (place >= first), pairs == words[:, :, tf.newaxis]


def _memory(shape: list[int], dtype: tf.DType = tf.float32) -> tf.Variable:
    return tf.Variable(tf.zeros(shape, dtype), trainable=False)
