"""Low-rank factorisation."""

import dataclasses
from collections.abc import Mapping

import numpy as np

from tflm.compression.analysis import self_text
from tflm.compression.analysis.importance import importance, measure
from tflm.compression.analysis.rank_allocation import choose_ranks
from tflm.compression.base import (
    Fit,
    Method,
    WeightedInitial,
    check_initial,
    check_scope,
    check_whole,
    factorise,
    in_scope,
)
from tflm.layers.low_rank import factorize_weighted, whitened
from tflm.layers.map import Importance, Map
from tflm.model.network import Network

_RANK = 64  # Where nothing says another.


@dataclasses.dataclass(frozen=True)
class LowRank(Method):
    """Replaces matrices by products of two thin ones, then trains.

    M [m, n] becomes left [m, rank] right [rank, n]: `rank * (m + n)` weights
    and multiplications instead of `m * n`. The first factors are those of the
    truncated singular value decomposition, the nearest of that rank
    (Prabhavalkar et al. 2016, arXiv 1603.08042); or of a decomposition that
    weighs errors by the inputs that the model meets on self-generated text
    and by the words that it predicts (`layers.low_rank.factorize_weighted`),
    the best without training; or random ones, to train the model in this form
    from scratch (Grachev et al. 2019).

    Attributes:
        rank: of every matrix in scope; 64 if nothing else chooses it.
        energy: instead, share of each matrix's squared singular values that
            its rank must hold.
        parameters: instead, weights that all matrices in scope may have
            together; each goes where it keeps the predictions nearest to what
            they were, on self-generated text (`analysis.rank_allocation`).
        scope: regular expression of map names.
        initial: `svd`, `weighted` or `random`. Energies are those of the
            weighted matrix if the factors are.

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

    def __call__(self, model: Network, fit: Fit) -> Network:
        maps = {name: model.maps[name] for name in in_scope(model, self.scope)}
        matters = self._importance(model, maps)
        fields = {
            name: {"kind": "low_rank", "rank": rank}
            for name, rank in self._ranks(model, matters).items()
        }
        return factorise(model, fields, self.initial, fit, repr(self), matters)

    def _importance(
        self, model: Network, maps: Mapping[str, Map]
    ) -> dict[str, Importance]:
        if self.initial == "weighted":
            return measure(model, maps)
        return {
            name: (np.ones(linear.inputs), np.ones(linear.outputs))
            for name, linear in maps.items()
        }

    def _ranks(
        self, model: Network, matters: Mapping[str, Importance]
    ) -> dict[str, int]:
        if self.parameters is not None:
            return choose_ranks(model, matters, self.parameters)
        if self.energy is None:
            return dict.fromkeys(matters, self.rank or _RANK)
        ranks = {}
        for name, (rows, columns) in matters.items():
            matrix = whitened(model.maps[name].matrix(), rows, columns)
            values = np.linalg.svd(matrix, compute_uv=False)
            ranks[name] = of_energy(values**2, self.energy)
        return ranks


def factors(
    matrix: np.ndarray, rank: int, name: str, moments: self_text.Moments
) -> list[np.ndarray]:
    """Returns the factors that serve best where the map `name` is used."""
    rows, columns = importance(name, matrix.shape, moments)
    return factorize_weighted(matrix, rank, rows, columns)


def of_energy(spectrum: np.ndarray, energy: float) -> int:
    """Returns the least rank that holds a share of the sum of `spectrum`.

    Args:
        spectrum: squared singular values, descending.
        energy: the share, in (0, 1].
    """
    held = np.cumsum(spectrum) / max(spectrum.sum(), np.finfo(float).tiny)
    # Sums of float32 squares end a little off 1.
    return 1 + int(np.argmax(held >= min(energy, held[-1])))
