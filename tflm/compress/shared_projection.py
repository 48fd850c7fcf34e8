"""Low-rank factorisation with one factor for all that read a layer."""

import dataclasses
from typing import get_args

import numpy as np

from tflm.compress import units
from tflm.compress.base import Fit, Initial, in_scope
from tflm.layers.low_rank import factorize
from tflm.layers.lstm import CELLS
from tflm.model import LanguageModel, reshaped


@dataclasses.dataclass(frozen=True)
class SharedProjection:
    """Projects the output of each layer for all that read it, then trains.

    The recurrent matrix of layer l and the input matrix of the next one, or
    the softmax's table transposed after the last, have a row for each unit of
    layer l. They share the left of their two thin factors:

        [recurrent_l, input_l+1] = P_l [recurrent'_l, input'_l+1],

    with P_l [units, rank] and the matrices side by side. So the layer becomes
    a projected LSTM (Sak et al. 2014, arXiv 1402.1128) and writes `rank`
    numbers instead of `units`. It is the low-rank form of Lu, Sindhwani and
    Sainath 2016 (arXiv 1604.02594) and of Grachev, Ignatov and Savchenko 2019
    (arXiv 1902.02380); of X columns together, `rank * (units + X)` weights
    are left of `units * X`. Two factors for each matrix, as `LowRank` makes
    them, would be `rank * (2 * units + X)`.

    The first factors are those of the truncated singular value decomposition
    of the matrices side by side, the nearest of that rank, or random ones, to
    train the net in this form from scratch.

    Attributes:
        rank: size of every projection.
        scope: regular expression of map names; a layer is in scope if one of
            its maps is. Layers that cannot be projected stay as they are:
            dense ones, those that have a projection and the last of a tied
            net, whose output is as wide as the embedding.
        initial: `svd` or `random`.

    Raises:
        ValueError: a field is out of range, no layer in scope can be
            projected, the rank makes one of them no smaller, or a matrix that
            reads one is not dense.
    """

    rank: int = 64
    scope: str = "lstm_.*"
    initial: Initial = "svd"

    def __post_init__(self):
        if type(self.rank) is not int or self.rank < 1:
            raise ValueError(
                f"rank must be a whole number of at least 1, got {self.rank!r}"
            )
        if not isinstance(self.scope, str):
            raise ValueError(f"scope must be a text, got {self.scope!r}")
        if self.initial not in get_args(Initial):
            raise ValueError(
                f"initial {self.initial!r} is unknown: "
                f"give {' or '.join(get_args(Initial))}"
            )

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        numbers = self._layers(model)
        for number in numbers:
            self._check(model, number)
        layers = [
            dataclasses.replace(layer, projection=self.rank)
            if number in numbers
            else layer
            for number, layer in enumerate(model.config.layers)
        ]
        config = dataclasses.replace(model.config, layers=tuple(layers))
        smaller = reshaped(model, config)
        if self.initial == "svd":
            for number in numbers:
                _approximate(smaller, model, number)
        fit(smaller)
        return smaller

    def _layers(self, model: LanguageModel) -> list[int]:
        """Returns the numbers of the layers that get a projection."""
        prefixes = {name.split("/")[0] for name in in_scope(model, self.scope)}
        numbers = [
            number
            for number in range(len(model.config.layers))
            if f"lstm_{number}" in prefixes
        ]
        if not numbers:
            raise ValueError(
                f"scope {self.scope!r} names no layer, which could be "
                f"projected: give one such as 'lstm_.*'"
            )
        reasons = {number: _obstacle(model, number) for number in numbers}
        free = [number for number, reason in reasons.items() if not reason]
        if not free:
            raise ValueError(
                f"scope {self.scope!r} holds no layer to project: "
                + ", ".join(f"lstm_{k} {why}" for k, why in reasons.items())
            )
        return free

    def _check(self, model: LanguageModel, number: int) -> None:
        columns = 0
        for name in readers(model, number):
            map = model.maps[name]
            if map.KIND != "dense":
                raise ValueError(
                    f"{name} is of kind {map.KIND}, which cannot share a "
                    f"projection of lstm_{number}: put SharedProjection "
                    f"first, or give a scope without that layer"
                )
            columns += map.inputs if name == "softmax" else map.outputs
        rows = model.config.layers[number].units
        highest = (rows * columns - 1) // (rows + columns)
        if self.rank > highest:
            raise ValueError(
                f"rank {self.rank} makes lstm_{number} of {rows} units no "
                f"smaller: give 1 to {highest}"
            )


def readers(model: LanguageModel, number: int) -> tuple[str, str]:
    """Returns the names of the two maps that read an unprojected layer."""
    is_last = number + 1 == len(model.config.layers)
    after = "softmax" if is_last else f"lstm_{number + 1}/input"
    return f"lstm_{number}/recurrent", after


def side_by_side(model: LanguageModel, number: int) -> np.ndarray:
    """Returns the matrices that read a layer: [its outputs, X]."""
    matrices = [
        model.maps[name].matrix().T
        if name == "softmax"
        else model.maps[name].matrix()
        for name in readers(model, number)
    ]
    return np.hstack(matrices)


def _approximate(
    smaller: LanguageModel, model: LanguageModel, number: int
) -> None:
    """Makes layer `number`, now projected, nearest to what it was."""
    rank = smaller.config.layers[number].projection
    left, right = factorize(side_by_side(model, number), rank)
    recurrent, after = (smaller.maps[n] for n in readers(model, number))
    smaller.maps[f"lstm_{number}/projection"].kernel.assign(left)
    recurrent.kernel.assign(right[:, : recurrent.outputs])
    rest = right[:, recurrent.outputs :]
    after.kernel.assign(rest.T if after.name == "softmax" else rest)


def _obstacle(model: LanguageModel, number: int) -> str:
    """Returns why a layer cannot be projected, or nothing."""
    layer = model.config.layers[number]
    if layer.kind not in CELLS:
        return "is dense"
    if layer.projection:
        return "has a projection"
    if layer.units == 1:
        return "has one unit"
    if not units.is_free(model, number):
        return "is tied to the embedding's table"
    return ""
