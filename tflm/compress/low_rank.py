"""Low-rank factorisation."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tflm.compress import own_text
from tflm.compress.base import (
    Fit,
    WeightedInitial,
    check_initial,
    check_scope,
    check_whole,
    factorise,
    in_scope,
)
from tflm.compress.importance import importance
from tflm.layers.low_rank import factorize_weighted, whitened
from tflm.layers.map import Map
from tflm.model import LanguageModel

_RANK = 64  # Where nothing says another.
_NOTHING = 1e-12  # Share of squared singular values that is but rounding.


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
        initial: `svd`, `weighted` or `random`. Energies and errors are those
            of the weighted matrix if the factors are.

    Raises:
        ValueError: a field is out of range, two of the first three are given,
            the rank is above that of a matrix in scope, or no matrix in scope
            becomes smaller.
    """

    rank: int | None = None
    energy: float | None = None
    parameters: int | None = None
    scope: str = ".*"
    initial: WeightedInitial = "svd"

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
            check_whole(name, getattr(self, name))
        if self.energy is not None and not (
            isinstance(self.energy, float | int) and 0 < self.energy <= 1
        ):
            raise ValueError(
                f"energy must be above 0 and at most 1, got {self.energy!r}"
            )
        check_scope(self.scope)
        check_initial(self.initial, WeightedInitial)

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        maps = {name: model.maps[name] for name in in_scope(model, self.scope)}
        matters = self._importance(model, maps)
        fields = {
            name: {"kind": "low_rank", "rank": rank}
            for name, rank in self._ranks(maps, matters).items()
        }

        def begin(map: Map, matrix: np.ndarray) -> None:
            rows, columns = matters[map.name]
            map.set_weights(factorize_weighted(matrix, map.rank, rows, columns))

        return factorise(model, fields, self.initial, fit, repr(self), begin)

    def _importance(
        self, model: LanguageModel, maps: Mapping[str, Map]
    ) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        if self.initial == "weighted":
            moments = own_text.moments(model, own_text.write(model))
            return {
                name: importance(name, (map.inputs, map.outputs), moments)
                for name, map in maps.items()
            }
        return {
            name: (np.ones(map.inputs), np.ones(map.outputs))
            for name, map in maps.items()
        }

    def _ranks(
        self,
        maps: Mapping[str, Map],
        matters: Mapping[str, tuple[np.ndarray, np.ndarray]],
    ) -> dict[str, int]:
        if self.rank is not None:
            return dict.fromkeys(maps, self.rank)
        spectra = {
            name: _spectrum(whitened(map.matrix(), *matters[name]))
            for name, map in maps.items()
        }
        if self.energy is not None:
            return {n: of_energy(s, self.energy) for n, s in spectra.items()}
        costs = {name: map.inputs + map.outputs for name, map in maps.items()}
        kept = {name: map.parameters for name, map in maps.items()}
        return of_parameters(spectra, costs, kept, self.parameters)


def factors(
    matrix: np.ndarray, rank: int, name: str, moments: own_text.Moments
) -> list[np.ndarray]:
    """Returns the factors that serve best where the map `name` is used."""
    rows, columns = importance(name, matrix.shape, moments)
    return factorize_weighted(matrix, rank, rows, columns)


def _spectrum(matrix: np.ndarray) -> np.ndarray:
    return np.linalg.svd(matrix, compute_uv=False) ** 2


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
    spectra: Mapping[str, np.ndarray],
    costs: Mapping[str, int],
    kept: Mapping[str, int],
    budget: int,
) -> dict[str, int]:
    """Returns ranks of least relative squared error within a budget.

    The next rank of a matrix lowers the error by its next squared singular
    value, over their sum, and costs m + n weights. As they descend, to take
    the best gain for a weight again and again is best, but for a rest of the
    budget that the best does not fit in. A matrix whose next rank would hold
    as many weights as it has is kept instead, which is without error: it gets
    the full rank.

    Args:
        spectra: squared singular values of each matrix, descending.
        costs: m + n of each.
        kept: weights of each as it is.
        budget: weights of all together.

    Raises:
        ValueError: not even rank 1 of all fits.
    """
    ranks = dict.fromkeys(spectra, 1)
    left = budget - sum(min(costs[name], kept[name]) for name in spectra)
    if left < 0:
        raise ValueError(
            f"parameters={budget} are too few for {', '.join(costs)}: "
            f"give at least {budget - left}"
        )
    while True:
        steps = [
            (gain / price, name, target, price)
            for name, spectrum in spectra.items()
            for gain, target, price in _steps(
                spectrum, ranks[name], costs[name], kept[name]
            )
            if price <= left
        ]
        if not steps:
            return ranks
        _, name, ranks[name], price = max(steps)
        left -= price


def _steps(
    spectrum: np.ndarray, rank: int, cost: int, kept: int
) -> list[tuple[float, int, int]]:
    """Returns what can follow a rank: what it gains, the new rank, its price.

    These are the next rank, and to keep the matrix as it is.
    """
    rest = spectrum[rank:]
    if rank * cost >= kept or rest.sum() <= _NOTHING * spectrum.sum():
        return []
    whole = (rest.sum() / spectrum.sum(), len(spectrum), kept - rank * cost)
    if (rank + 1) * cost >= kept:
        return [whole]
    return [whole, (rest[0] / spectrum.sum(), rank + 1, cost)]
