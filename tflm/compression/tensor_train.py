"""Tensor-train factorisation."""

import dataclasses
import itertools
import math
from typing import Literal

from tflm.compression.base import (
    Fit,
    Initial,
    Method,
    check_choice,
    check_initial,
    check_scope,
    check_whole,
    factorise,
    in_scope,
)
from tflm.layers.map import Map
from tflm.layers.tensor_train import check_dims
from tflm.layers.tt_svd import ranks_within
from tflm.model.network import Network

Layout = Literal["long", "square"]

_RANK = 16  # Where nothing says another.
_EVEN = 1.5  # Largest factor, over the root of the size, that needs no padding.
_WASTE = 0.05  # Share of the size that padding may add.


@dataclasses.dataclass(frozen=True)
class TensorTrain(Method):
    """Replaces matrices by tensor trains of small cores, then trains.

    The first cores come from TT-SVD (Oseledets 2011) or are random, to train
    the model in this form from scratch (Novikov et al. 2015, arXiv 1509.06569;
    Grachev et al. 2019). The layout is that of
    `layers.tensor_train.TensorTrainMap`.

    Attributes:
        rank: the highest between two cores; 16 if nothing else chooses it.
        tolerance: instead, the error of each matrix that TT-SVD may make, in
            Frobenius norm and relative to the matrix's; each bond gets the
            rank that this needs.
        order: how many cores, where `in_dims` and `out_dims` are not given.
        in_dims: factors of the number of a matrix's rows, or of a number less
            than twice as large: zeros fill up the matrix.
        out_dims: factors of the number of its columns, likewise.
        scope: regular expression of map names.
        initial: `svd` or `random`.
        layout: what dimensions are if they are not given: `long`, those of
            `long_dims`; `square`, factors of both sides about equal (`split`),
            as published, which take many multiplications a weight.

    Raises:
        ValueError: a field is out of range, both rank and tolerance are
            given, the dimensions do not factor a matrix in scope, or the rank
            is above what one of them can have, or none becomes smaller.
    """

    rank: int | None = None
    tolerance: float | None = None
    order: int = 2
    in_dims: tuple[int, ...] = ()
    out_dims: tuple[int, ...] = ()
    scope: str = ".*"
    initial: Initial = "svd"
    layout: Layout = "long"

    def __post_init__(self):
        if self.rank is not None and self.tolerance is not None:
            raise ValueError(
                "rank and tolerance exclude each other: give one of them"
            )
        if self.rank is None and self.tolerance is None:
            object.__setattr__(self, "rank", _RANK)
        check_whole("order", self.order)
        check_choice("layout", self.layout, Layout)
        if self.tolerance is None:
            check_whole("rank", self.rank)
        elif not (isinstance(self.tolerance, float) and 0 < self.tolerance < 1):
            raise ValueError(
                f"tolerance must be above 0 and below 1, got {self.tolerance!r}"
            )
        for name in ("in_dims", "out_dims"):
            dims = getattr(self, name)
            if not isinstance(dims, tuple):
                raise ValueError(
                    f"{name} must be a tuple such as (100, 100), got {dims!r}"
                )
        check_scope(self.scope)
        check_initial(self.initial)

    def __call__(self, model: Network, fit: Fit) -> Network:
        fields = {
            name: self._fields(model.maps[name])
            for name in in_scope(model, self.scope)
        }
        return factorise(model, fields, self.initial, fit, repr(self))

    def _fields(self, linear: Map) -> dict:
        order = max(len(self.in_dims), len(self.out_dims)) or self.order
        in_dims, out_dims = map(list, self._dims(linear, order))
        fields = {
            "kind": "tensor_train",
            "in_dims": in_dims,
            "out_dims": out_dims,
        }
        if self.tolerance is None:
            return fields | {"rank": self.rank}
        check_dims(linear, in_dims, out_dims)
        rank = ranks_within(linear.matrix(), in_dims, out_dims, self.tolerance)
        return fields | {"rank": rank}

    def _dims(
        self, linear: Map, order: int
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        rows, columns = linear.inputs, linear.outputs
        if self.layout == "square":
            chosen = split(rows, order), split(columns, order)
        elif self.in_dims or self.out_dims:  # The other side stays whole.
            ones = (1,) * (order - 1)
            chosen = (*ones, rows), (columns, *ones)
        else:
            chosen = long_dims(rows, columns, order)
        return self.in_dims or chosen[0], self.out_dims or chosen[1]


def long_dims(
    rows: int, columns: int, order: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns dimensions of a few long cores: of rows, and of columns.

    The longer side is split into halves, order - 1 times, and the other one
    stays whole. So a product takes about one multiplication a weight and core,
    where cores as square as can be take dozens, and errors are near those
    of a matrix of low rank of as many weights, where those of square cores are
    far larger: neighbours in both sides at once have little in common.

    >>> long_dims(10_000, 650, 2)
    ((2, 5000), (650, 1))
    >>> long_dims(650, 2600, 2)
    ((1, 650), (1300, 2))
    >>> long_dims(9973, 200, 3)  # Padded.
    ((2, 2, 2494), (200, 1, 1))
    """
    size = max(rows, columns)
    halves = [2 if 2**k <= size else 1 for k in range(1, order)]
    rest, ones = -(-size // math.prod(halves)), [1] * (order - 1)
    if rows >= columns:
        return (*halves, rest), (columns, *ones)
    return (*ones, rows), (rest, *halves)


def split(size: int, order: int) -> tuple[int, ...]:
    """Returns `order` factors of `size` or of a little more, ascending.

    They are factors of `size` itself if some are about equal: none above 1.5
    times the root of that order. Otherwise the largest is as small as it can
    be while their product is at most 5 % more.

    >>> split(10_000, 2)
    (100, 100)
    >>> split(650, 2)
    (25, 26)
    >>> split(9973, 2)  # A prime.
    (100, 100)
    >>> split(9973, 3)
    (21, 22, 22)
    """
    exact = _factors(size, order)
    if exact[-1] <= _EVEN * size ** (1 / order):
        return exact
    most = math.floor((1 + _WASTE) * size)
    covers = (
        (*_cover(-(-size // largest), order - 1, largest), largest)
        for largest in itertools.count(1)
    )
    full = (dims for dims in covers if len(dims) == order)
    return next(dims for dims in full if math.prod(dims) <= most)


def _factors(size: int, order: int) -> tuple[int, ...]:
    """Returns factors of `size`, one after another near the root of a rest."""
    if order == 1:
        return (size,)
    root = round(size ** (1 / order))
    first = max(d for d in range(1, max(root, 1) + 1) if size % d == 0)
    return tuple(sorted((first, *_factors(size // first, order - 1))))


def _cover(size: int, order: int, highest: int) -> tuple[int, ...]:
    """Returns the factors of least product from `size`, or () if none fit.

    Args:
        size: what they multiply to at least.
        order: how many.
        highest: what none of them exceeds.
    """
    if highest**order < size:
        return ()
    if order == 1:
        return (size,)
    found = (
        (*_cover(-(-size // largest), order - 1, largest), largest)
        for largest in range(1, highest + 1)
        if largest**order >= size
    )
    return min(found, key=math.prod)
