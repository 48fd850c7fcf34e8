"""Tagging: each word of a sentence is labelled, the labels before known."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tflm.evaluation import tagging
from tflm.model.graph import graph
from tflm.model.tagger import Tagger
from tflm.text import likelihood
from tflm.text.tagged import windows
from tflm.text.tagged.dataset import Labelled, TaggedText
from tflm.text.tagged.lexicon import UNKNOWN
from tflm.text.tagged.swaps import swapped
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
        self.model, self.text, self.config = model, text, config
        # So far apart that no window reaches from one sentence to another.
        gap = max(model.config.window, model.config.previous, 1)
        labels, train = text.lexicon.labels, text.train
        train = train + swapped(train, labels, config.swaps, config.seed)
        self._lines = [
            _line(train, gap, windows.turn(direction))
            for direction in model.config.directions
        ]
        self._pieces = _pieces(train, gap, config.steps)
        self._lost = _lost_shares(text, config)
        self.epoch_steps = -(-len(self._pieces) // config.batch)
        self.weights: list[tf.Variable] = []
        self.state: list[tf.Variable] = []
        self._drawn: tuple[int, np.ndarray, list[np.ndarray]] = (
            -1,
            np.zeros(0),
            [],
        )
        self._score = make_scores(model)
        self._gold = [each.labels for each in text.corpus.sentences("valid")]

    def batch(self, step: int, done: float) -> tuple[str, list[Any]]:
        """Returns tokens, labels before and labels, for each direction."""
        epoch, index = divmod(step, self.epoch_steps)
        if self._drawn[0] != epoch:
            self._drawn = epoch, self._order(epoch), self._columns(epoch)
        _, order, columns = self._drawn
        size = self.config.batch
        chosen = self._pieces[order[index * size : (index + 1) * size]]
        steps = -(-chosen[:, 1].max() // _LENGTHS) * _LENGTHS
        # The first place is before all sentences, and there is no label.
        places = np.zeros([size, steps], int)
        for row, (start, length) in enumerate(chosen):
            places[row, :length] = np.arange(start, start + length)
        batch = [tf.constant(column[places]) for column in columns]
        return ("any length" if self._is_flat else f"{steps} words"), batch

    @property
    def _is_flat(self) -> bool:
        """Whether no layer is unrolled, so that one graph does for all."""
        return not any(cell.state_sizes for cell in self.model.cells)

    def signature(self, kind: str) -> list[tf.TensorSpec] | None:
        """Returns batches of any length, where no layer is unrolled."""
        if not self._is_flat:
            return None
        shape, config = [self.config.batch, None], self.model.config
        each = [
            tf.TensorSpec([*shape, config.tokens], tf.int32),
            tf.TensorSpec([*shape, config.previous], tf.int32),
            tf.TensorSpec(shape, tf.int32),
        ]
        seed = tf.TensorSpec([2], tf.int32)
        return [seed, *each * len(config.directions)]

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
                # Of a batch, all labels may be others than the tagger's.
                count = tf.maximum(tf.reduce_sum(known), 1.0)
                total += tf.reduce_sum(each * known) / count
            return total, lambda: None

        return loss

    def examine(self) -> float:
        """Returns 100 minus the F1 of spans, or the accuracy without spans."""
        labels = self.text.lexicon.labels
        found = label(self._score(self.text.valid), labels)
        quality = tagging.measure(zip(self._gold, found, strict=True), labels)
        return 100 * (1 - quality.headline)

    def finish(self) -> None:
        """Does nothing: there is nothing beside the weights."""

    def facts(self) -> list[str]:
        """Returns what tells the text apart."""
        digest = hashlib.sha256()
        for each in (*self.text.train, *self.text.valid):
            digest.update(each.ids.tobytes() + each.labels.tobytes())
        return [digest.hexdigest()]

    def _order(self, epoch: int) -> np.ndarray:
        """Returns the pieces of an epoch, those of a batch of like length."""
        random = np.random.default_rng([self.config.seed, epoch, 4])
        lengths = self._pieces[:, 1]
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

    def _columns(self, epoch: int) -> list[np.ndarray]:
        """Returns tokens, labels before and labels, for each direction.

        Of each place of its line, with the noise of an epoch.
        """
        config = self.model.config
        random = np.random.default_rng([self.config.seed, epoch, 3])
        # Scheduled: more and more.
        rate = self.config.label_noise * min(epoch / self.config.epochs, 1)
        found = []
        for line in self._lines:
            ids, labels = line.ids.copy(), line.labels
            lost = random.random(len(ids)) < self._lost[ids[:, 0]]
            ids[lost & (labels >= 0), 0] = UNKNOWN
            wrong = (random.random(len(ids)) < rate) & (labels >= 0)
            others = random.integers(0, config.labels, len(ids), np.int32)
            before = windows.labels_before(
                np.where(wrong, others, labels), config.previous
            )
            found += [windows.windows(ids, config.window), before, labels]
        return found


def make_scores(
    model: Tagger,
) -> Callable[[Sequence[Labelled]], list[np.ndarray]]:
    """Returns the function that labels sentences with a model in memory.

    Many at once, and with the weights that the model then has.

    Returns:
        Of each sentence the logarithms of the probabilities of its labels, up
        to a constant, float32 [n, labels]: of both directions, their sums.
    """
    token = tf.TensorSpec([None, model.config.tokens], tf.int32)
    steps = [
        graph(step, (token, tf.TensorSpec([None, size], tf.float32)))
        for step, size in zip(model.steps, model.sizes, strict=True)
    ]

    def score(sentences: Sequence[Labelled]) -> list[np.ndarray]:
        total = [
            np.zeros([len(each.ids), model.config.labels], np.float32)
            for each in sentences
        ]
        directions = model.config.directions
        for step, direction, size in zip(
            steps, directions, model.sizes, strict=True
        ):
            order = windows.turn(direction)
            turned = [each.ids[order] for each in sentences]
            found = _greedy(model, step, size, turned)
            for sums, one in zip(total, found, strict=True):
                sums += one[order]
        return total

    return score


def loss_of(
    scores: Sequence[np.ndarray], sentences: Sequence[Labelled]
) -> float:
    """Returns the mean loss of the right labels, in nats a word."""
    lost = [
        likelihood.loss(row, label)
        for each, sentence in zip(scores, sentences, strict=True)
        for row, label in zip(each, sentence.labels, strict=True)
        if label >= 0
    ]
    return float(np.mean(lost))


def label(
    scores: Sequence[np.ndarray], labels: Sequence[str]
) -> list[tuple[str, ...]]:
    """Returns the likeliest labels of sentences, by their scores."""
    return [tuple(labels[i] for i in each.argmax(1)) for each in scores]


def _greedy(
    model: Tagger, step, size: int, ids: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Returns log p of the labels of sentences, which `step` reads greedily."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    lengths = np.array([len(ids[i]) for i in order])
    tokens = np.zeros([len(ids), lengths[0], model.config.tokens], np.int32)
    for row, i in enumerate(order):
        tokens[row, : len(ids[i])] = windows.windows(
            ids[i], model.config.window
        )
    state = np.zeros([len(ids), size], np.float32)
    scores = np.zeros([*tokens.shape[:2], model.config.labels], np.float32)
    for place in range(lengths[0]):
        rows = np.sum(lengths > place)
        logits, new_state = step(
            tf.constant(tokens[:rows, place]), tf.constant(state[:rows])
        )
        state = new_state.numpy()
        scores[:rows, place] = tf.nn.log_softmax(logits).numpy()
    found = {i: scores[row, : lengths[row]] for row, i in enumerate(order)}
    return [found[i] for i in range(len(ids))]


def _lost_shares(text: TaggedText, config: TrainingConfig) -> np.ndarray:
    """Returns the share of each word that is read as unknown, [words]."""
    ids = np.concatenate([each.ids[:, 0] for each in text.train])
    counts = np.bincount(ids, minlength=len(text.lexicon.words))
    rare = config.rare_noise / np.maximum(config.rare_noise + counts, 1e-9)
    return 1 - (1 - config.word_noise) * (1 - rare)


def _line(sentences: Sequence[Labelled], gap: int, order: slice) -> Labelled:
    """Returns sentences one after the other, `gap` places around each.

    There no word is read, and the label is -1.
    """
    around = [(gap, 0), (0, 0)]
    end = Labelled(
        np.zeros([0, sentences[0].ids.shape[1]], np.int32),
        np.zeros(0, np.int32),
    )
    turned = [Labelled(x.ids[order], x.labels[order]) for x in sentences]
    turned.append(end)
    return Labelled(
        np.concatenate([np.pad(each.ids, around) for each in turned]),
        np.concatenate(
            [
                np.pad(each.labels, around[0], constant_values=-1)
                for each in turned
            ]
        ),
    )


def _pieces(sentences: Sequence[Labelled], gap: int, steps: int) -> np.ndarray:
    """Returns where in the line a piece begins, and its length: [n, 2]."""
    found, place = [], 0
    for each in sentences:
        place += gap
        end = place + len(each.labels)
        found += [
            (start, min(end - start, steps))
            for start in range(place, end, steps)
        ]
        place = end
    return np.array(found)
