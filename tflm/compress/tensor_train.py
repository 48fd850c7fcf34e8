"""Tensor-train factorisation."""

import dataclasses

from tflm.compress.base import Fit, Initial, factorise, in_scope
from tflm.layers.map import Map
from tflm.model import LanguageModel


@dataclasses.dataclass(frozen=True)
class TensorTrain:
    """Replaces matrices by trains of small cores, then trains.

    The first cores come from TT-SVD (Oseledets 2011) or are random, to train
    the net in this form from scratch (Novikov et al. 2015, arXiv 1509.06569;
    Grachev et al. 2019). The layout is that of
    `layers.tensor_train.TensorTrainMap`.

    Attributes:
        rank: the highest between two cores.
        order: how many cores, where `in_dims` and `out_dims` are not given;
            then each size is split into factors as equal as there are.
        in_dims: factors of the number of a matrix's rows.
        out_dims: factors of the number of its columns.
        scope: regular expression of map names.
        initial: `svd` or `random`.

    Raises:
        ValueError: the dimensions do not factor a matrix in scope, or the
            rank is below 1, above what one of them can have, or makes none
            smaller.
    """

    rank: int = 16
    order: int = 2
    in_dims: tuple[int, ...] = ()
    out_dims: tuple[int, ...] = ()
    scope: str = ".*"
    initial: Initial = "svd"

    def __post_init__(self):
        if self.rank < 1:
            raise ValueError(f"rank must be at least 1, got {self.rank}")
        if self.order < 1:
            raise ValueError(f"order must be at least 1, got {self.order}")

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        fields = {
            name: self._fields(model.maps[name])
            for name in in_scope(model, self.scope)
        }
        return factorise(model, fields, self.initial, fit, repr(self))

    def _fields(self, map: Map) -> dict:
        order = max(len(self.in_dims), len(self.out_dims)) or self.order
        return {
            "kind": "tensor_train",
            "in_dims": list(self.in_dims or split(map.inputs, order)),
            "out_dims": list(self.out_dims or split(map.outputs, order)),
            "rank": self.rank,
        }


def split(size: int, order: int) -> tuple[int, ...]:
    """Returns `order` factors of `size`, as equal as they can be, ascending.

    >>> split(10_000, 2)
    (100, 100)
    """
    if order == 1:
        return (size,)
    root = round(size ** (1 / order))
    first = max(d for d in range(1, max(root, 1) + 1) if size % d == 0)
    return tuple(sorted((first, *split(size // first, order - 1))))
