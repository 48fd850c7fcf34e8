"""Magnitude pruning."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Literal, get_args

import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras

from tflm.compression.analysis import self_text, sensitivity
from tflm.compression.analysis.refit import importances, refit
from tflm.compression.analysis.self_text import Moments
from tflm.compression.base import Fit, Method, in_scope
from tflm.layers.map import Map
from tflm.model.config import TABLES
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

# How sparsity is allocated to the matrices, and within each.
Balance = Literal["uniform", "sensitivity"]
Importance = Literal["magnitude", "weighted"]


@dataclasses.dataclass(frozen=True)
class Prune(Method):
    """Sets the smallest weights to zero while the model trains (TF-MOT).

    The sparsity grows along the polynomial of Zhu and Gupta 2017 (arXiv
    1710.01878) over the first `ramp_steps` updates of `fit`, and then stays.
    Without training, or with less of it than the ramp, the rest is pruned at
    once at the end. Put it last: training after it fills the zeros again.

    The matrices of a model do not suffer alike. With `balance="sensitivity"`
    each gets a sparsity of its own, such that all suffer alike and it is
    `sparsity` for them together (Yan et al. 2020, arXiv 2005.07877); what
    they suffer is measured on self-generated text.

    Nor do weights of one size matter alike: in a table those of rare words may
    be the largest. With `importance="weighted"` a weight counts times the root
    of what an error of it costs, as in `initial="weighted"` of `LowRank` (Sun
    et al. 2023, arXiv 2306.11695, for linear layers), and what stays is fitted
    anew to what is dropped without training (`refit`).

    Attributes:
        sparsity: share of the weights that become zero.
        block: length of the runs of weights that are kept or dropped
            together, along the inputs of the product; 4 and 16 run sparse in
            a float32 file, 1 does not. Tensor-train cores have no such runs,
            and a matrix with fewer inputs than two runs is pruned singly.
        ramp_steps: updates until the full sparsity is reached.
        scope: regular expression of map names.
        balance: `uniform`, the same sparsity for every matrix, or
            `sensitivity`.
        importance: `magnitude`, or `weighted`.

    Raises:
        ValueError: the sparsity is not in (0, 1), the block or the ramp is
            below 1, the balance or the importance is unknown, or blocks are
            asked of a map that is not made of matrices.
    """

    UNDONE_BY_TRAINING: ClassVar[bool] = True
    sparsity: float = 0.8
    block: int = 1
    ramp_steps: int = 1000
    scope: str = ".*"
    balance: Balance = "uniform"
    importance: Importance = "magnitude"

    def __post_init__(self):
        if not isinstance(self.sparsity, float) or not 0 < self.sparsity < 1:
            raise ValueError(
                f"sparsity must be above 0 and below 1, got {self.sparsity!r}"
            )
        for name in ("block", "ramp_steps"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"{name} must be a whole number from 1, got {value!r}"
                )
        if not isinstance(self.scope, str):
            raise ValueError(f"scope must be a text, got {self.scope!r}")
        for name, kinds in (("balance", Balance), ("importance", Importance)):
            if getattr(self, name) not in get_args(kinds):
                raise ValueError(
                    f"{name} {getattr(self, name)!r} is unknown: give one of "
                    f"{', '.join(get_args(kinds))}"
                )

    def __call__(self, model: Network, fit: Fit) -> Network:
        copy = replace_maps(model, {})
        moments = None
        if self.importance == "weighted":
            moments = self_text.moments(model, self_text.write(model))
        wanted = self._sparsities(model, moments)
        copy.constraint = self._pruning(copy, wanted, self._ramp, moments)
        fit(copy)
        copy.constraint = None
        self._prune(copy, wanted, moments)
        return copy

    def _sparsities(
        self, model: Network, moments: Moments | None
    ) -> dict[str, float]:
        """Returns the sparsity of each map in scope."""
        names = in_scope(model, self.scope)
        if self.balance == "uniform":
            return dict.fromkeys(names, self.sparsity)

        def prune(trial: Network, name: str, sparsity: float) -> None:
            self._prune(trial, {name: sparsity}, moments)

        return sensitivity.balanced(model, names, self.sparsity, prune)

    def _prune(
        self,
        model: Network,
        wanted: Mapping[str, float],
        moments: Moments | None,
    ) -> None:
        """Sets to zero at once what maps lack of their sparsity."""
        prune = self._pruning(model, wanted, _at_once, moments)
        if moments is None:
            prune()
            return
        before = replace_maps(model, {})
        prune()
        refit(model, before, wanted, moments)

    def _ramp(self, sparsity: float) -> tfmot.sparsity.keras.PruningSchedule:
        return tfmot.sparsity.keras.PolynomialDecay(
            initial_sparsity=0.0,
            final_sparsity=sparsity,
            begin_step=0,
            end_step=self.ramp_steps,
            frequency=max(1, self.ramp_steps // 50),
        )

    def _pruning(
        self,
        model: Network,
        wanted: Mapping[str, float],
        schedule: Callable[[float], tfmot.sparsity.keras.PruningSchedule],
        moments: Moments | None,
    ) -> "_Pruning":
        return _Pruning(
            repr(self),
            self.ramp_steps,
            [
                tfmot.sparsity.keras.prune_low_magnitude(
                    _Scores(weight, factor), schedule(sparsity), block
                )
                for name, sparsity in wanted.items()
                for weight, block, factor in _kernels(
                    model.maps[name], self.block, moments
                )
            ],
        )


def _at_once(sparsity: float) -> tfmot.sparsity.keras.PruningSchedule:
    return tfmot.sparsity.keras.ConstantSparsity(sparsity, 0, frequency=1)


def _kernels(
    linear: Map, block: int, moments: Moments | None
) -> Iterator[tuple[tf.Variable, tuple[int, int], np.ndarray | float]]:
    """Yields each weight of a map, its block, and how much an error counts.

    A file's FULLY_CONNECTED holds [outputs, inputs] and its blocks lie along
    the inputs. Tables are used transposed, so theirs lie the other way.
    """
    if block > 1 and not linear.chains():
        raise ValueError(
            f"block={block} does not fit {linear.name}, as a "
            f"{linear.KIND.replace('_', ' ')} has no matrices: give block=1 or "
            f"a scope without it"
        )
    size, axis = ((1, block), 1) if linear.name in TABLES else ((block, 1), 0)
    factors: Sequence[np.ndarray | float] = [1.0] * len(linear.weights)
    if moments is not None:
        factors = importances(linear, moments)
    for weight, factor in zip(linear.weights, factors, strict=True):
        # TF-MOT cannot pool what has no two blocks side by side.
        has_two = weight.shape[axis] > block
        yield weight, size if has_two else (1, 1), factor


class _Scores(keras.layers.Layer, tfmot.sparsity.keras.PrunableLayer):
    """What one weight counts, as a layer whose least scores TF-MOT drops."""

    def __init__(self, weight: tf.Variable, factor: np.ndarray | float):
        super().__init__()
        self.kernel = weight
        self.factor = tf.constant(factor, tf.float32)
        self.scores = tf.Variable(tf.zeros(weight.shape), trainable=False)
        self.built = True

    def get_prunable_weights(self) -> list[tf.Variable]:
        return [self.scores]

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return inputs


class _Pruning(keras.layers.Layer):
    """Updates all masks and sets what they cover to zero, at each call."""

    def __init__(
        self,
        about: str,
        settles_after: float,
        wrapped: list[keras.layers.Layer],
    ):
        super().__init__()
        self.about, self.settles_after = about, settles_after
        self.wrapped = wrapped
        for wrapper in wrapped:
            wrapper.build([1])
            wrapper.pruning_step.assign(0)

    def __call__(self) -> None:
        for wrapper in self.wrapped:
            kernel = wrapper.layer.kernel
            wrapper.layer.scores.assign(kernel * wrapper.layer.factor)
            wrapper(tf.zeros([1]), training=True)
            ((_, mask, _),) = wrapper.pruning_vars
            kernel.assign(kernel * mask)
