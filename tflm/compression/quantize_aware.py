"""Training for the integer weights of the file."""

import dataclasses
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
import tensorflow as tf

from tflm.compression.analysis.fake_quant import (
    fake_quantize_inputs,
    fake_quantize_weights,
)
from tflm.compression.base import Fit, Method, in_scope
from tflm.layers.map import Map
from tflm.layers.weight_view import PLAIN, Form, OncePerGraph, WeightView
from tflm.model.config import LOOKED_UP, renamed
from tflm.model.graph import graph
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

_View = TypeVar("_View", bound="FakeQuantized")


@dataclasses.dataclass(frozen=True)
class QuantizeAware(Method):
    """Trains with weights rounded as the file will round them.

    Every product computes what the file of the same bits does: its constant
    matrix in integers times one scale a channel, as ai-edge-quantizer writes
    them, and its inputs in 8 bits, as the dynamic-range kernels of XNNPACK
    take them (Jacob et al. 2018, arXiv 1712.05877). Gradients pass straight
    through the rounding.

    At the end the weights are those integers times their scales: the file
    holds them without another error. A weight that the file stores twice, by
    rows for one use and by columns for another (`right` of a tied low-rank
    table, the cores of a tied tensor train), has no one such value: it stays
    as trained, and the file rounds each use as training did. Put it last:
    training after it moves weights off the integers.

    Attributes:
        layers: bits of the weights of products: 8 for the formats `int8` and
            `mixed`, 4 for `int4`.
        tables: bits of embedding tables, also where a softmax is tied to one:
            8 for `int8`, 4 for `int4` and `mixed`.
        scope: regular expression of map names. The input and the recurrent
            matrix of an LSTM are one product of the file: training rounds
            both even if the scope has one, with the bits of the input's.
        bits: pairs of a scope and the bits of the maps that it matches, in
            place of `layers` and `tables`; the first that matches counts. The
            format `fitted` stores each matrix in the bits that it was
            rounded to, if they are 2, 4 or 8; more are for what a
            paper counts, as a float32 file holds them.

    Raises:
        ValueError: bits are not whole numbers from 2 to 16, or a scope of some
            matches no map.
    """

    UNDONE_BY_TRAINING: ClassVar[bool] = True
    layers: int = 8
    tables: int = 8
    scope: str = ".*"
    bits: tuple[tuple[str, int], ...] = ()

    def __post_init__(self):
        named = {"layers": self.layers, "tables": self.tables}
        for name, bits in (*named.items(), *_pairs(self.bits)):
            if type(bits) is not int or not 2 <= bits <= 16:
                raise ValueError(
                    f"{name} must be a whole number of bits from 2 to 16, "
                    f"got {bits!r}"
                )

    def __call__(self, model: Network, fit: Fit) -> Network:
        copy = replace_maps(model, {})
        for scope, _ in self.bits:
            in_scope(copy, scope)  # Refuses one that matches nothing.
        maps = {name: copy.maps[name] for name in in_scope(copy, self.scope)}
        self._view(maps, FakeQuantized)
        fit(copy)
        _snap(copy, self._view(maps, _Recorder))
        for linear in maps.values():
            linear.view = PLAIN
        return copy

    def _view(self, maps: Mapping[str, Map], kind: type[_View]) -> list[_View]:
        """Gives the maps views of a kind, and returns these."""
        views: dict[tuple[int, int], _View] = {}
        for name, linear in maps.items():
            bits = self._bits(name)
            linear.view = views.setdefault(bits, kind(*bits))
        return [*views.values()]

    def _bits(self, name: str) -> tuple[int, int]:
        """Returns the bits of a map in products, and where it is looked up."""
        for scope, bits in self.bits:
            if re.fullmatch(renamed(scope), name):
                return bits, bits
        # The rows that train an untied softmax by samples are no table.
        is_table = name in LOOKED_UP
        return self.layers, self.tables if is_table else self.layers


def _pairs(bits: Any) -> list[tuple[str, Any]]:
    """Returns the pairs of the field `bits`, which a user has written."""
    try:
        pairs = [(scope, of_scope) for scope, of_scope in bits]
    except (TypeError, ValueError):
        pairs = [(None, None)]
    if not all(isinstance(scope, str) for scope, _ in pairs):
        raise ValueError(
            f"bits must be pairs such as (('layer_0/.*', 4), ('embedding', 8)),"
            f" got {bits!r}"
        )
    return pairs


class FakeQuantized(WeightView):
    """Fake quantization: products get what the file's integers stand for.

    Attributes:
        layers: bits of the constant matrix of a product.
        tables: bits of a table that is looked up, in all its uses.
    """

    def __init__(self, layers: int, tables: int):
        self.layers, self.tables = layers, tables
        self.about = f"weights of {layers} bits, tables of {tables}"
        # Each weight in each form, and the tensor that it was the last time.
        self._used: dict[Hashable, tuple[tf.Variable, tf.Tensor]] = {}
        self._looked_up: set[Hashable | None] = set()
        self._once = OncePerGraph()

    @property
    def weights(self) -> list[tf.Variable]:
        """The weights that the products of a model have used."""
        used = {weight.ref(): weight for weight, _ in self._used.values()}
        return [*used.values()]

    def weight(
        self, weight: tf.Variable, form: Form = tf.convert_to_tensor
    ) -> tf.Tensor:
        """Returns a weight as it is: what is rounded is a product's matrix."""
        key = weight.ref(), form
        tensor = self._once(key, lambda: form(weight))
        self._used[key] = weight, tensor
        return tensor

    def kernel(self, kernel: tf.Tensor, channels: int) -> tf.Tensor:
        """Returns a constant matrix rounded by channel."""
        # The file holds a table once, also if a tied softmax multiplies by it.
        weight = self._weight_of(kernel)
        tied = channels == 0 and weight and weight in self._looked_up
        bits = self.tables if tied else self.layers
        return self._once(
            (kernel.ref(), channels),
            lambda: fake_quantize_weights(kernel, channels, bits),
        )

    def look_up(self, table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        """Returns rows of a table, each rounded with a scale of its own."""
        self._looked_up.add(self._weight_of(table))
        return fake_quantize_weights(tf.gather(table, ids), 0, self.tables)

    def inputs(self, x: tf.Tensor) -> tf.Tensor:
        """Returns what a product multiplies, rounded to 8 bits by row."""
        return fake_quantize_inputs(x)

    def _weight_of(self, tensor: tf.Tensor) -> Hashable | None:
        """Returns the weight that a tensor is, None if it is made of some."""
        keys = (key for key, (_, used) in self._used.items() if used is tensor)
        return next(keys, None)


@dataclasses.dataclass(frozen=True)
class _Use:
    """A constant matrix of the file, before and after rounding."""

    kernel: tf.Tensor
    rounded: tf.Tensor


class _Recorder(FakeQuantized):
    """Notes every constant matrix of the file, before and after rounding."""

    def __init__(self, layers: int, tables: int):
        super().__init__(layers, tables)
        self.uses: list[_Use] = []

    def kernel(self, kernel: tf.Tensor, channels: int) -> tf.Tensor:
        rounded = super().kernel(kernel, channels)
        self.uses.append(_Use(kernel, rounded))
        return rounded

    def look_up(self, table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        rounded = fake_quantize_weights(table, 0, self.tables)
        self.uses.append(_Use(table, rounded))
        return super().look_up(table, ids)


def _snap(model: Network, views: Sequence[_Recorder]) -> None:
    """Sets each weight that the views have used to what the file will hold.

    A constant matrix K of the file is a rearrangement of weights, and the
    gradient of K in the direction of a matrix R puts each number of R where
    its weight came from. So no kind of map has to know of rounding; where K
    is anything else than a rearrangement, R = K does not give the weights.
    """

    @graph
    def put_back():
        with tf.GradientTape(persistent=True) as tape:
            for step, size in zip(model.steps, model.sizes, strict=True):
                step(tf.zeros([model.tokens], tf.int32), tf.zeros([1, size]))
        weights = [weight for view in views for weight in view.weights]
        return [
            [
                tape.gradient(use.kernel, weights, output_gradients=matrix)
                for matrix in (use.kernel, use.rounded)
            ]
            for view in views
            for use in view.uses
        ]

    uses = put_back()
    weights = [weight for view in views for weight in view.weights]
    for i, weight in enumerate(weights):
        found = [(k[i], r[i]) for k, r in uses if k[i] is not None]
        if found and all(
            np.array_equal(kernel, weight)
            and np.array_equal(rounded, found[0][1])
            for kernel, rounded in found
        ):
            weight.assign(found[0][1])
