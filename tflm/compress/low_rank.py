"""Low-rank factorisation."""

import dataclasses
import heapq
from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from tflm.compress import own_text
from tflm.compress.base import Fit, factorise, in_scope, skip_training
from tflm.compress.own_text import Moments
from tflm.layers.low_rank import factorize, factorize_weighted
from tflm.layers.map import Map
from tflm.model import LanguageModel

_RANK = 64  # Where nothing says another.
# What is added to a moment, over its mean: what the text did not show counts
# a little. Words that it lacks are most of a vocabulary.
_UNSEEN, _UNSEEN_WORDS = 1e-3, 0.1


@dataclasses.dataclass(frozen=True)
class LowRank:
    """Replaces matrices by products of two thin ones, then trains.

    M [m, n] becomes left [m, rank] right [rank, n]: `rank * (m + n)` weights
    and multiplications instead of `m * n`. The first factors are those of the
    truncated singular value decomposition, the nearest of that rank
    (Prabhavalkar et al. 2016, arXiv 1603.08042); or of a decomposition that
    weighs errors by the inputs that the model meets on text of its own and by
    the words that it predicts (`layers.low_rank.factorize_weighted`), the
    best without training; or random ones, to train the net in this form from
    scratch (Grachev et al. 2019).

    Attributes:
        rank: of every matrix in scope; 64 if nothing else chooses it.
        energy: instead, share of each matrix's squared singular values that
            its rank must hold.
        parameters: instead, weights that all matrices in scope may have
            together; each next weight goes where it lowers the relative
            squared error of a matrix most.
        scope: regular expression of map names.
        initial: `svd`, `weighted` or `random`.

    Raises:
        ValueError: a field is out of range, two of the first three are given,
            the rank is above that of a matrix in scope, or no matrix in scope
            becomes smaller.
    """

    rank: int | None = None
    energy: float | None = None
    parameters: int | None = None
    scope: str = ".*"
    initial: Literal["svd", "weighted", "random"] = "svd"

    def __post_init__(self):
        names = ("rank", "energy", "parameters")
        given = [n for n in names if getattr(self, n) is not None]
        if len(given) > 1:
            raise ValueError(
                f"{' and '.join(given)} exclude each other: give one of them"
            )
        if not given:
            object.__setattr__(self, "rank", _RANK)
        for name in {*given} & {"rank", "parameters"}:
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(
                    f"{name} must be a whole number of at least 1, got "
                    f"{value!r}"
                )
        if self.energy is not None and not (
            isinstance(self.energy, float | int) and 0 < self.energy <= 1
        ):
            raise ValueError(
                f"energy must be above 0 and at most 1, got {self.energy!r}"
            )
        kinds = get_args(self.__annotations__["initial"])
        if self.initial not in kinds:
            raise ValueError(
                f"initial {self.initial!r} is unknown: give {', '.join(kinds)}"
            )

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        maps = {name: model.maps[name] for name in in_scope(model, self.scope)}
        fields = {
            name: {"kind": "low_rank", "rank": rank}
            for name, rank in self._ranks(maps).items()
        }
        weighted = self.initial == "weighted"
        smaller = factorise(
            model,
            fields,
            "random" if weighted else self.initial,
            skip_training,
            repr(self),
        )
        if weighted:
            _begin_weighted(model, smaller, maps)
        fit(smaller)
        return smaller

    def _ranks(self, maps: Mapping[str, Map]) -> dict[str, int]:
        if self.rank is not None:
            return dict.fromkeys(maps, self.rank)
        spectra = {
            name: np.linalg.svd(map.matrix(), compute_uv=False) ** 2
            for name, map in maps.items()
        }
        if self.energy is not None:
            return {n: of_energy(s, self.energy) for n, s in spectra.items()}
        costs = {name: map.inputs + map.outputs for name, map in maps.items()}
        return of_parameters(spectra, costs, self.parameters)


def of_energy(spectrum: np.ndarray, energy: float) -> int:
    """Returns the least rank that holds a share of the sum of `spectrum`.

    Args:
        spectrum: squared singular values, descending.
        energy: the share, in (0, 1].
    """
    held = np.cumsum(spectrum) / max(spectrum.sum(), np.finfo(float).tiny)
    # Sums of float32 squares end a little off 1.
    return 1 + int(np.argmax(held >= min(energy, held[-1])))


def of_parameters(
    spectra: Mapping[str, np.ndarray], costs: Mapping[str, int], budget: int
) -> dict[str, int]:
    """Returns the ranks of least relative squared error within a budget.

    The next rank of a matrix lowers the error by its next squared singular
    value, over their sum, and costs m + n weights. As they descend, to take
    the best gain for a weight again and again is best.

    Args:
        spectra: squared singular values of each matrix, descending.
        costs: m + n of each.
        budget: weights of all together.

    Raises:
        ValueError: not even rank 1 of all fits.
    """
    least = sum(costs.values())
    if budget < least:
        raise ValueError(
            f"parameters={budget} are too few for {', '.join(costs)}: "
            f"give at least {least}"
        )
    ranks, left = dict.fromkeys(spectra, 1), budget - least
    gains = [
        (-value / max(spectrum.sum(), 1e-30) / costs[name], name, rank)
        for name, spectrum in spectra.items()
        for rank, value in enumerate(spectrum[1:].tolist(), 2)
    ]
    heapq.heapify(gains)
    full = set()  # A matrix ends with the first rank that does not fit.
    while gains:
        _, name, rank = heapq.heappop(gains)
        if costs[name] > left:
            full.add(name)
        if name not in full:
            ranks[name], left = rank, left - costs[name]
    return ranks


def _begin_weighted(
    model: LanguageModel, smaller: LanguageModel, maps: Mapping[str, Map]
) -> None:
    found = own_text.moments(model, own_text.write(model))
    for name in maps:
        map = smaller.maps[name]
        if map.KIND == "low_rank":
            matrix = model.maps[name].matrix()
            map.set_weights(factors(matrix, map.rank, name, found))


def factors(
    matrix: np.ndarray, rank: int, name: str, moments: Moments
) -> list[np.ndarray]:
    """Returns the factors that serve best where the map `name` is used.

    A table's rows count by how likely their words are, and if it is a
    softmax's its errors are seen through what the softmax reads. Of a map
    whose inputs were not seen the plain decomposition is returned.
    """
    if name in own_text.TABLES:
        likely = moments.words + _UNSEEN_WORDS * moments.words.mean()
        read = moments.inputs.get(name)
        columns = np.ones(matrix.shape[1]) if read is None else _firm(read)
        return factorize_weighted(matrix, rank, likely, columns)
    if name not in moments.inputs:
        return factorize(matrix, rank)
    rows = _firm(moments.inputs[name])
    return factorize_weighted(matrix, rank, rows, np.ones(matrix.shape[1]))


def _firm(moment: np.ndarray) -> np.ndarray:
    """Returns a moment that is positive definite."""
    size = len(moment)
    mean = max(np.trace(moment) / size, 1e-12)
    return moment + _UNSEEN * mean * np.eye(size)
