"""Text that a model writes itself, and what can be learnt from it.

A method knows nothing of data. Where it must know what the inputs of a matrix
look like, or what a change costs, the model's own samples stand for the text
that it was trained on: to follow it is to follow its own distribution.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from tflm.layers.weight_view import WeightView
from tflm.model.language_model import LanguageModel
from tflm.model.surgery import replace_maps

ROWS, STEPS = 32, 64
TABLES = ("embedding", "softmax")  # Maps whose rows are words.


@dataclasses.dataclass(frozen=True)
class Moments:
    """Second moments of what the maps of a model read and predict.

    Attributes:
        inputs: for each map that is applied to vectors, E[x x^T] of them,
            float64 [size, size]; for a table, of what the softmax reads.
        means: E[x] for each of these tables, float64 [size].
        words: how likely each word is, float64 [vocabulary].
    """

    inputs: dict[str, np.ndarray]
    means: dict[str, np.ndarray]
    words: np.ndarray


def write(
    model: LanguageModel, rows: int = ROWS, steps: int = STEPS, seed: int = 0
) -> np.ndarray:
    """Returns text that `model` samples from itself, int32 [rows, steps].

    Each row begins with word 0 (`<eos>`) and a state of zeros.
    """
    read = tf.function(model.step)
    state = tf.zeros([rows, model.state_size])
    words = tf.zeros([rows], tf.int32)
    text = [words]
    for step in range(1, steps):
        logits, state = read(words, state)
        words = tf.random.stateless_categorical(
            logits, 1, seed=[seed, step], dtype=tf.int32
        )[:, 0]
        text.append(words)
    return tf.stack(text, 1).numpy()


def divergence(
    model: LanguageModel, other: LanguageModel, text: np.ndarray
) -> float:
    """Returns how far `other` predicts from `model` on `text`.

    It is the mean Kullback-Leibler divergence KL(model || other) of the next
    word, in nats a word: on average the logarithm of the perplexity that
    `other` loses on text that `model` wrote.
    """
    wanted = tf.nn.log_softmax(_logits(model, text))
    found = tf.nn.log_softmax(_logits(other, text))
    each = tf.reduce_sum(tf.exp(wanted) * (wanted - found), -1)
    return float(tf.reduce_mean(each))


def moments(model: LanguageModel, text: np.ndarray) -> Moments:
    """Returns the second moments of `model` while it reads `text`."""
    copy = replace_maps(model, {})
    recorders = {}
    for name, linear in copy.maps.items():
        linear.view = recorders[name] = _Recorder()
    state = tf.zeros([len(text), copy.state_size])
    chances = np.zeros(copy.config.vocabulary_size)
    for words in text.T:
        logits, state = copy.step(tf.constant(words), state)
        chances += tf.reduce_mean(tf.nn.softmax(logits), 0).numpy()
    inputs, means = {}, {}
    for name, linear in copy.maps.items():
        size = linear.outputs if name in TABLES else linear.inputs
        moment = recorders[name].of_width(size)
        if name.endswith("/input"):
            recurrent = name.replace("/input", "/recurrent")
            whole = size + getattr(copy.maps.get(recurrent), "inputs", 0)
            fused = recorders[name].of_width(whole)
            if moment is None and fused is not None:  # One product of [x, h].
                moment = fused[:size, :size]
                inputs[recurrent] = fused[size:, size:]
        if moment is not None:
            inputs[name] = moment
            if name in TABLES:
                means[name] = recorders[name].mean(size)
    return Moments(inputs, means, chances / chances.sum())


class _Recorder(WeightView):
    """Sums up x and x^T x of what enters products, by the width of x."""

    def __init__(self):
        self.totals: dict[int, np.ndarray] = {}
        self.sums: dict[int, np.ndarray] = {}
        self.counts: dict[int, int] = {}

    def inputs(self, x: tf.Tensor) -> tf.Tensor:
        rows, width = x.shape
        seen = x.numpy().astype(np.float64)
        self.totals[width] = self.totals.get(width, 0.0) + seen.sum(0)
        self.sums[width] = self.sums.get(width, 0.0) + seen.T @ seen
        self.counts[width] = self.counts.get(width, 0) + rows
        return x

    def of_width(self, width: int) -> np.ndarray | None:
        """Returns E[x^T x], or None if no x of that width came by."""
        if width not in self.sums:
            return None
        return self.sums[width] / self.counts[width]

    def mean(self, width: int) -> np.ndarray:
        """Returns E[x] of the x of a width that came by."""
        return self.totals[width] / self.counts[width]


def _logits(model: LanguageModel, text: np.ndarray) -> tf.Tensor:
    return model(tf.constant(text))
