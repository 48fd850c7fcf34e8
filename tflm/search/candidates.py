"""The combinations of methods that a search tries, one for each format."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from tflm import compression
from tflm.compression import (
    Adaptive,
    LowRank,
    Method,
    QuantizeAware,
    RemoveUnits,
)
from tflm.model.config import TABLES
from tflm.model.map_shapes import map_shapes
from tflm.model.network import Network
from tflm.search import choose, size
from tflm.search.choose import Option
from tflm.search.sensitivity import Sensitivity, break_even
from tflm.tflite import formats
from tflm.tflite.formats import Format

# Shares of hidden units that a search considers to remove.
SHARES = (0.0, 0.25, 0.5)
# Rounding that loses more than this, in nats a word, is trained with.
ROUNDING = 0.002


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A way to make a file, before it is trained.

    Attributes:
        format: of the file.
        share: of the hidden units that are removed.
        changes: of maps, by name: methods of whatever scope.
        loss: nats a word that it is expected to cost before training.
        bytes: that its file is expected to take.
        rounding: the part of `loss` that is the format's.
        bits: of single maps, by name, where the format lets them differ.
    """

    format: Format
    share: float
    changes: Mapping[str, Method]
    loss: float
    bytes: float
    rounding: float
    bits: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def of_size(self) -> list[Method]:
        """The methods that make the file's size, whatever is trained."""
        return [*self._of_shape, *self._of_bits]

    @property
    def _of_bits(self) -> list[Method]:
        scopes: dict[int, list[str]] = {}
        for name, bits in self.bits.items():
            scopes.setdefault(bits, []).append(name)
        if not scopes:
            return []
        pairs = [("|".join(names), bits) for bits, names in scopes.items()]
        return [QuantizeAware(bits=tuple(pairs))]

    @property
    def _of_shape(self) -> list[Method]:
        methods = [*self._of(tables=True), *self._of(tables=False)]
        if self.share:
            methods.append(RemoveUnits(share=self.share))
        return methods

    @property
    def methods(self) -> list[Method]:
        """All methods, in the paper's order.

        Output layer, recurrent matrices, pruning, bits (Grachev et al. 2019).
        """
        if self.rounding > ROUNDING and not self.bits:
            return [*self._of_shape, rounding(self.format)]
        return self.of_size

    @property
    def name(self) -> str:
        """What people call it, as in "LowRank(rank=64) + int8"."""
        methods = compression.text(self.methods)
        return " + ".join(filter(None, [methods, self.format]))

    def _of(self, tables: bool) -> list[Method]:
        """Returns each method once, for all the maps that it changes."""
        scopes: dict[Method, list[str]] = {}
        for name, method in self.changes.items():
            if (name in TABLES) == tables:
                scopes.setdefault(method, []).append(name)
        return [
            dataclasses.replace(method, scope="|".join(names))
            for method, names in scopes.items()
        ]


def best(
    model: Network, costs: Sensitivity, file_format: Format, budget: float
) -> Candidate | None:
    """Returns the candidate of the least expected loss within `budget`.

    Args:
        model: what is compressed.
        costs: its measured sensitivity.
        file_format: of the file.
        budget: bytes of the file.

    Returns:
        None if not even the smallest fits.
    """
    found = [
        candidate
        for share in shares(costs)
        if (candidate := _best(model, costs, file_format, share, budget))
    ]
    return min(found, key=lambda c: c.loss, default=None)


def smallest(
    model: Network, costs: Sensitivity, formats: Iterable[Format]
) -> Candidate:
    """Returns the candidate of the fewest bytes."""
    found = []
    for file_format in formats:
        for share in shares(costs):
            ways = _options(model, costs, file_format, share)
            least = {n: min(o, key=lambda x: x.bytes) for n, o in ways.items()}
            found.append(_candidate(model, costs, file_format, share, least))
    return min(found, key=lambda c: c.bytes)


def shares(costs: Sensitivity) -> Sequence[float]:
    """Returns the shares of hidden units that a model can lose."""
    return SHARES if costs.can_lose_units else (0.0,)


def _best(model, costs, file_format, share, budget) -> Candidate | None:
    config = size.with_fewer_units(model.config, share)
    left = budget - size.other_bytes(config)
    chosen = choose.choose(_options(model, costs, file_format, share), left)
    if chosen is None:
        return None
    return _candidate(model, costs, file_format, share, chosen)


def _candidate(model, costs, file_format, share, chosen) -> Candidate:
    config = size.with_fewer_units(model.config, share)
    bits = costs.of_method(rounding(file_format))
    pruning = costs.of_method(RemoveUnits(share=share)) if share else 0.0
    usual = {name: size.bits_of(name, file_format) for name in chosen}
    return Candidate(
        file_format,
        share,
        {name: o.method for name, o in chosen.items() if o.method},
        choose.loss(chosen) + max(bits, 0.0) + pruning,
        size.other_bytes(config) + sum(o.bytes for o in chosen.values()),
        bits + sum(o.rounding for o in chosen.values()),
        {n: o.bits for n, o in chosen.items() if o.bits < usual[n]},
    )


def _options(
    model: Network, costs: Sensitivity, file_format: Format, share: float
) -> dict[str, list[Option]]:
    shapes = map_shapes(size.with_fewer_units(model.config, share))
    shapes_before, options = map_shapes(model.config), {}
    for name, shape in shapes.items():
        usual = size.bits_of(name, file_format)
        # Units cannot go where an adaptive table has their columns.
        keeps_columns = shape == shapes_before[name] or name == "embedding"
        options[name] = _ways(model, costs, name, shape, usual, keeps_columns)
        if formats.known(file_format).fitted:
            options[name] += [
                dataclasses.replace(way, loss=way.loss + loss, rounding=loss)
                for bits, loss in costs.of_bits(name).items()
                for way in _ways(model, costs, name, shape, bits, keeps_columns)
            ]
    return options


def _ways(model, costs, name, shape, bits, is_adaptable) -> list[Option]:
    """Returns the ways to hold a map in weights of so many bits."""
    whole = size.kept_bytes(model.maps[name], name, shape, bits)
    ways = [*_low_rank(costs, name, shape, bits)]
    if is_adaptable:
        ways += _adaptive(costs, name, shape, bits)
    smaller = [way for way in ways if way.bytes < whole]
    return [Option(None, 0.0, whole, bits), *smaller]


def _low_rank(costs, name, shape, bits) -> Iterator[Option]:
    measured = costs.of_ranks(name)
    for rank in _ranks(shape, measured):
        nbytes = size.map_bytes(name, shape, rank, bits)
        method = LowRank(rank=rank, initial="weighted")
        loss = _between(measured, rank, min(shape))
        yield Option(method, loss, nbytes, bits)


def _adaptive(costs, name, shape, bits) -> Iterator[Option]:
    """Yields the ways to give rare words of a table a lower rank."""
    for way, loss in costs.of_adaptive(name).items():
        linear = way.fields(*shape)
        edges = (0, *linear["cutoffs"], shape[0])
        nbytes = size.adaptive_bytes(name, shape, edges, linear["ranks"], bits)
        method = dataclasses.replace(way, scope=Adaptive.scope)
        yield Option(method, max(loss, 0.0), nbytes, bits)


def _ranks(shape: tuple[int, int], measured: Mapping[int, float]) -> range:
    """Returns the ranks to choose from, even ones as int4 tables want."""
    if not measured:
        return range(0)
    return range(min(measured), break_even(*shape) + 1, 2)


def _between(measured: Mapping[int, float], rank: int, full: int) -> float:
    """Returns the loss at `rank`, between those that were measured.

    It falls with the rank, to nothing at the `full` one: what rises is noise,
    and so is what is negative.
    """
    ranks = [*sorted(r for r in measured if r < full), full]
    losses = [*(max(measured[r], 0.0) for r in ranks[:-1]), 0.0]
    falling = np.maximum.accumulate(losses[::-1])[::-1]
    return float(np.interp(rank, ranks, falling))


def rounding(file_format: Format) -> QuantizeAware:
    """Returns the method that trains for the bits of a format."""
    bits = formats.known(file_format)
    return QuantizeAware(layers=bits.layers, tables=bits.tables)
