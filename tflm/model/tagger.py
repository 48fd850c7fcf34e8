"""The tagger: it labels words, and reads the labels that it gave before."""

import dataclasses
import functools
from collections.abc import Sequence

import tensorflow as tf

from tflm.layers.dropout import Dropout
from tflm.layers.embedding import Embedding
from tflm.layers.softmax import Softmax
from tflm.layers.unrolled import Layer, read_all
from tflm.model.network import Network, Step, apply_layers
from tflm.model.tagger_config import TaggerConfig


@dataclasses.dataclass(frozen=True)
class Reader:
    """What a tagger has for one direction.

    Attributes:
        cells: its layers.
        softmax: gives the logits of the labels.
    """

    cells: Sequence[Layer]
    softmax: Softmax

    @property
    def state_sizes(self) -> list[int]:
        """Sizes of all vectors that its layers remember."""
        return [size for cell in self.cells for size in cell.state_sizes]


class Tagger(Network):
    """Labels each word from the words around it and the labels before it.

    What it reads of a word are `config.tokens` ids: those of the words of the
    window, then of their suffixes. Its state is what its layers remember, and
    then the last `config.previous` labels, the newest last, as numbers one
    above their ids: 0 is none.

    Attributes:
        maps: every matrix by name: `embedding`, `suffixes` and `labels`, such
            of these tables as there are, `layer_K/...` as of a
            `LanguageModel`, `softmax` and, for both directions,
            `softmax_backward`.
        readers: one for each direction; of both, forward is the first.
    """

    config: TaggerConfig

    def __init__(self, config: TaggerConfig):
        super().__init__(config, "tagger")
        maps = self.maps
        self.suffixes = Embedding(maps["suffixes"]) if config.suffixes else None
        self.labels = Embedding(maps["labels"]) if "labels" in maps else None
        self.backward: Softmax | None = None
        if config.direction == "both":
            name = "softmax_backward"
            self.backward = Softmax(maps[name], name)

    @property
    def softmaxes(self) -> list[Softmax]:
        """The softmax of each direction."""
        return [self.softmax, *filter(None, [self.backward])]

    @property
    def steps(self) -> list[Step]:
        """The step of each direction."""
        return [functools.partial(self.step_of, x) for x in self.readers]

    @property
    def tokens(self) -> int:
        """How many ids a step reads."""
        return self.config.tokens

    @property
    def readers(self) -> list[Reader]:
        """What there is for each direction."""
        return [
            Reader([self.cells[k] for k in stack], softmax)
            for stack, softmax in zip(
                self.config.stacks, self.softmaxes, strict=True
            )
        ]

    @property
    def state_size(self) -> int:
        """How many numbers its first step remembers from word to word."""
        return self.sizes[0]

    @property
    def sizes(self) -> list[int]:
        """How many each of its steps remembers: 1 at least.

        What nothing is remembered in is returned as it was.
        """
        return [self._remembered(reader) or 1 for reader in self.readers]

    def _remembered(self, reader: Reader) -> int:
        return sum(reader.state_sizes) + self.config.previous

    @property
    def multiplications(self) -> int:
        """How many multiplications one word takes, in all directions."""
        looked_up = self.config.tables()
        return sum(
            m.multiplications for n, m in self._maps if n not in looked_up
        )

    def call(self, tokens: tf.Tensor) -> tf.Tensor:
        """Returns the logits of sentences that it labels greedily.

        Of both directions it is those of the first.

        Args:
            tokens: int32 [rows, steps, tokens].

        Returns:
            float32 [rows, steps, labels].
        """
        state = tf.zeros([tf.shape(tokens)[0], self.state_size])
        found = []
        for token in tf.unstack(tokens, axis=1):
            logits, state = self.step(token, state)
            found.append(logits)
        return tf.stack(found, 1)

    def step(
        self, token: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Labels one word: the function that the .tflite file holds.

        Args:
            token: int32 [tokens], or of several sentences [rows, tokens].
            state: float32 [rows, state_size]; zeros at first.

        Returns:
            logits, float32 [rows, labels], and the new state, in which the
            likeliest label is the newest.
        """
        return self.step_of(self.readers[0], token, state)

    def step_of(
        self, reader: Reader, token: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the step of one direction."""
        sizes = [*reader.state_sizes, self.config.previous]
        *states, labels = tf.split(state[:, : sum(sizes)], sizes, 1)
        token = tf.reshape(token, [-1, self.config.tokens])
        x = self._read(token, tf.cast(labels, tf.int32))
        x, states = apply_layers(reader.cells, x, states)
        logits = reader.softmax(x)
        if self.config.previous:
            best = tf.argmax(logits, 1, output_type=tf.int32)
            best = tf.cast(best[:, tf.newaxis] + 1, tf.float32)
            states += [labels[:, 1:], best]
        return logits, tf.concat(states, 1) if states else state

    def hidden_of(
        self,
        reader: Reader,
        tokens: tf.Tensor,
        labels: tf.Tensor,
        seed: tf.Tensor | None = None,
    ) -> tf.Tensor:
        """Returns what the softmax reads where the labels before are known.

        Args:
            reader: of the direction in which the sentences are read.
            tokens: int32 [rows, steps, tokens]; a net without recurrent layers
                takes steps of a graph that are not known.
            labels: the last `previous` labels before each word, as a state has
                them, int32 [rows, steps, previous].
            seed: int32 [2] to draw dropout masks from, or None for none.

        Returns:
            float32 [rows, steps, outputs].
        """
        rows, steps = tokens.shape[:2]
        x = self._read(
            tf.reshape(tokens, [-1, self.config.tokens]),
            tf.reshape(labels, [-1, self.config.previous]),
        )
        drop, row_drop = Dropout(tf.shape(x)[0], seed), Dropout(rows, seed)
        row_drop.drawn = 1000  # Masks of their own.
        x = drop(x, self.config.input_dropout)
        for cell in reader.cells:
            if cell.state_sizes:
                x = self._unrolled(cell, x, rows, row_drop)
            else:
                x, _ = cell.stepper()(x, [])
            x = drop(x, self.config.output_dropout)
        return tf.reshape(x, [rows, -1 if steps is None else steps, x.shape[1]])

    def _unrolled(
        self, cell: Layer, x: tf.Tensor, rows: int, drop: Dropout
    ) -> tf.Tensor:
        xs = tf.transpose(tf.reshape(x, [rows, -1, x.shape[-1]]), [1, 0, 2])
        states = [tf.zeros([rows, size]) for size in cell.state_sizes]
        mask = drop.mask(cell.outputs, self.config.state_dropout)
        ys, _ = read_all(cell, xs, states, mask)
        return tf.reshape(tf.transpose(ys, [1, 0, 2]), [-1, cell.outputs])

    def _read(self, token: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Returns what the first layer reads, float32 [rows, input_width].

        Args:
            token: int32 [rows, tokens].
            labels: int32 [rows, previous], one above their ids.
        """
        config = self.config
        parts = [_looked_up(self.embedding, token[:, : config.places])]
        if self.suffixes:
            parts.append(_looked_up(self.suffixes, token[:, config.places :]))
        if self.labels:
            parts.append(_looked_up(self.labels, labels))
        elif config.previous:
            each = tf.one_hot(labels - 1, config.labels)
            width = config.previous * config.labels
            parts.append(tf.reshape(each, [-1, width]))
        return tf.concat(parts, 1)


def _looked_up(table: Embedding, ids: tf.Tensor) -> tf.Tensor:
    """Returns the vectors of ids [rows, n], one after the other in each row."""
    width = ids.shape[1] * table.table.outputs
    return tf.reshape(table(tf.reshape(ids, [-1])), [-1, width])
