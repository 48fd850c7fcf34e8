"""The combinations of methods that a search tries, one for each format."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tflm.model import LanguageModel, map_shapes
from tflm.search import choose, size
from tflm.search.choose import Option
from tflm.search.sensitivity import Sensitivity, break_even

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
        ranks: of the maps that become low-rank.
        loss: nats a word that it is expected to cost before training.
        bytes: that its file is expected to take.
        rounding: the part of `loss` that is the format's.
    """

    format: str
    share: float
    ranks: Mapping[str, int]
    loss: float
    bytes: float
    rounding: float

    @property
    def methods(self) -> list[str]:
        """The methods as text, in the paper's order.

        Output layer, recurrent matrices, pruning, bits (Grachev et al. 2019).
        """
        tables = {n: r for n, r in self.ranks.items() if n in size.TABLES}
        others = {n: r for n, r in self.ranks.items() if n not in size.TABLES}
        methods = [*_low_rank(tables), *_low_rank(others)]
        if self.share:
            methods.append(f"RemoveUnits(share={self.share})")
        if self.rounding > ROUNDING:
            bits = size.FORMATS[self.format]
            methods.append(
                f"QuantizeAware(layers={bits.layers}, tables={bits.tables})"
            )
        return methods

    @property
    def name(self) -> str:
        return " + ".join([*self.methods, self.format])


def best(
    model: LanguageModel, costs: Sensitivity, format: str, budget: float
) -> Candidate | None:
    """Returns the candidate of the least expected loss within `budget`.

    Args:
        model: what is compressed.
        costs: its measured sensitivity.
        format: of the file.
        budget: bytes of the file.

    Returns:
        None if not even the smallest fits.
    """
    found = [
        candidate
        for share in _shares(costs)
        if (candidate := _best(model, costs, format, share, budget))
    ]
    return min(found, key=lambda c: c.loss, default=None)


def smallest(
    model: LanguageModel, costs: Sensitivity, formats: Iterable[str]
) -> Candidate:
    """Returns the candidate of the fewest bytes."""
    found = []
    for format in formats:
        for share in _shares(costs):
            ways = _options(model, costs, format, share)
            least = {n: min(o, key=lambda x: x.bytes) for n, o in ways.items()}
            found.append(_candidate(model, costs, format, share, least))
    return min(found, key=lambda c: c.bytes)


def _shares(costs: Sensitivity) -> Sequence[float]:
    return SHARES if costs.can_lose_units else (0.0,)


def _best(model, costs, format, share, budget) -> Candidate | None:
    config = size.with_fewer_units(model.config, share)
    left = budget - size.other_bytes(config)
    chosen = choose.choose(_options(model, costs, format, share), left)
    if chosen is None:
        return None
    return _candidate(model, costs, format, share, chosen)


def _candidate(model, costs, format, share, chosen) -> Candidate:
    config = size.with_fewer_units(model.config, share)
    rounding = costs.of_method(_rounding(format))
    pruning = costs.of_method(f"RemoveUnits(share={share})") if share else 0.0
    return Candidate(
        format,
        share,
        {n: o.rank for n, o in chosen.items() if o.rank is not None},
        choose.loss(chosen) + max(rounding, 0.0) + pruning,
        size.other_bytes(config) + sum(o.bytes for o in chosen.values()),
        rounding,
    )


def _options(
    model: LanguageModel, costs: Sensitivity, format: str, share: float
) -> dict[str, list[Option]]:
    shapes = map_shapes(size.with_fewer_units(model.config, share))
    options = {}
    for name, shape in shapes.items():
        whole = size.kept_bytes(model.maps[name], name, shape, format)
        options[name] = [Option(None, 0.0, whole)]
        measured = costs.of_ranks(name)
        for rank in _ranks(shape, measured):
            nbytes = size.map_bytes(name, shape, rank, format)
            if nbytes < whole:
                loss = _between(measured, rank)
                options[name].append(Option(rank, loss, nbytes))
    return options


def _ranks(shape: tuple[int, int], measured: Mapping[int, float]) -> range:
    """Returns the ranks to choose from, even ones as int4 tables want."""
    if not measured:
        return range(0)
    highest = min(break_even(*shape), max(measured))
    return range(min(measured), highest + 1, 2)


def _between(measured: Mapping[int, float], rank: int) -> float:
    """Returns the loss at `rank`, between those that were measured.

    It falls with the rank: what rises is noise, and so is what is negative.
    """
    ranks = sorted(measured)
    losses = np.maximum([measured[r] for r in ranks], 0.0)
    losses = np.maximum.accumulate(losses[::-1])[::-1]
    return float(np.interp(rank, ranks, losses))


def _low_rank(ranks: Mapping[str, int]) -> list[str]:
    """Returns one LowRank for all maps of each rank."""
    by_rank: dict[int, list[str]] = {}
    for name, rank in ranks.items():
        by_rank.setdefault(rank, []).append(re.escape(name))
    return [
        f"LowRank(rank={rank}, scope={'|'.join(names)!r}, initial='weighted')"
        for rank, names in by_rank.items()
    ]


def _rounding(format: str) -> str:
    bits = size.FORMATS[format]
    return f"QuantizeAware(layers={bits.layers}, tables={bits.tables})"
