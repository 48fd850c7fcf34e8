"""The combinations of methods that a search tries, one for each format."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from tflm.model.config import map_shapes
from tflm.model.language_model import LanguageModel
from tflm.search import choose, size
from tflm.search.choose import Option
from tflm.search.sensitivity import Sensitivity, break_even
from tflm.tflite import formats

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
        changes: of maps, by name: methods as text without a scope.
        loss: nats a word that it is expected to cost before training.
        bytes: that its file is expected to take.
        rounding: the part of `loss` that is the format's.
    """

    format: str
    share: float
    changes: Mapping[str, str]
    loss: float
    bytes: float
    rounding: float

    @property
    def methods(self) -> list[str]:
        """The methods as text, in the paper's order.

        Output layer, recurrent matrices, pruning, bits (Grachev et al. 2019).
        """
        methods = [*self._of(tables=True), *self._of(tables=False)]
        if self.share:
            methods.append(f"RemoveUnits(share={self.share})")
        if self.rounding > ROUNDING:
            bits = formats.known(self.format)
            methods.append(
                f"QuantizeAware(layers={bits.layers}, tables={bits.tables})"
            )
        return methods

    @property
    def name(self) -> str:
        return " + ".join([*self.methods, self.format])

    def _of(self, tables: bool) -> list[str]:
        """Returns each method once, for all the maps that it changes."""
        scopes: dict[str, list[str]] = {}
        for name, method in self.changes.items():
            if (name in size.TABLES) == tables:
                scopes.setdefault(method, []).append(name)
        return [scoped(m, "|".join(names)) for m, names in scopes.items()]


def best(
    model: LanguageModel, costs: Sensitivity, file_format: str, budget: float
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
        for share in _shares(costs)
        if (candidate := _best(model, costs, file_format, share, budget))
    ]
    return min(found, key=lambda c: c.loss, default=None)


def smallest(
    model: LanguageModel, costs: Sensitivity, formats: Iterable[str]
) -> Candidate:
    """Returns the candidate of the fewest bytes."""
    found = []
    for file_format in formats:
        for share in _shares(costs):
            ways = _options(model, costs, file_format, share)
            least = {n: min(o, key=lambda x: x.bytes) for n, o in ways.items()}
            found.append(_candidate(model, costs, file_format, share, least))
    return min(found, key=lambda c: c.bytes)


def _shares(costs: Sensitivity) -> Sequence[float]:
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
    rounding = costs.of_method(_rounding(file_format))
    pruning = costs.of_method(f"RemoveUnits(share={share})") if share else 0.0
    return Candidate(
        file_format,
        share,
        {name: o.method for name, o in chosen.items() if o.method},
        choose.loss(chosen) + max(rounding, 0.0) + pruning,
        size.other_bytes(config) + sum(o.bytes for o in chosen.values()),
        rounding,
    )


def _options(
    model: LanguageModel, costs: Sensitivity, file_format: str, share: float
) -> dict[str, list[Option]]:
    shapes = map_shapes(size.with_fewer_units(model.config, share))
    shapes_before, options = map_shapes(model.config), {}
    for name, shape in shapes.items():
        whole = size.kept_bytes(model.maps[name], name, shape, file_format)
        ways = [*_low_rank(costs, name, shape, file_format)]
        # Units cannot go where an adaptive table has their columns.
        if shape == shapes_before[name] or name == "embedding":
            ways += _adaptive(costs, name, shape, file_format)
        smaller = [way for way in ways if way.bytes < whole]
        options[name] = [Option("", 0.0, whole), *smaller]
    return options


def _low_rank(costs, name, shape, file_format) -> Iterator[Option]:
    measured = costs.of_ranks(name)
    for rank in _ranks(shape, measured):
        nbytes = size.map_bytes(name, shape, rank, file_format)
        method = f"LowRank(rank={rank}, initial='weighted')"
        yield Option(method, _between(measured, rank, min(shape)), nbytes)


def _adaptive(costs, name, shape, file_format) -> Iterator[Option]:
    """Yields the ways to give rare words of a table a lower rank."""
    for way, loss in costs.of_adaptive(name).items():
        linear = way.fields(*shape)
        edges = (0, *linear["cutoffs"], shape[0])
        nbytes = size.adaptive_bytes(
            name, shape, edges, linear["ranks"], file_format
        )
        method = (
            f"Adaptive(cutoffs={way.cutoffs}, reduction={way.reduction}, "
            f"initial='weighted')"
        )
        yield Option(method, max(loss, 0.0), nbytes)


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


def scoped(method: str, scope: str) -> str:
    """Returns a method's text with a scope: "F(a=1)" to "F(a=1, scope='s')"."""
    return f"{method[:-1]}, scope={scope!r})"


def _rounding(file_format: str) -> str:
    bits = formats.known(file_format)
    return f"QuantizeAware(layers={bits.layers}, tables={bits.tables})"
