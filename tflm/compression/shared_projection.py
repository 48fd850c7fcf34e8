"""Low-rank factorisation with one factor for all that read a layer."""

import dataclasses

import numpy as np

from tflm.compression.analysis import self_text, units
from tflm.compression.analysis.importance import importance
from tflm.compression.base import (
    Fit,
    Method,
    WeightedInitial,
    check_initial,
    check_scope,
    check_whole,
    layers_in_scope,
)
from tflm.layers.cell_kinds import CELLS
from tflm.layers.low_rank import factorize_weighted
from tflm.model.config import TABLES
from tflm.model.network import Network
from tflm.model.surgery import reshaped


@dataclasses.dataclass(frozen=True)
class SharedProjection(Method):
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
    of the matrices side by side, the nearest of that rank; or of one that
    weighs errors as `LowRank` does, by what the layer writes on
    self-generated text and by the words that it predicts; or random ones, to
    train the model in this form from scratch.

    Attributes:
        rank: size of every projection.
        scope: regular expression of map names; a layer is in scope if one of
            its maps is. Layers that cannot be projected stay as they are:
            dense ones, those that have a projection or would be no smaller,
            and the last of a tied model, whose output is as wide as the
            embedding.
        initial: `svd`, `weighted` or `random`.

    Raises:
        ValueError: a field is out of range, no layer in scope can be
            projected, or a matrix that reads one is not dense.
    """

    rank: int = 64
    scope: str = "layer_.*"
    initial: WeightedInitial = "svd"

    def __post_init__(self):
        check_whole("rank", self.rank)
        check_scope(self.scope)
        check_initial(self.initial, WeightedInitial)

    def __call__(self, model: Network, fit: Fit) -> Network:
        layers = [*model.config.layers]
        numbers = self._layers(model)
        for number in numbers:
            layers[number] = dataclasses.replace(
                layers[number], projection=self.rank
            )
        config = dataclasses.replace(model.config, layers=tuple(layers))
        smaller = reshaped(model, config)
        if self.initial != "random":
            self._begin(smaller, model, numbers)
        fit(smaller)
        return smaller

    def _layers(self, model: Network) -> list[int]:
        """Returns the numbers of the layers that get a projection."""
        reasons = {
            number: self._obstacle(model, number)
            for number in layers_in_scope(model, self.scope)
        }
        free = [number for number, reason in reasons.items() if not reason]
        if not free:
            raise ValueError(
                f"scope {self.scope!r} holds no layer to project: "
                + ", ".join(f"layer_{k} {why}" for k, why in reasons.items())
            )
        for number in free:
            _check_readers(model, number)
        return free

    def _obstacle(self, model: Network, number: int) -> str:
        """Returns why a layer stays as it is, or nothing."""
        layer = model.config.layers[number]
        if layer.kind not in CELLS:
            return f"is {layer.kind}"
        if layer.projection:
            return "has a projection"
        if reason := units.obstacle(model, number):
            return reason
        columns = sum(_columns(model, name) for name in readers(model, number))
        highest = (layer.units * columns - 1) // (layer.units + columns)
        if not highest:
            return f"of {layer.units} units is too small"
        if self.rank > highest:
            return (
                f"of {layer.units} units is no smaller with rank {self.rank}, "
                f"give 1 to {highest}"
            )
        return ""

    def _begin(
        self, smaller: Network, model: Network, numbers: list[int]
    ) -> None:
        """Makes the projected layers near to what they were."""
        moments = None
        if self.initial == "weighted":
            moments = self_text.moments(model, self_text.write(model))
        for number in numbers:
            matrix = side_by_side(model, number)
            rows, columns = (np.ones(size) for size in matrix.shape)
            if moments:
                rows, columns = _importance(model, number, moments)
            factors = factorize_weighted(matrix, self.rank, rows, columns)
            _assign(smaller, number, *factors)


def readers(model: Network, number: int) -> tuple[str, str]:
    """Returns the names of the two maps that read an unprojected layer."""
    return f"layer_{number}/recurrent", model.config.reader_of(number)


def side_by_side(model: Network, number: int) -> np.ndarray:
    """Returns the matrices that read a layer: [its outputs, X]."""
    return np.hstack(
        [
            _read(name, model.maps[name].matrix())
            for name in readers(model, number)
        ]
    )


def _importance(
    model: Network, number: int, moments: self_text.Moments
) -> tuple[np.ndarray, np.ndarray]:
    """Returns `importance` of the matrices that read a layer, side by side."""
    recurrent, after = (model.maps[name] for name in readers(model, number))
    shape = (after.inputs, after.outputs)
    rows, columns = importance(after.name, shape, moments)
    if after.name in TABLES:
        rows, columns = columns, rows
    return rows, np.hstack([np.ones(recurrent.outputs), columns])


def _read(name: str, matrix: np.ndarray) -> np.ndarray:
    """Returns a map's matrix with rows for what it reads, and the reverse."""
    return matrix.T if name in TABLES else matrix


def _columns(model: Network, name: str) -> int:
    linear = model.maps[name]
    return linear.inputs if name in TABLES else linear.outputs


def _assign(
    model: Network, number: int, left: np.ndarray, right: np.ndarray
) -> None:
    """Sets the projection of a layer, and all that read it side by side."""
    recurrent, after = (model.maps[name] for name in readers(model, number))
    model.maps[f"layer_{number}/projection"].approximate(left)
    recurrent.approximate(right[:, : recurrent.outputs])
    rest = right[:, recurrent.outputs :]
    after.approximate(_read(after.name, rest))


def _check_readers(model: Network, number: int) -> None:
    for name in readers(model, number):
        linear = model.maps[name]
        if linear.kernel is None:
            raise ValueError(
                f"{name} is of kind {linear.KIND}, which cannot share a "
                f"projection of layer_{number}: put SharedProjection first, or "
                f"give a scope without that layer"
            )
