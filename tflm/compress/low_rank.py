"""Low-rank factorisation."""

import dataclasses

from tflm.compress.base import Fit, Initial, factorise, in_scope
from tflm.model import LanguageModel


@dataclasses.dataclass(frozen=True)
class LowRank:
    """Replaces matrices by products of two thin ones, then trains.

    M [m, n] becomes left [m, rank] right [rank, n]: `rank * (m + n)` weights
    and multiplications instead of `m * n`. The first factors are those of the
    truncated singular value decomposition, the nearest of that rank
    (Prabhavalkar et al. 2016, arXiv 1603.08042), or random ones, to train the
    net in this form from scratch (Grachev et al. 2019).

    Attributes:
        rank: of every matrix in scope.
        scope: regular expression of map names.
        initial: `svd` or `random`.

    Raises:
        ValueError: the rank is below 1, above that of a matrix in scope, or
            makes no matrix in scope smaller.
    """

    rank: int = 64
    scope: str = ".*"
    initial: Initial = "svd"

    def __post_init__(self):
        if self.rank < 1:
            raise ValueError(f"rank must be at least 1, got {self.rank}")

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        fields = {
            name: {"kind": "low_rank", "rank": self.rank}
            for name in in_scope(model, self.scope)
        }
        return factorise(model, fields, self.initial, fit, repr(self))
