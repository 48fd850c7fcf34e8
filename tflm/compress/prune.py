"""Magnitude pruning."""

import dataclasses

import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras

from tflm.compress.base import Fit, in_scope
from tflm.layers.linear import DenseMap
from tflm.layers.low_rank import LowRankMap
from tflm.layers.map import Map
from tflm.model import LanguageModel, replace_maps

_api = tfmot.sparsity.keras


@dataclasses.dataclass(frozen=True)
class Prune:
    """Sets the smallest weights to zero while the model trains (TF-MOT).

    The share of zeros grows along the polynomial of Zhu and Gupta 2017 (arXiv
    1710.01878) over the first `ramp_steps` updates of `fit`, and then stays.
    Without training, or with less of it than the ramp, the rest is pruned at
    once at the end. Put it last: training after it fills the zeros again.

    Attributes:
        sparsity: share of each matrix's weights that become zero.
        block: length of the runs of weights that are kept or dropped
            together, along the inputs of the product; 4 and 16 run sparse in
            a float32 file, 1 does not. Tensor-train cores have no such runs,
            and a matrix with fewer inputs than two runs is pruned singly.
        ramp_steps: updates until the full sparsity is reached.
        scope: regular expression of map names.

    Raises:
        ValueError: the sparsity is not in (0, 1), the block or the ramp is
            below 1, or blocks are asked of a tensor train.
    """

    sparsity: float = 0.8
    block: int = 1
    ramp_steps: int = 1000
    scope: str = ".*"

    def __post_init__(self):
        if not 0 < self.sparsity < 1:
            raise ValueError(
                f"sparsity must be above 0 and below 1, got {self.sparsity}"
            )
        for name in ("block", "ramp_steps"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 1, got {getattr(self, name)}"
                )

    def __call__(self, model: LanguageModel, fit: Fit) -> LanguageModel:
        copy = replace_maps(model, {})
        ramp = _api.PolynomialDecay(
            initial_sparsity=0.0,
            final_sparsity=self.sparsity,
            begin_step=0,
            end_step=self.ramp_steps,
            frequency=max(1, self.ramp_steps // 50),
        )
        copy.projection = self._pruning(copy, ramp)
        fit(copy)
        at_once = _api.ConstantSparsity(self.sparsity, 0, frequency=1)
        self._pruning(copy, at_once)()
        copy.projection = None
        return copy

    def _pruning(self, model: LanguageModel, schedule) -> "_Pruning":
        maps = model.maps
        return _Pruning(
            [
                _api.prune_low_magnitude(
                    _Kernel(weight), schedule, block_size=block
                )
                for name in in_scope(model, self.scope)
                for weight, block in _kernels(maps[name], name, self.block)
            ]
        )


def _kernels(map: Map, name: str, block: int):
    """Returns each weight of a map with the block that the file will see.

    A file's FULLY_CONNECTED holds [outputs, inputs] and its blocks lie along
    the inputs. Tables are used transposed, so theirs lie the other way.
    """
    table = name in ("embedding", "softmax")
    size, axis = ((1, block), 1) if table else ((block, 1), 0)
    if isinstance(map, DenseMap | LowRankMap):
        # TF-MOT cannot pool what has no two blocks side by side.
        return [
            (weight, size if weight.shape[axis] > block else (1, 1))
            for weight in map.weights
        ]
    if block > 1:
        raise ValueError(
            f"block={block} does not fit {name}, a tensor train: give block=1 "
            f"or a scope without it"
        )
    return [(weight, (1, 1)) for weight in map.weights]


class _Kernel(keras.layers.Layer, _api.PrunableLayer):
    """One weight of a map, as a layer that TF-MOT can wrap."""

    def __init__(self, weight: tf.Variable):
        super().__init__()
        self.kernel = weight
        self.built = True

    def get_prunable_weights(self) -> list[tf.Variable]:
        return [self.kernel]

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return inputs


class _Pruning(keras.layers.Layer):
    """Updates all masks and sets what they cover to zero, at each call."""

    def __init__(self, wrapped: list[keras.layers.Layer]):
        super().__init__()
        self.wrapped = wrapped
        for wrapper in wrapped:
            wrapper.build([1])
            wrapper.pruning_step.assign(0)

    def __call__(self) -> None:
        for wrapper in self.wrapped:
            wrapper(tf.zeros([1]), training=True)
