"""The shape of a language model."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

# As `layers.cell_kinds.CELLS`, which imports TensorFlow: a shape needs none.
RECURRENT = ("lstm", "cifg", "gru", "gru_reset_before", "rnn", "pru")
GROUPED = ("lstm", "cifg", "pru")  # Those that may have groups.
ONE_PRODUCT = ("lstm", "cifg", "rnn")  # As `layers.sums.sum_of` makes it.
# As `layers.normalization.NORMALIZATIONS`.
NORMALIZATIONS = ("layer_norm", "rms_norm", "scale")
DENSE = {"kind": "dense"}
LOOKED_UP = ("embedding", "suffixes", "labels")  # Maps that give rows.
# Maps whose rows are words, suffixes or labels.
TABLES = (*LOOKED_UP, "softmax", "softmax_backward")


@dataclasses.dataclass(frozen=True)
class LayerConfig:
    """One layer between embedding and softmax.

    Attributes:
        kind: of the recurrent ones `lstm`, `cifg`, `gru`, `gru_reset_before`,
            `rnn` or `pru`, the pyramidal recurrent unit; without state
            `dense`, `layer_norm`, `rms_norm`, or `scale`, a gain and a bias
            alone.
        units: size of its hidden vector; without a matrix, that of the layer
            before.
        projection: size of the output of a projected recurrent layer (LSTMP,
            Sak et al. 2014); 0 for none.
        activation: of a layer without state, such as `relu`.
        state_activation: of what a recurrent layer remembers.
        gate_activation: of the gates of a recurrent layer.
        epsilon: what a normalization adds to the variance.
        groups: of an `lstm`, `cifg` or `pru`: in how many parts of equal size
            units remember apart, each reading only its own; 1 for all as one.
        pooling: of a `pru`: for each level of its pyramid after the first, how
            many neighbours a pooled number is the mean of.

    Examples:
        >>> layer = tflm.LayerConfig("lstm", units=32, projection=12)
        >>> layer.outputs
        12
    """

    kind: str = "lstm"
    units: int = 200
    projection: int = 0
    activation: str = "linear"
    state_activation: str = "tanh"
    gate_activation: str = "sigmoid"
    epsilon: float = 1e-3
    groups: int = 1
    pooling: tuple[int, ...] = (3,)

    def __post_init__(self):
        kinds = (*RECURRENT, "dense", *NORMALIZATIONS)
        if self.kind not in kinds:
            raise ValueError(
                f"layer kind {self.kind!r} is unknown: "
                f"give one of {', '.join(kinds)}"
            )
        if self.units < 1 or self.projection < 0:
            raise ValueError(
                f"a layer of {self.units} units and projection "
                f"{self.projection} cannot be: sizes are positive"
            )
        for name in (
            self.activation,
            self.state_activation,
            self.gate_activation,
        ):
            if not isinstance(name, str):
                raise ValueError(f"activation {name!r} is no name")
        if self.kind not in RECURRENT and self.projection:
            raise ValueError(
                f"a {self.kind} layer has no projection, got "
                f"{self.projection}: "
                f"give a layer of that many units after it"
            )
        if isinstance(self.pooling, list):  # Of JSON, or of TOML.
            object.__setattr__(self, "pooling", tuple(self.pooling))
        self._check_groups()
        if self.kind == "pru":
            self._check_pooling()

    def _check_groups(self) -> None:
        groups = self.groups
        if type(groups) is not int or groups < 1:
            raise ValueError(
                f"groups must be a whole number of at least 1, got {groups!r}"
            )
        if groups > 1 and self.kind not in GROUPED:
            raise ValueError(
                f"a {self.kind} layer has no groups, got {groups}: "
                f"{', '.join(GROUPED)} may have some"
            )
        for size in {self.units, self.outputs}:
            if size % groups:
                raise ValueError(
                    f"{groups} groups do not divide {size}: give units and a "
                    f"projection that are multiples of {groups}"
                )

    def _check_pooling(self) -> None:
        kernels = self.pooling
        if not isinstance(kernels, tuple) or not all(
            type(kernel) is int and kernel > 0 and kernel % 2
            for kernel in kernels
        ):
            raise ValueError(
                f"pooling must be odd whole numbers such as (5, 3), "
                f"got {kernels!r}"
            )
        least = 2 ** (len(kernels) + 1)
        if self.units % least:
            raise ValueError(
                f"a pyramid of {len(kernels) + 1} levels does not fit "
                f"{self.units} units: give a multiple of {least}"
            )

    @property
    def outputs(self) -> int:
        """Width of what it writes for each word."""
        return self.projection or self.units

    @property
    def has_blocks(self) -> bool:
        """Whether one of its products has several maps, side by side."""
        return self.kind == "pru" or self.groups > 1

    @property
    def blocks(self) -> str:
        """What an error calls a layer that has them."""
        return f"kind {self.kind!r} with groups={self.groups}"


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
        word_dropout: share of the words that are read as zeros, each wherever
            it stands in a batch (Gal and Ghahramani 2016); the softmax knows
            them all.
        init_scale: first weights are uniform in [-init_scale, init_scale].
        maps: map name to the fields of a map that is not dense.
        hierarchical: whether the softmax chooses among the clusters of its
            table, which must be adaptive, before it does among words.

    Raises:
        ValueError: no layer is recurrent, the softmax is tied to an embedding
            of another width, or it is hierarchical over a table that has no
            clusters.

    Examples:
        >>> config = tflm.ModelConfig(
        ...     vocabulary_size=len(words), embedding_size=12, layers=(layer,)
        ... )
        >>> config.softmax_table
        'embedding'
    """

    vocabulary_size: int = 10_000
    embedding_size: int = 96
    layers: tuple[LayerConfig, ...] = (LayerConfig("cifg", 670, 96),)
    tied: bool = True
    input_dropout: float = 0.0
    output_dropout: float = 0.0
    state_dropout: float = 0.0
    word_dropout: float = 0.0
    init_scale: float = 0.1
    maps: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )
    hierarchical: bool = False

    def __post_init__(self):
        self._check_layers()
        if self.maps or self.hierarchical:
            self._check_kinds()

    def _check_layers(self) -> None:
        if not any(layer.kind in RECURRENT for layer in self.layers):
            raise ValueError(
                f"no layer is recurrent: one of them must be "
                f"{', '.join(RECURRENT)}"
            )
        if self.tied and self.outputs != self.embedding_size:
            raise ValueError(
                f"a tied softmax needs outputs as wide as the embedding, got "
                f"{self.outputs} and {self.embedding_size}: set the last "
                f"layer's projection to {self.embedding_size} or tied to false"
            )
        self._check_widths(range(len(self.layers)), self.input_width)

    def _check_widths(self, stack: Iterable[int], width: int) -> None:
        for k in stack:
            layer = self.layers[k]
            if layer.kind in NORMALIZATIONS and layer.units != width:
                raise ValueError(
                    f"layer_{k}, a {layer.kind}, has {layer.units} units and "
                    f"reads {width}: give it as many"
                )
            width = layer.outputs

    def _check_kinds(self):
        from tflm.layers import kinds

        kind = kinds.kind_of(self.maps.get(self.softmax_table, DENSE))
        if self.hierarchical and not kind.HAS_CLUSTERS:
            raise ValueError(
                f"a hierarchical softmax needs an adaptive table, and "
                f"{self.softmax_table} would be {kind.KIND}: leave it as it was"
            )

    @property
    def is_stock(self) -> bool:
        """Whether stock Keras has such cells and such a softmax."""
        return not (self.hierarchical or any(x.has_blocks for x in self.layers))

    @property
    def softmax_table(self) -> str:
        """Name of the map whose rows the softmax multiplies."""
        return "embedding" if self.tied else "softmax"

    @property
    def input_width(self) -> int:
        """Width of what the first layer reads."""
        return self.embedding_size

    @property
    def outputs(self) -> int:
        """Width of what the softmax reads."""
        return self.layers[-1].outputs

    @property
    def stacks(self) -> list[range]:
        """The numbers of the layers of each net in it: of the one."""
        return [range(len(self.layers))]

    def reader_of(self, number: int) -> str:
        """Returns the map that reads what a layer writes.

        That is the next layer's, or the table of the softmax.
        """
        names = self._softmax_names
        for stack, softmax in zip(self.stacks, names, strict=True):
            if number in stack:
                is_last = number + 1 == stack.stop
                return softmax if is_last else f"layer_{number + 1}/input"
        raise ValueError(f"there is no layer {number}")

    @property
    def _softmax_names(self) -> list[str]:
        return [self.softmax_table]

    def tables(self) -> dict[str, tuple[int, int]]:
        """Returns (rows, width) of each table that is looked up."""
        return {"embedding": (self.vocabulary_size, self.embedding_size)}

    def softmaxes(self) -> dict[str, tuple[int, int]]:
        """Returns (rows, width) of the table that only a softmax reads."""
        if self.tied:
            return {}
        return {"softmax": (self.vocabulary_size, self.outputs)}

    def to_json(self) -> str:
        """Returns it as text for `config_file.parse`."""
        return json.dumps(dataclasses.asdict(self))


def renamed(name: str) -> str:
    """Returns the name that a map has had since 0.2.0: `layer_0/input`.

    It was `lstm_0/input` before, whatever the layer.

    Args:
        name: of a map or a weight, or a regular expression of some.
    """
    return name.replace("lstm", "layer")
