"""A stack of layers between tables and a softmax: what all tasks share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol as Interface

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tflm.layers import kinds
from tflm.layers.adaptive_softmax import AdaptiveSoftmax
from tflm.layers.cell_kinds import CELLS
from tflm.layers.embedding import Embedding
from tflm.layers.feed_forward import DenseLayer
from tflm.layers.grouped import GroupedMap
from tflm.layers.map import Map
from tflm.layers.normalization import NormalizationLayer
from tflm.layers.pyramidal import PyramidalMap
from tflm.layers.softmax import Softmax
from tflm.layers.unrolled import Layer
from tflm.model.config import DENSE, NORMALIZATIONS, LayerConfig, ModelConfig
from tflm.model.map_shapes import map_shapes, numbered

# What is read and the state before it, to logits and the state after it.
Step = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


class Constraint(Interface):
    """What training applies to the weights after each update, in place."""

    @property
    def variables(self) -> Sequence[tf.Variable]:
        """What it remembers between updates; checkpoints keep it."""

    @property
    def about(self) -> str:
        """What no other constraint applies."""

    @property
    def settles_after(self) -> float:
        """Updates after which it asks for no more than it did before."""

    def __call__(self) -> None:
        """Changes the weights, as an operation of the graph of an update."""


class Network(keras.Model):
    """Reads one place of a text after the other; every matrix is a map.

    Attributes:
        config: its shape.
        embedding: looks up the words.
        cells: its layers in the order of `config.layers`.
        softmax: gives the logits.
        constraint: what training applies to the weights after each update,
            or None; a method sets it before it trains, as pruning does.
        begun: what a run that keeps checkpoints notes of the weights that it
            begins with, so that it can be taken up by the model that it has
            begun to train; None before, and when it is done.
    """

    def __init__(self, config: ModelConfig, name: str):
        super().__init__(name=name)
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
        self.begun: np.ndarray | None = None

    @property
    def maps(self) -> dict[str, Map]:
        """Every matrix of the model by name."""
        return dict(self._maps)

    @property
    def state_size(self) -> int:
        """How many floats it remembers from step to step."""
        raise NotImplementedError

    @property
    def steps(self) -> list[Step]:
        """Its steps, as `step`: one for each direction in which it reads."""
        return [self.step]

    @property
    def sizes(self) -> list[int]:
        """How many floats each of its steps remembers."""
        return [self.state_size]

    @property
    def softmaxes(self) -> list[Softmax]:
        """The softmax of each step."""
        return [self.softmax]

    @property
    def tokens(self) -> int:
        """How many ids a step reads."""
        return 1

    @property
    def parameters(self) -> int:
        """How many weights it holds; a tied table counts once."""
        return sum(int(tf.size(w)) for w in self.named_weights().values())

    def named_weights(self) -> dict[str, tf.Variable]:
        """Returns every weight under a name such as `layer_0/input/kernel`."""
        named: dict[str, tf.Variable] = {}
        for name, linear in self._maps:
            named |= {f"{name}/{_leaf(w)}": w for w in linear.weights}
        for cell in self.cells:
            named[f"{cell.name}/bias"] = cell.bias
            if isinstance(cell, NormalizationLayer):
                named[f"{cell.name}/gain"] = cell.gain
        return named | {f"{s.name}/bias": s.bias for s in self.softmaxes}

    def step(
        self, token: tf.Tensor, state: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Reads one place: the function that the .tflite file holds.

        Args:
            token: int32, what is read there, of as many rows as there are.
            state: float32 [rows, state_size]; zeros at first.

        Returns:
            logits, float32 [rows, classes], and the new state.
        """
        raise NotImplementedError

    def like(self, other: "Network") -> "Network":
        """Takes over from a model of another shape what is no weight."""
        return self


def apply_layers(
    cells: Sequence[Layer], x: tf.Tensor, states: Sequence[tf.Tensor]
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Returns what a stack of layers makes of one place, and its new states.

    Args:
        cells: the layers, from the first to the last.
        x: float32 [rows, inputs].
        states: of all layers, one after the other.
    """
    new_states = []
    for cell in cells:
        own, states = take(states, len(cell.state_sizes))
        x, own = cell.stepper()(x, own)
        new_states += own
    return x, new_states


def take(items: Sequence, count: int) -> tuple[list, list]:
    """Returns the first items and the others."""
    return list(items[:count]), list(items[count:])


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
) -> Layer:
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
