"""Vectors to the logits of the next word, and the losses of training."""

import tensorflow as tf
import tf_keras as keras

from tflm.layers.map import Map


class Softmax(keras.layers.Layer):
    """logits = x table^T + bias; `table` is a map of [vocabulary] to [width].

    It may be the embedding's own table (Press and Wolf 2017; Inan et al.
    2017). The normalisation belongs to the loss and to whoever ranks words.
    """

    def __init__(self, table: Map, name: str = "softmax"):
        super().__init__(name=name)
        self.table = table
        self.bias = self.add_weight(
            name="bias", shape=(table.inputs,), initializer="zeros"
        )

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the logits of vectors [n, width]: [n, vocabulary]."""
        return self.table.transposed(x) + self.bias

    def loss(self, x: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Returns -log p(target) of each row, float32 [n]."""
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, self(x))

    def sampled_loss(
        self,
        x: tf.Tensor,
        targets: tf.Tensor,
        candidates: tf.Tensor,
        log_inclusion: tf.Tensor,
    ) -> tf.Tensor:
        """Returns an estimate of `loss` from a sample of the vocabulary.

        With S the sampled candidates and q_i the inclusion probability of
        word i, how likely it is to be in S, the sum over the vocabulary in

            loss = log(sum_i exp(l_i)) - l_target

        is estimated by exp(l_target) + sum_{i in S, not target} exp(l_i)/q_i,
        whose expectation it is (Jean et al. 2015, importance sampling). With Z
        the sum over all of S, target or not, that is Z plus 1 - 1 / q_target
        of exp(l_target) for a target in S, and Z plus exp(l_target) for others.
        So nothing as large as [n, k] is masked, and the fused
        cross-entropy gives log Z.

        Args:
            x: [n, width].
            targets: int32 [n].
            candidates: int32 [k], at least one, ascending, all different.
            log_inclusion: log q_i of each candidate, float32 [k].
        """
        k = tf.shape(candidates)[0]
        near = tf.minimum(tf.searchsorted(candidates, targets), k - 1)
        vectors, biases, targeted = self._sampled(x, targets, candidates)
        biases -= log_inclusion
        sampled = tf.matmul(x, vectors, transpose_b=True) + biases
        # The cross-entropy of any candidate and its logit sum up to log Z.
        log_sum = tf.nn.sparse_softmax_cross_entropy_with_logits(near, sampled)
        log_sum += tf.reduce_sum(x * tf.gather(vectors, near), 1)
        log_sum += tf.gather(biases, near)
        likely = tf.exp(tf.gather(log_inclusion, near))
        is_candidate = tf.equal(tf.gather(candidates, near), targets)
        more = tf.where(is_candidate, 1 - 1 / likely, 1.0)
        more *= tf.exp(targeted - log_sum)
        more = tf.maximum(more, likely - 1)  # It may be rounded to below.
        return log_sum - targeted + tf.math.log1p(more)

    def sampled_logits(
        self, x: tf.Tensor, targets: tf.Tensor, candidates: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the logits of each row's target, [n], and of a sample.

        The latter are [n, k], where `candidates` are [k].
        """
        vectors, biases, targeted = self._sampled(x, targets, candidates)
        return targeted, tf.matmul(x, vectors, transpose_b=True) + biases

    def _sampled(
        self, x: tf.Tensor, targets: tf.Tensor, candidates: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns rows and biases of candidates, and logits of targets, [n]."""
        ids = tf.concat([candidates, targets], 0)
        vectors, biases = self.table.rows(ids), tf.gather(self.bias, ids)
        vectors = tf.reshape(vectors, [-1, self.table.outputs])
        k = tf.shape(candidates)[0]
        own = tf.reduce_sum(x * vectors[k:], 1) + biases[k:]
        return vectors[:k], biases[:k], own

    def logits_of(self, x: tf.Tensor, words: tf.Tensor) -> tf.Tensor:
        """Returns the logits of words that each row has of its own: [n, k].

        Args:
            x: [n, width].
            words: int32 [n, k].
        """
        # A row of the table may be a product: each is made once.
        distinct, places = tf.unique(tf.reshape(words, [-1]))
        vectors = tf.gather(self.table.rows(distinct), places)
        shape = [-1, words.shape[1], self.table.outputs]
        logits = tf.linalg.matvec(tf.reshape(vectors, shape), x)
        return logits + tf.gather(self.bias, words)
