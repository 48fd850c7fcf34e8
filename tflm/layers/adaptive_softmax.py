"""The adaptive softmax: frequent words first, rare ones by cluster."""

import math

import tensorflow as tf
import tf_keras as keras

from tflm.layers.adaptive import AdaptiveMap
from tflm.layers.weight_view import product


class AdaptiveSoftmax(keras.layers.Layer):
    """A softmax of two levels over the clusters of an adaptive table.

    The head chooses among the words of the first cluster and the others, the
    tails; a tail chooses among its words (Grave et al. 2017, arXiv
    1609.04309):

        p(w) = p_head(w)                          in the first cluster,
        p(w) = p_head(cluster c) p_tail_c(w)      in tail c.

    All logits are products with rows of `table`, but the head's logits of
    the tails, z = x clusters^T + clusters_bias. To train is cheap, as a tail
    is computed only where the target is in it.

    Attributes:
        table: map of [vocabulary] to [width].
        bias: of the words, [vocabulary].
        clusters: [tails, width].
        clusters_bias: [tails].
    """

    def __init__(self, table: AdaptiveMap):
        super().__init__(name="softmax")
        self.table = table
        self.bias = self.add_weight(
            name="bias", shape=(table.inputs,), initializer="zeros"
        )
        sizes = [table.size(c) for c in range(1, table.clusters)]
        self.clusters = self.add_weight(
            name="clusters",
            shape=(len(sizes), table.outputs),
            initializer="zeros",
        )
        # As likely as their words together, when all logits are zero.
        self.clusters_bias = self.add_weight(
            name="clusters_bias",
            shape=(len(sizes),),
            initializer=keras.initializers.Constant(list(map(math.log, sizes))),
        )

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Returns logits of vectors [n, width]: [n, vocabulary].

        Their softmax is p: the head's own logits and z_c + log p_tail_c(w),
        whose exponentials add up to exp(z_c) in each tail.
        """
        x = self.table.view.read(x)
        zs = tf.split(self.tails(x), len(self.table.cutoffs), axis=1)
        tails = [z + self.within(x, c) for c, z in enumerate(zs, 1)]
        return tf.concat([self.words(x, 0), *tails], 1)

    def words(self, x: tf.Tensor, c: int) -> tf.Tensor:
        """Returns the logits of the words of cluster `c`: [n, size(c)]."""
        first, last = self.table.edges[c : c + 2]
        return self.table.cluster(x, c) + self.bias[first:last]

    def tails(self, x: tf.Tensor) -> tf.Tensor:
        """Returns z, the head's logits of the tails: [n, tails]."""
        view = self.table.view
        clusters = view.weight(self.clusters)
        return product(view, x, clusters, transpose=True) + self.clusters_bias

    def within(self, x: tf.Tensor, c: int) -> tf.Tensor:
        """Returns log p_tail_c(w) of the words of tail `c`: [n, size(c)]."""
        # Neither TensorFlow's log_softmax nor what its converter would take
        # for that: LOG_SOFTMAX is not run by XNNPACK, and takes longer than
        # all of a small model.
        logits = self.words(x, c)
        highest = tf.reduce_max(logits, 1, keepdims=True)
        sums = tf.reduce_sum(tf.exp(logits - highest), 1, keepdims=True)
        return logits - (highest + tf.math.log(sums))

    def loss(self, x: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Returns -log p(target) of each row, float32 [n]."""
        cutoffs = self.table.cutoffs
        is_after = tf.greater_equal(targets[:, tf.newaxis], cutoffs)
        cluster = tf.reduce_sum(tf.cast(is_after, tf.int32), 1)
        choice = tf.where(cluster > 0, cutoffs[0] + cluster - 1, targets)
        head = tf.concat([self.words(x, 0), self.tails(x)], 1)
        losses = _cross_entropy(choice, head)
        for c, first in enumerate(cutoffs, 1):
            here = tf.where(tf.equal(cluster, c))  # [rows of this tail, 1]
            logits = self.words(tf.gather_nd(x, here), c)
            own = tf.gather_nd(targets, here) - first
            losses = tf.tensor_scatter_nd_add(
                losses, here, _cross_entropy(own, logits)
            )
        return losses


def _cross_entropy(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
