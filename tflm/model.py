"""The language model: configuration, construction, saving and loading."""

import dataclasses
import difflib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tf_keras as keras

from tflm import files
from tflm.layers import kinds
from tflm.layers.adaptive_softmax import AdaptiveSoftmax
from tflm.layers.cells import CELLS, Cell, unroll
from tflm.layers.embedding import Embedding
from tflm.layers.map import Map
from tflm.layers.softmax import Softmax

_DENSE = {"kind": "dense"}


@dataclasses.dataclass(frozen=True)
class LayerConfig:
    """One layer between embedding and softmax.

    Attributes:
        kind: `lstm`, `cifg`, `gru`, or `dense`, a layer without state.
        units: size of its hidden vector.
        projection: size of the output of a projected recurrent layer (LSTMP,
            Sak et al. 2014); 0 for none.
        activation: of a dense layer, a Keras name such as `relu`.
    """

    kind: str = "lstm"
    units: int = 200
    projection: int = 0
    activation: str = "linear"

    def __post_init__(self):
        if self.kind not in (*CELLS, "dense"):
            raise ValueError(
                f"layer kind {self.kind!r} is unknown: "
                f"give one of {', '.join([*CELLS, 'dense'])}"
            )
        if self.units < 1 or self.projection < 0:
            raise ValueError(
                f"a layer of {self.units} units and projection "
                f"{self.projection} cannot be: sizes are positive"
            )
        if not isinstance(self.activation, str):
            raise ValueError(f"activation {self.activation!r} is no name")
        if self.kind == "dense" and self.projection:
            raise ValueError(
                f"a dense layer has no projection, got {self.projection}: "
                f"give a layer of that many units after it"
            )

    @property
    def outputs(self) -> int:
        return self.projection or self.units


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """The shape of a language model, and the dropout it is trained with.

    Attributes:
        vocabulary_size: how many words it reads and predicts.
        embedding_size: width of a word's vector.
        layers: from the embedding to the softmax.
        tied: whether the softmax uses the embedding's table.
        input_dropout: share of the embedding's outputs set to zero; like the
            other two one mask serves all steps of a batch (variational).
        output_dropout: the same for the outputs of each layer.
        state_dropout: the same for the recurrent input of each layer.
        init_scale: first weights are uniform in [-init_scale, init_scale].
        maps: map name to the fields of a map that is not dense.
        hierarchical: whether the softmax chooses among the clusters of its
            table, which must be adaptive, before it does among words.

    Raises:
        ValueError: no layer is recurrent, the softmax is tied to an embedding
            of another width, or it is hierarchical over a table that has no
            clusters.
    """

    vocabulary_size: int = 10_000
    embedding_size: int = 96
    layers: tuple[LayerConfig, ...] = (LayerConfig("cifg", 670, 96),)
    tied: bool = True
    input_dropout: float = 0.0
    output_dropout: float = 0.0
    state_dropout: float = 0.0
    init_scale: float = 0.1
    maps: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )
    hierarchical: bool = False

    def __post_init__(self):
        if all(layer.kind == "dense" for layer in self.layers):
            raise ValueError(
                f"no layer is recurrent: one of them must be {', '.join(CELLS)}"
            )
        if self.tied and self.outputs != self.embedding_size:
            raise ValueError(
                f"a tied softmax needs outputs as wide as the embedding, got "
                f"{self.outputs} and {self.embedding_size}: set the last "
                f"layer's projection to {self.embedding_size} or tied to false"
            )
        kind = self.maps.get(self.softmax_table, _DENSE)["kind"]
        if self.hierarchical and kind != "adaptive":
            raise ValueError(
                f"a hierarchical softmax needs an adaptive table, and "
                f"{self.softmax_table} would be {kind}: leave it as it was"
            )

    @property
    def softmax_table(self) -> str:
        """Name of the map whose rows the softmax multiplies."""
        return "embedding" if self.tied else "softmax"

    @property
    def outputs(self) -> int:
        """Width of what the softmax reads."""
        return self.layers[-1].outputs

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @staticmethod
    def from_json(text: str) -> "ModelConfig":
        fields = json.loads(text)
        layers = tuple(LayerConfig(**layer) for layer in fields.pop("layers"))
        return ModelConfig(layers=layers, **fields)


def _zaremba(units: int, dropout: float, scale: float) -> ModelConfig:
    """The nets of Zaremba et al. 2014, arXiv 1409.2329."""
    return ModelConfig(
        embedding_size=units,
        layers=(LayerConfig("lstm", units),) * 2,
        tied=False,
        input_dropout=dropout,
        output_dropout=dropout,
        init_scale=scale,
    )


PRESETS = {
    # The published shape of Gboard's model (Hard et al. 2018).
    "keyboard": ModelConfig(input_dropout=0.1, output_dropout=0.1),
    "ptb-small": _zaremba(200, 0.0, 0.1),
    "ptb-medium": _zaremba(650, 0.5, 0.05),
    "ptb-large": _zaremba(1500, 0.65, 0.04),
}


def preset(name: str) -> ModelConfig:
    """Returns the preset `name`.

    Raises:
        ValueError: there is none; the nearest is named.
    """
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=1, cutoff=0)
        raise ValueError(
            f"preset {name!r} is unknown: did you mean {near[0]}? "
            f"There are {', '.join(PRESETS)}"
        )
    return PRESETS[name]


class DenseLayer(keras.layers.Layer):
    """A layer without state between the recurrent layers and the softmax."""

    def __init__(self, input: Map, activation: str, name: str):
        super().__init__(name=name)
        self.input_map = input
        self.activation = keras.activations.get(activation)
        self.outputs = input.outputs
        self.bias = self.add_weight(
            name="bias", shape=(input.outputs,), initializer="zeros"
        )
        self.state_sizes = []

    def stepper(self, mask: None = None):
        return lambda x, states: (
            self.activation(self.input_map(x) + self.bias),
            states,
        )


class LanguageModel(keras.Model):
    """Predicts each next word from the words before it.

    Attributes:
        config: its shape.
        maps: every matrix of the model by name: `embedding`, `lstm_K/input`,
            `lstm_K/recurrent`, `lstm_K/projection` and, if untied, `softmax`;
            K counts the layers of all kinds from 0.
        projection: what training applies to the weights after each update
            (pruning does), a Keras layer called without arguments, or None.
    """

    def __init__(self, config: ModelConfig):
        super().__init__(name="language_model")
        self.config = config
        # Keras would wrap a dict attribute; a tuple of pairs stays ours.
        self._maps = tuple(_make_maps(config).items())
        maps = self.maps
        self.embedding = Embedding(maps["embedding"])
        self.cells = [
            _make_layer(maps, layer, f"lstm_{k}")
            for k, layer in enumerate(config.layers)
        ]
        softmax = AdaptiveSoftmax if config.hierarchical else Softmax
        self.softmax = softmax(maps[config.softmax_table])
        self.projection = None

    @property
    def maps(self) -> dict[str, Map]:
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
        """Returns every weight under a name such as `lstm_0/input/kernel`."""
        named = {}
        for name, map in self._maps:
            named |= {f"{name}/{_leaf(w)}": w for w in map.weights}
        for cell in self.cells:
            named[f"{cell.name}/bias"] = cell.bias
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
        drop = _Dropout(rows or tf.shape(ids)[0], seed)
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


class _Dropout:
    """Draws variational masks: one for all steps, a new one at each call."""

    def __init__(self, rows: int | tf.Tensor, seed: tf.Tensor | None):
        self.rows = rows
        self.seed = seed
        self.drawn = 0

    def mask(self, width: int, rate: float) -> tf.Tensor | None:
        """Returns [rows, width] of zeros and 1 / (1 - rate), or None."""
        if self.seed is None or not rate:
            return None
        self.drawn += 1
        # Not a sum: seeds of one step would be those of the next.
        seed = tf.random.experimental.stateless_fold_in(self.seed, self.drawn)
        uniform = tf.random.stateless_uniform([self.rows, width], seed)
        return tf.cast(uniform >= rate, tf.float32) / (1 - rate)

    def __call__(self, xs: tf.Tensor, rate: float) -> tf.Tensor:
        mask = self.mask(xs.shape[-1], rate)
        return xs if mask is None else xs * mask


class KerasStep:
    """A model as a `Step` of `tflm.evaluation`: NumPy in, NumPy out."""

    def __init__(self, model: LanguageModel):
        self._step = tf.function(model.step)
        self.vocabulary_size = model.config.vocabulary_size
        self.state_size = model.state_size

    def initial_state(self) -> np.ndarray:
        """Returns zeros, float32 [1, S]."""
        return np.zeros([1, self.state_size], np.float32)

    def __call__(
        self, token: int, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the next word, and the new state."""
        logits, state = self._step(np.array([token], np.int32), state)
        return logits.numpy()[0], state.numpy()


def build_model(config: ModelConfig, seed: int = 0) -> LanguageModel:
    """Returns an untrained model; the same seed gives the same weights."""
    keras.utils.set_random_seed(seed)
    return LanguageModel(config)


def replace_maps(
    model: LanguageModel, fields: Mapping[str, Mapping[str, Any]]
) -> LanguageModel:
    """Returns a copy of `model` in which the named maps are of other kinds.

    A replaced map has random weights; all else is as in `model`, which is
    left as it was. `replace_maps(model, {})` is a plain copy.
    """
    maps = {**model.config.maps, **fields}
    config = dataclasses.replace(model.config, maps=maps)
    return reshaped(model, config, fresh=fields)


def reshaped(
    model: LanguageModel, config: ModelConfig, fresh: Iterable[str] = ()
) -> LanguageModel:
    """Returns a model of `config` with all the weights of `model` that fit.

    A weight fits if it has the same name and shape. The others are random,
    and so are those of the maps `fresh`; `model` is left as it was.
    """
    result = build_model(config)
    old, fresh = model.named_weights(), set(fresh)
    for name, weight in result.named_weights().items():
        of_map = not name.endswith("/bias")
        if of_map and name.rpartition("/")[0] in fresh:
            continue
        if name in old and old[name].shape == weight.shape:
            weight.assign(old[name])
    return result


def save(model: LanguageModel, path: files.Path) -> None:
    """Writes configuration and weights to one file, a zip of NumPy arrays."""
    weights = {n: w.numpy() for n, w in model.named_weights().items()}
    config = np.frombuffer(model.config.to_json().encode(), np.uint8)
    with files.writing(path) as file:
        np.savez(file, config=config, **weights)


def load(path: files.Path) -> LanguageModel:
    """Reads a model that `save` wrote. Nothing is unpickled.

    Raises:
        ValueError: the file is not such a model, or is damaged.
    """
    try:
        with (
            open(path, "rb") as file,
            np.load(file, allow_pickle=False) as arrays,
        ):
            config = ModelConfig.from_json(arrays["config"].tobytes().decode())
            model = build_model(config)
            for name, weight in model.named_weights().items():
                weight.assign(arrays[name])
    except FileNotFoundError:
        raise ValueError(f"model {path} is missing") from None
    except Exception as error:  # Of NumPy, zipfile, JSON or TensorFlow.
        raise ValueError(_not_a_model(path, error)) from None
    return model


def _not_a_model(path: files.Path, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return (
        f"{path} is not a model of this toolkit ({reason}): give a file "
        f"that tflm train or tflm compress wrote"
    )


def _make_maps(config: ModelConfig) -> dict[str, Map]:
    shapes = map_shapes(config)
    for name in config.maps:
        if name not in shapes:
            raise ValueError(
                f"there is no map {name!r}: there are {', '.join(shapes)}"
            )
    return {
        name: kinds.make(
            config.maps.get(name, _DENSE), *shape, config.init_scale, name
        )
        for name, shape in shapes.items()
    }


def map_shapes(config: ModelConfig) -> dict[str, tuple[int, int]]:
    """Returns (inputs, outputs) of every map of a model."""
    width = config.embedding_size
    shapes = {"embedding": (config.vocabulary_size, width)}
    for k, layer in enumerate(config.layers):
        if layer.kind == "dense":
            shapes[f"lstm_{k}/input"] = (width, layer.units)
        else:
            columns = CELLS[layer.kind].GATES * layer.units
            shapes[f"lstm_{k}/input"] = (width, columns)
            shapes[f"lstm_{k}/recurrent"] = (layer.outputs, columns)
        if layer.projection:
            shapes[f"lstm_{k}/projection"] = (layer.units, layer.projection)
        width = layer.outputs
    if not config.tied:
        shapes["softmax"] = (config.vocabulary_size, width)
    return shapes


def _make_layer(
    maps: Mapping[str, Map], layer: LayerConfig, name: str
) -> Cell | DenseLayer:
    if layer.kind == "dense":
        return DenseLayer(maps[f"{name}/input"], layer.activation, name)
    return CELLS[layer.kind](
        maps[f"{name}/input"],
        maps[f"{name}/recurrent"],
        maps.get(f"{name}/projection"),
        name,
    )


def _leaf(weight: tf.Variable) -> str:
    return weight.name.rpartition("/")[2].partition(":")[0]


def _take(items: Sequence, count: int) -> tuple[list, list]:
    return list(items[:count]), list(items[count:])
