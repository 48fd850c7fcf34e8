"""Tagging: each word of a sentence is labelled, the labels before known."""

import functools
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tflm.evaluation import tagging
from tflm.model.graph import graph
from tflm.model.tagger import Tagger
from tflm.text.tagged import windows
from tflm.text.tagged.dataset import Labelled, TaggedText
from tflm.text.tagged.lexicon import UNKNOWN
from tflm.training.config import TrainingConfig
from tflm.training.course import Course, Outcome

_LENGTHS = 4  # A batch is as long as the next multiple of it: fewer graphs.


class TaggingCourse(Course):
    """Sentences in batches of like length, in a new order in each epoch.

    What is read of the labels before are the true ones, some of them replaced
    at random (`label_noise`), as those of the tagger will not always be right.
    A sentence of more than `steps` words is cut, but for what is read of it.
    """

    measure = "error"

    def __init__(self, model: Tagger, text: TaggedText, config: TrainingConfig):
        if not text.train or not text.valid:
            raise ValueError(
                f"corpus {text.corpus.name!r} has {len(text.train)} sentences "
                f"to train on and {len(text.valid)} to validate on: give more"
            )
        self.model, self.text, self.config = model, text, config
        self.pieces = [
            (number, start)
            for number, sentence in enumerate(text.train)
            for start in range(0, len(sentence.labels), config.steps)
        ]
        self.epoch_steps = -(-len(self.pieces) // config.batch)
        self.weights: list[tf.Variable] = []
        self.state: list[tf.Variable] = []
        self._order: tuple[int, np.ndarray] = -1, np.zeros(0)
        self._score = make_scores(model)
        self._gold = [each.labels for each in text.corpus.sentences("valid")]

    def batch(self, step: int, done: float) -> tuple[str, list[Any]]:
        """Returns tokens, labels before and labels, for each direction."""
        epoch, index = divmod(step, self.epoch_steps)
        size = self.config.batch
        chosen = self._epoch(epoch)[index * size : (index + 1) * size]
        random = np.random.default_rng([self.config.seed, step, 3])
        pieces = [self._piece(self.pieces[i], random, done) for i in chosen]
        longest = max(len(each[-1]) for each in pieces)
        steps = -(-longest // _LENGTHS) * _LENGTHS
        return "full", [
            _stacked([piece[column] for piece in pieces], size, steps)
            for column in range(len(pieces[0]))
        ]

    def losses(self, kind: str) -> Callable[..., Outcome]:
        """Returns the mean loss of a label, summed over the directions."""
        model = self.model

        def loss(seed, *batch):
            total = 0.0
            for number, reader in enumerate(model.readers):
                tokens, before, labels = batch[3 * number : 3 * number + 3]
                own = tf.random.experimental.stateless_fold_in(seed, number)
                hidden = model.hidden_of(reader, tokens, before, own)
                vectors = tf.reshape(hidden, [-1, hidden.shape[-1]])
                targets = tf.reshape(labels, [-1])
                known = tf.cast(targets >= 0, tf.float32)
                each = reader.softmax.loss(vectors, tf.maximum(targets, 0))
                total += tf.reduce_sum(each * known) / tf.reduce_sum(known)
            return total, lambda: None

        return loss

    def examine(self) -> float:
        """Returns 100 minus the F1 of spans, or the accuracy without spans."""
        found = label(self._score(self.text.valid), self.text.lexicon.labels)
        quality = tagging.measure(zip(self._gold, found, strict=True))
        return 100 * (1 - quality.headline)

    def finish(self) -> None:
        """Does nothing: there is nothing beside the weights."""

    def facts(self) -> list[str]:
        """Returns what tells the text apart."""
        digest = hashlib.sha256()
        for each in (*self.text.train, *self.text.valid):
            digest.update(each.ids.tobytes() + each.labels.tobytes())
        return [digest.hexdigest()]

    def _epoch(self, epoch: int) -> np.ndarray:
        """Returns the pieces in the order of an epoch."""
        if self._order[0] != epoch:
            self._order = epoch, self._drawn(epoch)
        return self._order[1]

    def _drawn(self, epoch: int) -> np.ndarray:
        random = np.random.default_rng([self.config.seed, epoch, 4])
        lengths = np.array(
            [
                min(len(self.text.train[n].labels) - start, self.config.steps)
                for n, start in self.pieces
            ]
        )
        # Of like length, but not always with the same others.
        order = np.argsort(
            -(-lengths // _LENGTHS) + random.random(len(lengths))
        )
        batches = np.arange(self.epoch_steps)
        random.shuffle(batches)
        size = self.config.batch
        # The batch that is not full is the last, as it has the rest.
        parts = [order[i * size : (i + 1) * size] for i in batches]
        parts.sort(key=len, reverse=True)
        return np.concatenate(parts)

    def _piece(
        self,
        piece: tuple[int, int],
        random: np.random.Generator,
        done: float,
    ) -> list[np.ndarray]:
        """Returns tokens, labels before and labels of each direction."""
        number, start = piece
        sentence = self.text.train[number]
        ids = sentence.ids.copy()
        if self.config.word_noise:
            lost = random.random(len(ids)) < self.config.word_noise
            ids[lost, 0] = UNKNOWN
        labels, end = sentence.labels, start + self.config.steps
        found = []
        for backward in self._backward():
            turn = slice(None, None, -1) if backward else slice(None)
            before = windows.labels_before(
                self._noisy(labels[turn], random, done),
                self.model.config.previous,
            )
            tokens = windows.windows(ids[turn], self.model.config.window)
            part = slice(start, end)
            found += [tokens[part], before[part], labels[turn][part]]
        return found

    def _backward(self) -> Sequence[bool]:
        return [d == "backward" for d in self.model.config.directions]

    def _noisy(
        self, labels: np.ndarray, random: np.random.Generator, done: float
    ) -> np.ndarray:
        rate = self.config.label_noise * done  # Scheduled: more and more.
        wrong = random.random(len(labels)) < rate
        others = random.integers(0, self.model.config.labels, len(labels))
        return np.where(wrong, others, np.maximum(labels, 0)).astype(np.int32)


def make_scores(
    model: Tagger,
) -> Callable[[Sequence[Labelled]], list[np.ndarray]]:
    """Returns the function that labels sentences with a model in memory.

    Many at once, and with the weights that the model then has.

    Returns:
        Of each sentence the logarithms of the probabilities of its labels, up
        to a constant, float32 [n, labels]: of both directions, their sums.
    """
    signature = (
        tf.TensorSpec([None, model.config.tokens], tf.int32),
        tf.TensorSpec([None, model.state_size], tf.float32),
    )
    steps = [
        graph(functools.partial(model.step_of, reader), signature)
        for reader in model.readers
    ]

    def score(sentences: Sequence[Labelled]) -> list[np.ndarray]:
        total = [
            np.zeros([len(each.ids), model.config.labels], np.float32)
            for each in sentences
        ]
        for step, direction in zip(steps, model.config.directions, strict=True):
            turned = [
                each.ids[::-1] if direction == "backward" else each.ids
                for each in sentences
            ]
            found = _greedy(model, step, turned)
            for sums, one in zip(total, found, strict=True):
                sums += one[::-1] if direction == "backward" else one
        return total

    return score


def label(
    scores: Sequence[np.ndarray], labels: Sequence[str]
) -> list[tuple[str, ...]]:
    """Returns the likeliest labels of sentences, by their scores."""
    return [tuple(labels[i] for i in each.argmax(1)) for each in scores]


def _greedy(model: Tagger, step, ids: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Returns log p of the labels of sentences, which `step` reads greedily."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    tokens = [windows.windows(ids[i], model.config.window) for i in order]
    state = np.zeros([len(ids), model.state_size], np.float32)
    found: list[list[np.ndarray]] = [[] for _ in ids]
    for place in range(len(tokens[0])):
        rows = sum(len(each) > place for each in tokens)
        now = np.stack([each[place] for each in tokens[:rows]])
        logits, new_state = step(tf.constant(now), tf.constant(state[:rows]))
        state = new_state.numpy()
        for i, each in zip(
            order, tf.nn.log_softmax(logits).numpy(), strict=False
        ):
            found[i].append(each)
    return [np.stack(each) for each in found]


def _stacked(arrays: Sequence[np.ndarray], rows: int, steps: int) -> tf.Tensor:
    """Returns pieces as one array, filled up: labels by -1, else by 0."""
    first = arrays[0]
    filled = np.full(
        [rows, steps, *first.shape[1:]], -(first.ndim == 1), np.int32
    )
    for row, array in enumerate(arrays):
        filled[row, : len(array)] = array
    return tf.constant(filled)
