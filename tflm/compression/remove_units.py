"""Structural pruning: fewer hidden units instead of more zeros."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tflm.compression.analysis import units
from tflm.compression.base import Fit, Method, layers_in_scope
from tflm.model.network import Network
from tflm.model.surgery import replace_maps


@dataclasses.dataclass(frozen=True)
class RemoveUnits(Method):
    """Removes the hidden units of each layer that weigh least, then trains.

    A hidden unit is a column of every gate of its layer and a row of what
    reads it; to remove all of that leaves a dense, smaller model that computes
    the same if those weights were zero (intrinsic sparse structures, Wen et
    al. 2018, arXiv 1709.05027). What a unit weighs is the norm of its weights,
    see `units.norms`.

    With a penalty the model is first trained with a group lasso, which takes
    the units that it can do without to zero, and trained again when they are
    gone: `fit` is called twice a round instead of once. After each update
    every unit's weights w are scaled by max(0, 1 - penalty / |w|), the
    proximal step of penalty * |w| (Yuan and Lin 2006); a unit of which the
    loss thinks nothing is zero after |w| / penalty updates.

    Attributes:
        share: of each layer's units that go.
        penalty: what each update takes from the norm of every unit; 0 to
            choose units by the weights as they are.
        rounds: in how many parts they go, each with its own training.
        scope: regular expression of map names; a layer is in scope if one of
            its maps is. A layer whose output is tied to the embedding's
            table keeps its units; to project it frees them. So does one of
            groups or of a pyramid.

    Raises:
        ValueError: the share is not in (0, 1) or removes nothing, the
            penalty is below 0, the rounds are below 1, no layer in scope can
            lose units, or a matrix of one is a tensor train.
    """

    share: float = 0.5
    penalty: float = 0.0
    rounds: int = 1
    scope: str = "layer_.*"

    def __post_init__(self):
        if not isinstance(self.share, float) or not 0 < self.share < 1:
            raise ValueError(
                f"share must be above 0 and below 1, got {self.share!r}"
            )
        if not isinstance(self.penalty, float | int) or not (
            0 <= self.penalty < math.inf
        ):
            raise ValueError(
                f"penalty must be 0 or a number above, got {self.penalty!r}"
            )
        if not isinstance(self.rounds, int) or self.rounds < 1:
            raise ValueError(
                f"rounds must be a whole number from 1, got {self.rounds!r}"
            )
        if not isinstance(self.scope, str):
            raise ValueError(f"scope must be a text, got {self.scope!r}")

    def __call__(self, model: Network, fit: Fit) -> Network:
        layers = self._layers(model)
        sizes = {k: self._sizes(model, k) for k in layers}
        for done in range(self.rounds):
            if self.penalty:
                model = replace_maps(model, {})
                model.constraint = _Lasso(
                    model, layers, self.penalty, repr(self)
                )
                fit(model)
                model.constraint = None
            model = units.keep(
                model, {k: _heaviest(model, k, sizes[k][done]) for k in layers}
            )
            fit(model)
        return model

    def _layers(self, model: Network) -> list[int]:
        """Returns the numbers of the layers that lose units."""
        layers = layers_in_scope(model, self.scope)
        free = [k for k in layers if not units.obstacle(model, k)]
        if not free:
            raise ValueError(
                f"layer_{layers[0]} cannot lose units, as it "
                f"{units.obstacle(model, layers[0])}: train it with a "
                f"projection, untied or whole"
            )
        for number in free:
            units.norms(model, number)  # Refuses a map before any training.
        return free

    def _sizes(self, model: Network, number: int) -> list[int]:
        """Returns how many units a layer keeps after each round."""
        before = model.config.layers[number].units
        left = [
            (1 - self.share) ** (done / self.rounds)
            for done in range(1, self.rounds + 1)
        ]
        sizes = [max(1, round(before * share)) for share in left]
        if sizes[-1] == before:
            raise ValueError(
                f"share={self.share} removes none of the {before} units of "
                f"layer_{number}: give at least {1 / before:.2g}"
            )
        return sizes


def _heaviest(model: Network, number: int, count: int) -> np.ndarray:
    """Returns the `count` units of largest norm, in ascending order."""
    order = np.argsort(-units.norms(model, number).numpy(), kind="stable")
    return np.sort(order[:count])


@dataclasses.dataclass(frozen=True)
class _Lasso:
    """Takes `penalty` from the norm of every unit, at each call."""

    model: Network
    layers: Sequence[int]
    penalty: float
    about: str
    variables: Sequence[tf.Variable] = ()
    settles_after: float = math.inf

    def __call__(self) -> None:
        for number in self.layers:
            _shrink(self.model, number, self.penalty)


def _shrink(model: Network, number: int, penalty: float) -> None:
    norms = units.norms(model, number)
    factors = tf.maximum(0.0, 1 - tf.math.divide_no_nan(penalty, norms))
    units.scale(model, number, factors)
