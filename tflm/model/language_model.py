"""The language model: every matrix of it is a map."""

import math
from collections.abc import Mapping, Sequence
from typing import Protocol as Interface

import tensorflow as tf
import tf_keras as keras

from tflm.layers import kinds
from tflm.layers.adaptive_softmax import AdaptiveSoftmax
from tflm.layers.cell_kinds import CELLS
from tflm.layers.cells import Cell, unroll
from tflm.layers.dropout import Dropout
from tflm.layers.embedding import Embedding
from tflm.layers.feed_forward import DenseLayer
from tflm.layers.grouped import GroupedMap
from tflm.layers.map import Map
from tflm.layers.normalization import NormalizationLayer
from tflm.layers.pyramidal import PyramidalMap
from tflm.layers.softmax import Softmax
from tflm.model.cell_shapes import numbered
from tflm.model.config import (
    DENSE,
    NORMALIZATIONS,
    LayerConfig,
    ModelConfig,
    map_shapes,
)
from tflm.text.cache_settings import CacheSettings
from tflm.text.protocol import Protocol


class Constraint(Interface):
    """What training applies to the weights after each update, in place."""

    @property
    def variables(self) -> Sequence[tf.Variable]:
        """What it remembers between updates; checkpoints keep it."""

    def __call__(self) -> None:
        """Changes the weights, as an operation of the graph of an update."""


class LanguageModel(keras.Model):
    """Predicts each next word from the words before it.

    Attributes:
        config: its shape.
        maps: every matrix of the model by name: `embedding`, `layer_K/input`,
            `layer_K/recurrent`, `layer_K/projection` and, if untied, `softmax`;
            K counts the layers of all kinds from 0. Of a layer of groups or
            of a pyramid there are `layer_K/recurrent_J` and `layer_K/input_I`.
        constraint: what training applies to the weights after each update,
            or None; a method sets it before it trains, as pruning does.
        protocol: how it was used where it comes from, None if it is not
            foreign or nothing is known; directories and bundles say it on.
        cache: of recent words, as it was learned with the model, or None;
            directories say it on.
    """

    def __init__(self, config: ModelConfig):
        super().__init__(name="language_model")
        self.config = config
        # Keras would wrap a dict attribute; a tuple of pairs stays ours.
        self._maps = tuple(_make_maps(config).items())
        maps = self.maps
        self.embedding = Embedding(maps["embedding"])
        self.cells = [
            _make_layer(maps, layer, f"layer_{k}")
            for k, layer in enumerate(config.layers)
        ]
        softmax = AdaptiveSoftmax if config.hierarchical else Softmax
        self.softmax = softmax(maps[config.softmax_table])
        self.constraint: Constraint | None = None
        self.protocol: Protocol | None = None
        self.cache: CacheSettings | None = None

    @property
    def maps(self) -> dict[str, Map]:
        """Every matrix of the model by name."""
        return dict(self._maps)

    @property
    def state_sizes(self) -> list[int]:
        """Sizes of all vectors that it remembers, layer by layer."""
        return [size for cell in self.cells for size in cell.state_sizes]

    @property
    def state_size(self) -> int:
        """How many floats it remembers from word to word."""
        return sum(self.state_sizes)

    @property
    def parameters(self) -> int:
        """How many weights it holds; a tied table counts once."""
        return sum(int(tf.size(w)) for w in self.named_weights().values())

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
        named: dict[str, tf.Variable] = {}
        for name, linear in self._maps:
            named |= {f"{name}/{_leaf(w)}": w for w in linear.weights}
        for cell in self.cells:
            named[f"{cell.name}/bias"] = cell.bias
            if isinstance(cell, NormalizationLayer):
                named[f"{cell.name}/gain"] = cell.gain
        named["softmax/bias"] = self.softmax.bias
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
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Reads words and returns what the softmax needs to predict the next.

        Args:
            ids: int32 [rows, steps].
            state: float32 [rows, state_size].
            seed: int32 [2] to draw dropout masks from, or None for none.

        Returns:
            float32 [rows, steps, outputs], and the new state.
        """
        rows, steps = ids.shape
        xs = self.embedding(tf.reshape(tf.transpose(ids), [-1]))
        xs = tf.reshape(xs, [steps, -1, self.config.embedding_size])
        drop = Dropout(rows or tf.shape(ids)[0], seed)
        xs = drop(xs, self.config.input_dropout)
        states = tf.split(state, self.state_sizes, axis=1)
        new_states = []
        for cell in self.cells:
            own, states = _take(states, len(cell.state_sizes))
            mask = drop.mask(
                cell.outputs, self.config.state_dropout if own else 0
            )
            ys, own = unroll(cell.stepper(mask), tf.unstack(xs), own)
            new_states += own
            xs = drop(tf.stack(ys), self.config.output_dropout)
        hidden = tf.transpose(xs, [1, 0, 2])
        return hidden, tf.concat(new_states, axis=1)

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
        x = self.embedding(token)
        states = tf.split(state, self.state_sizes, axis=1)
        new_states = []
        for cell in self.cells:
            own, states = _take(states, len(cell.state_sizes))
            x, own = cell.stepper()(x, own)
            new_states += own
        return x, tf.concat(new_states, axis=1)


def build_model(config: ModelConfig, seed: int = 0) -> LanguageModel:
    """Returns an untrained model; the same seed gives the same weights.

    Examples:
        >>> model = tflm.build_model(config)
        >>> model.parameters, model.state_size
        (3844, 44)
    """
    keras.utils.set_random_seed(seed)
    return LanguageModel(config)


def _make_maps(config: ModelConfig) -> dict[str, Map]:
    shapes = map_shapes(config)
    for name in config.maps:
        if name not in shapes:
            raise ValueError(
                f"there is no map {name!r}: there are {', '.join(shapes)}"
            )
    return {
        name: kinds.make(
            config.maps.get(name, DENSE), *shape, config.init_scale, name
        )
        for name, shape in shapes.items()
    }


def _make_layer(
    maps: Mapping[str, Map], layer: LayerConfig, name: str
) -> Cell | DenseLayer | NormalizationLayer:
    if layer.kind in NORMALIZATIONS:
        return NormalizationLayer(
            layer.kind, layer.units, layer.activation, layer.epsilon, name
        )
    if layer.kind == "dense":
        return DenseLayer(maps[f"{name}/input"], layer.activation, name)
    return CELLS[layer.kind](
        _input_map(maps, layer, name),
        _recurrent_map(maps, layer, name),
        maps.get(f"{name}/projection"),
        name,
        layer.state_activation,
        layer.gate_activation,
    )


def _input_map(maps: Mapping[str, Map], layer: LayerConfig, name: str) -> Map:
    name = f"{name}/input"
    if layer.kind != "pru":
        return maps[name]
    levels = [maps[n] for n in numbered(name, len(layer.pooling) + 1)]
    return PyramidalMap(levels, layer.pooling, name)


def _recurrent_map(
    maps: Mapping[str, Map], layer: LayerConfig, name: str
) -> Map:
    name = f"{name}/recurrent"
    groups = [maps[n] for n in numbered(name, layer.groups)]
    return groups[0] if len(groups) == 1 else GroupedMap(groups, name)


def _leaf(weight: tf.Variable) -> str:
    return weight.name.rpartition("/")[2].partition(":")[0]


def _take(items: Sequence, count: int) -> tuple[list, list]:
    return list(items[:count]), list(items[count:])
