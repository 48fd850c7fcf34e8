"""The language model: it reads words and predicts the next."""

import math

import tensorflow as tf

from tflm.layers.dropout import Dropout
from tflm.layers.part import Part
from tflm.layers.unrolled import read_all
from tflm.model.config import ModelConfig
from tflm.model.network import Network, apply_layers, take
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol


class LanguageModel(Network):
    """Predicts each next word from the words before it.

    Attributes:
        config: its shape.
        maps: every matrix of the model by name: `embedding`, `layer_K/input`,
            `layer_K/recurrent`, `layer_K/projection` and, if untied, `softmax`;
            K counts the layers of all kinds from 0. Of a layer of groups or
            of a pyramid there are `layer_K/recurrent_J` and `layer_K/input_I`.
        protocol: how it was used where it comes from, None if it is not
            foreign or nothing is known; directories and bundles say it on.
        cache: of recent words, as it was learned with the model, or None;
            directories say it on.
    """

    def __init__(self, config: ModelConfig):
        super().__init__(config, "language_model")
        self.protocol: Protocol | None = None
        self.cache: CacheSettings | None = None

    def like(self, other: Network) -> Network:
        """Takes over how another was used."""
        if isinstance(other, LanguageModel):
            self.protocol = other.protocol
        return self

    @property
    def state_sizes(self) -> list[int]:
        """Sizes of all vectors that it remembers, layer by layer."""
        return [size for cell in self.cells for size in cell.state_sizes]

    @property
    def state_size(self) -> int:
        """How many floats it remembers from word to word."""
        return sum(self.state_sizes)

    @property
    def multiplications(self) -> int:
        """How many multiplications one word takes, softmax included."""
        products = [m for n, m in self._maps if n not in ("embedding",)]
        products += [self.softmax.table] * self.config.tied
        count = sum(product.multiplications for product in products)
        if self.config.hierarchical:
            count += math.prod(self.softmax.clusters.shape)
        return count

    def named_weights(self) -> dict[str, tf.Variable]:
        """Returns every weight under a name such as `layer_0/input/kernel`."""
        named = super().named_weights()
        if self.config.hierarchical:
            named["softmax/clusters/kernel"] = self.softmax.clusters
            named["softmax/clusters/bias"] = self.softmax.clusters_bias
        return named

    def call(self, ids: tf.Tensor) -> tf.Tensor:
        """Returns logits [rows, steps, vocabulary] of ids [rows, steps]."""
        state = tf.zeros([tf.shape(ids)[0], self.state_size])
        hidden, _ = self.hidden(ids, state)
        logits = self.softmax(tf.reshape(hidden, [-1, self.config.outputs]))
        shape = [-1, ids.shape[1], self.config.vocabulary_size]
        return tf.reshape(logits, shape)

    def hidden(
        self,
        ids: tf.Tensor,
        state: tf.Tensor,
        seed: tf.Tensor | None = None,
        kept: tf.Tensor | None = None,
        part: Part | None = None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Reads words and returns what the softmax needs to predict the next.

        Args:
            ids: int32 [rows, steps].
            state: float32 [rows, state_size].
            seed: int32 [2] to draw dropout masks from, or None for none.
            kept: float32 [rows, steps], 0 where a word is read from a state
                of zeros and 1 elsewhere; None where none is.
            part: the rows that these are of a larger batch, which the masks
                are drawn for; None if they are all.

        Returns:
            float32 [rows, steps, outputs], and the new state.
        """
        rows, steps = ids.shape
        drop = Dropout(rows or tf.shape(ids)[0], seed, part)
        xs = self._read_words(tf.reshape(tf.transpose(ids), [-1]), drop)
        xs = tf.reshape(xs, [steps, -1, self.config.embedding_size])
        xs = drop(xs, self.config.input_dropout)
        states = tf.split(state, self.state_sizes, axis=1)
        new_states = []
        keep = [] if kept is None else tf.split(kept, steps, axis=1)
        for cell in self.cells:
            own, states = take(states, len(cell.state_sizes))
            mask = drop.mask(
                cell.outputs, self.config.state_dropout if own else 0
            )
            xs, own = read_all(cell, xs, own, mask, keep)
            new_states += own
            xs = drop(xs, self.config.output_dropout)
        hidden = tf.transpose(xs, [1, 0, 2])
        return hidden, tf.concat(new_states, axis=1)

    def _read_words(self, ids: tf.Tensor, drop: Dropout) -> tf.Tensor:
        count, rate = self.config.vocabulary_size, self.config.word_dropout
        return drop.words(self.embedding(ids), ids, count, rate)

    def step(
        self, token: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Reads one word: the function that the .tflite file holds.

        Args:
            token: int32 [1].
            state: float32 [1, state_size]; zeros at first.

        Returns:
            logits, float32 [1, vocabulary], and the new state.
        """
        hidden, state = self.read(token, state)
        return self.softmax(hidden), state

    def read(
        self, token: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the same, but for the logits what the softmax reads.

        That is float32 [1, outputs].
        """
        states = tf.split(state, self.state_sizes, axis=1)
        x, states = apply_layers(self.cells, self.embedding(token), states)
        return x, tf.concat(states, axis=1)
