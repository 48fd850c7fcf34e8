"""Self-generated text: what a model samples, and what can be learnt from it.

A method knows nothing of data. Where it must know what the inputs of a matrix
look like, or what a change costs, the model's own samples stand for the text
that it was trained on: to follow it is to follow its own distribution.
"""

import collections
import dataclasses
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tflm.layers.weight_view import WeightView
from tflm.model.graph import graph
from tflm.model.language_model import LanguageModel
from tflm.model.surgery import replace_maps

ROWS, STEPS = 32, 64

# Ids [rows, steps] to logits [rows, steps, vocabulary], as a model gives them.
Logits = Callable[[tf.Tensor], tf.Tensor]


@dataclasses.dataclass(frozen=True)
class Moments:
    """Second moments of what the maps of a model read and predict.

    Attributes:
        inputs: for each map that is applied to vectors, E[x x^T] of them,
            float64 [size, size]; for a table, of what the softmax reads.
        means: E[x] of the same, float64 [size].
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
    read = graph(model.step)
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


def divergence(model: Logits, other: Logits, text: np.ndarray) -> float:
    """Returns how far `other` predicts from `model` on `text`.

    It is the mean Kullback-Leibler divergence KL(model || other) of the next
    word, in nats a word: on average the logarithm of the perplexity that
    `other` loses on text that `model` wrote.
    """
    words = tf.constant(text)
    wanted = tf.nn.log_softmax(model(words))
    found = tf.nn.log_softmax(other(words))
    each = tf.reduce_sum(tf.exp(wanted) * (wanted - found), -1)
    return float(tf.reduce_mean(each))


def moments(model: LanguageModel, text: np.ndarray) -> Moments:
    """Returns the second moments of `model` while it reads `text`."""
    copy = replace_maps(model, {})
    recorders = {name: _Recorder() for name in copy.maps}
    for name, linear in copy.maps.items():
        linear.view = recorders[name]

    @graph
    def read(words, state):
        for recorder in recorders.values():
            recorder.seen.clear()
        logits, state = copy.step(words, state)
        # An untied embedding is only looked up.
        used = {n: tf.concat(r.seen, 0) for n, r in recorders.items() if r.seen}
        return tf.reduce_mean(tf.nn.softmax(logits), 0), state, used

    state = tf.zeros([len(text), copy.state_size])
    likely, seen = [], collections.defaultdict(list)
    for words in text.T:
        chances, state, used = read(tf.constant(words), state)
        likely.append(chances.numpy().astype(np.float64))
        for name, vectors in used.items():
            seen[name].append(vectors.numpy())
    inputs = {n: np.concatenate(v).astype(np.float64) for n, v in seen.items()}
    return Moments(
        inputs={name: x.T @ x / len(x) for name, x in inputs.items()},
        means={name: x.mean(0) for name, x in inputs.items()},
        words=np.sum(likely, 0) / np.sum(likely),
    )


class _Recorder(WeightView):
    """Keeps the vectors that one map is applied to, in a graph of one word."""

    def __init__(self):
        self.seen: list[tf.Tensor] = []

    def read(self, x: tf.Tensor) -> tf.Tensor:
        self.seen.append(x)
        return x
