"""Self-generated text: what a model samples, and what can be learnt from it.

A method knows nothing of data. Where it must know what the inputs of a matrix
look like, or what a change costs, the model's own samples stand for the text
that it was trained on: to follow it is to follow its own distribution.
"""

import collections
import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf

from tflm.layers.weight_view import WeightView
from tflm.model.graph import graph
from tflm.model.network import Network, Step
from tflm.model.surgery import replace_maps
from tflm.model.tagger import Tagger
from tflm.model.tagger_config import TaggerConfig

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
        rows: for each table, how likely each of its rows is.
    """

    inputs: dict[str, np.ndarray]
    means: dict[str, np.ndarray]
    rows: dict[str, np.ndarray]


def write(
    model: Network, rows: int = ROWS, steps: int = STEPS, seed: int = 0
) -> np.ndarray:
    """Returns text that `model` samples from itself, int32 [rows, steps].

    Each row begins with word 0 (`<eos>`) and a state of zeros. A tagger writes
    no text: what it reads is drawn as if its tables were a text's
    (`windows_by_rank`).
    """
    if isinstance(model, Tagger):
        return windows_by_rank(model.config, rows, steps, seed)
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


def moments(model: Network, text: np.ndarray) -> Moments:
    """Returns the second moments of `model` while it reads `text`."""
    copy = replace_maps(model, {})
    recorders = {name: _Recorder() for name in copy.maps}
    for name, linear in copy.maps.items():
        linear.view = recorders[name]
    inputs: dict[str, list[np.ndarray]] = collections.defaultdict(list)
    likely = {}
    for step, size, softmax in zip(
        copy.steps, copy.sizes, copy.softmaxes, strict=True
    ):
        chances = _read(step, size, text, recorders, inputs)
        likely[softmax.table.name] = chances
    if isinstance(model, Tagger):
        likely |= {
            name: by_rank(model.maps[name].inputs)
            for name in model.config.tables()
        }
    elif "embedding" in copy.maps:
        [likely["embedding"]] = likely.values()
    found = {n: np.concatenate(v).astype(np.float64) for n, v in inputs.items()}
    return Moments(
        inputs={name: x.T @ x / len(x) for name, x in found.items()},
        means={name: x.mean(0) for name, x in found.items()},
        rows=likely,
    )


def _read(
    step: Step,
    state_size: int,
    text: np.ndarray,
    recorders: Mapping[str, "_Recorder"],
    seen: dict[str, list[np.ndarray]],
) -> np.ndarray:
    """Adds what each map reads to `seen`; returns how likely each class is."""

    @graph
    def read(token, state):
        for recorder in recorders.values():
            recorder.seen.clear()
        logits, state = step(token, state)
        # An untied embedding is only looked up.
        used = {n: tf.concat(r.seen, 0) for n, r in recorders.items() if r.seen}
        return tf.reduce_mean(tf.nn.softmax(logits), 0), state, used

    state = tf.zeros([len(text), state_size])
    likely = []
    for token in np.moveaxis(text, 1, 0):
        chances, state, used = read(tf.constant(token), state)
        likely.append(chances.numpy().astype(np.float64))
        for name, vectors in used.items():
            seen[name].append(vectors.numpy())
    return np.sum(likely, 0) / np.sum(likely)


def windows_by_rank(
    config: TaggerConfig, rows: int, steps: int, seed: int
) -> np.ndarray:
    """Returns windows of words and suffixes, int32 [rows, steps, tokens].

    Their ids go by frequency, and so each is drawn as `by_rank` has it.
    """
    random = np.random.default_rng(seed)
    sizes = [config.vocabulary_size, *filter(None, [config.suffixes])]
    shape = [rows, steps, config.places]
    parts = [random.choice(n, shape, p=by_rank(n)) for n in sizes]
    return np.concatenate(parts, 2).astype(np.int32)


def by_rank(count: int) -> np.ndarray:
    """Returns how likely words are by the law of Zipf: as 1 / rank."""
    likely = 1 / np.arange(1, count + 1)
    return likely / likely.sum()


class _Recorder(WeightView):
    """Keeps the vectors that one map is applied to, in a graph of one word."""

    def __init__(self):
        self.seen: list[tf.Tensor] = []

    def read(self, x: tf.Tensor) -> tf.Tensor:
        self.seen.append(x)
        return x
