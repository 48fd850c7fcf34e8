"""The loss of a word that is learned from a text and from a teacher.

    L = (1 - a) NLL + a T^2 KD
    NLL = -log p_S(y)
    KD = -sum over w in K of p_T(w) log p_S(w) - r log(1 - sum over K of p_S)

K are the words that the teacher's file keeps and r = 1 - sum over K of p_T:
all other words are one more word, and what they have is not shared out among
K (Hinton, Vinyals and Dean 2015, for all that top-k knows). T, the
temperature, is that of both distributions in KD.
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf
import tf_keras as keras

# A logit of what is not there. It is finite, so that 0 times it is 0.
_NOTHING = -1e9
# Of the share of the other words, so that it has a logarithm.
_LEAST = 1e-6

# Gives, at a temperature, the log of the sum over the words that are not the
# teacher's, and over all: float32 [n] each.
Sums = Callable[[float], tuple[tf.Tensor, tf.Tensor]]


class Logits(NamedTuple):
    """What a student says, by what its teacher says.

    Attributes:
        words: of the teacher's words, [n, k].
        target: of the word that came, [n].
        sums: of all and of all others.
    """

    words: tf.Tensor
    target: tf.Tensor
    sums: Sums


def full(logits: tf.Tensor, targets: tf.Tensor, words: tf.Tensor) -> Logits:
    """Returns the logits [n, vocabulary] by what a teacher says.

    Args:
        logits: of the whole vocabulary.
        targets: int32 [n].
        words: of the teacher, int32 [n, k].
    """
    both = tf.concat([words, targets[:, tf.newaxis]], 1)
    both = tf.gather(logits, both, batch_dims=1)
    kept, target = both[:, :-1], both[:, -1]

    def sums(temperature: float) -> tuple[tf.Tensor, tf.Tensor]:
        # One operation, with its gradient: the softmax is the work here.
        nll = tf.nn.sparse_softmax_cross_entropy_with_logits(
            targets, logits if temperature == 1 else logits / temperature
        )
        total = nll + target / temperature
        share = tf.exp(tf.reduce_logsumexp(kept / temperature, 1) - total)
        return total + tf.math.log(tf.maximum(1 - share, _LEAST)), total

    return Logits(kept, target, sums)


def sampled(
    softmax: keras.layers.Layer,
    x: tf.Tensor,
    targets: tf.Tensor,
    words: tf.Tensor,
    candidates: tf.Tensor,
    log_inclusion: tf.Tensor,
) -> Logits:
    """Returns logits of the teacher's words, the target and a sample.

    The teacher's words and the target are candidates of their own row with
    certainty. So only the sum over the other words is estimated, as
    `Softmax.sampled_loss` estimates it: the sum over the sampled ones among
    them, each by 1 / how likely it was to be sampled.

    Args:
        softmax: of the student.
        x: what it reads, [n, width].
        targets: int32 [n].
        words: of the teacher, int32 [n, k].
        candidates: the sample, int32 [m], all different.
        log_inclusion: log of how likely each was, float32 [m].
    """
    target, others = softmax.sampled_logits(x, targets, candidates)
    counts_already = tf.equal(targets[:, tf.newaxis], candidates)
    counts_already |= _among(candidates, words, softmax.table.inputs)
    others = tf.where(counts_already, _NOTHING, others)
    is_word = tf.reduce_any(tf.equal(targets[:, tf.newaxis], words), 1)
    alone = tf.where(is_word, _NOTHING, target)[:, tf.newaxis]
    others = tf.concat([alone, others], 1)
    stands_for = tf.concat([[0.0], -log_inclusion], 0)
    kept = softmax.logits_of(x, words)

    def sums(temperature: float) -> tuple[tf.Tensor, tf.Tensor]:
        rest = tf.reduce_logsumexp(others / temperature + stands_for, 1)
        top = tf.reduce_logsumexp(kept / temperature, 1)
        return rest, tf.reduce_logsumexp(tf.stack([top, rest]), 0)

    return Logits(kept, target, sums)


def losses(
    logits: Logits,
    probabilities: tf.Tensor,
    rest: tf.Tensor,
    weights: tf.Tensor,
    temperature: float = 1.0,
) -> tf.Tensor:
    """Returns L of each row, float32 [n].

    Args:
        logits: of the student.
        probabilities: p_T of the teacher's words at the temperature, [n, k].
        rest: r, at the temperature, [n].
        weights: a, [n].
        temperature: T.
    """
    others, total = logits.sums(1.0)
    nll = total - logits.target
    if temperature != 1:
        others, total = logits.sums(temperature)
    words = logits.words / temperature - total[:, tf.newaxis]
    kd = -tf.reduce_sum(probabilities * words, 1) - rest * (others - total)
    return (1 - weights) * nll + weights * temperature**2 * kd


def _places(words: tf.Tensor) -> tf.Tensor:
    """Returns row and column of each of `words` [n, k]: [n k, 2]."""
    rows, count = tf.unstack(tf.shape(words))
    row = tf.repeat(tf.range(rows), count)
    return tf.stack([row, tf.reshape(words, [-1])], 1)


def _among(candidates: tf.Tensor, words: tf.Tensor, size: int) -> tf.Tensor:
    """Tells which candidates are words of which row: bool [n, m]."""
    count = tf.shape(candidates)[0]
    # The column of each word of the vocabulary; 0 is that of those that are
    # no candidates.
    columns = tf.scatter_nd(
        candidates[:, tf.newaxis], tf.range(1, count + 1), [size]
    )
    places = _places(tf.gather(columns, words))
    found = tf.zeros([tf.shape(words)[0], count + 1], tf.bool)
    ones = tf.ones([tf.size(words)], tf.bool)
    return tf.tensor_scatter_nd_update(found, places, ones)[:, 1:]
