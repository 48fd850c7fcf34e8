"""Perplexity of a model in memory, for use while training."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel
from tflm.text import likelihood
from tflm.text.batches import batch_at, batch_count

# Steps of a graph: one that is made in a fifth of the time runs as fast.
_UNROLLED = 7


def perplexity(
    model: LanguageModel, ids: np.ndarray, batch: int = 20, steps: int = 35
) -> float:
    """Returns exp of the mean loss over `ids`, `<eos>` counted.

    It reads `batch` rows side by side, so that each row's first words lack
    what came before: quick, for use while training. What is reported comes
    from `tflm.evaluation`, which reads the text as one.
    """
    return make_perplexity(model, ids, batch, steps)()


def make_perplexity(
    model: LanguageModel, ids: np.ndarray, batch: int = 20, steps: int = 35
) -> Callable[[], float]:
    """Returns `perplexity` of the weights that `model` will then have.

    The graph is made once, so that many changes of weights are scored fast.
    """
    score = _make_score(model)
    return lambda: _score(score, model.state_size, ids, batch, steps)


def _score(score, state_size: int, ids, batch: int = 20, steps: int = 35):
    steps = max(1, min(steps, len(ids) - 1))
    batch = max(1, min(batch, (len(ids) - 1) // steps))
    state = tf.zeros([batch, state_size])
    count = batch_count(ids, batch, steps)
    total = 0.0
    for index in range(count):
        x, y = batch_at(ids, batch, steps, index)
        for start in range(0, steps, _UNROLLED):
            part = slice(start, min(start + _UNROLLED, steps))
            loss, state = score(x[:, part], y[:, part], state)
            total += float(loss) * (part.stop - start) / steps
    return likelihood.perplexity(total / count)


def _make_score(model):
    @graph
    def score(x, y, state):
        hidden, state = model.hidden(x, state)
        hidden = tf.reshape(hidden, [-1, hidden.shape[-1]])
        losses = model.softmax.loss(hidden, tf.reshape(y, [-1]))
        return tf.reduce_mean(losses), state

    return score
