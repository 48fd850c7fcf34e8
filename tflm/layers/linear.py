"""Linear maps: the matrices of a model, dense or in fewer weights."""

import numpy as np
import tensorflow as tf

from tflm.layers.adaptive import AdaptiveMap
from tflm.layers.lens import look_up, product
from tflm.layers.low_rank import LowRankMap
from tflm.layers.map import Chain, Map
from tflm.layers.tensor_train import TensorTrainMap


class DenseMap(Map):
    """M is one array, `kernel` [inputs, outputs]."""

    KIND = "dense"

    def __init__(self, inputs: int, outputs: int, scale: float, name: str):
        super().__init__(inputs, outputs, name)
        self.kernel = self._weight("kernel", (inputs, outputs), scale)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.lens, x, self.seen(self.kernel))

    def rows(self, ids: tf.Tensor) -> tf.Tensor:
        return look_up(self.lens, self.seen(self.kernel), ids)

    def transposed(self, x: tf.Tensor) -> tf.Tensor:
        return product(self.lens, x, self.seen(self.kernel), transpose=True)

    def approximate(self, matrix: np.ndarray) -> None:
        self.kernel.assign(matrix)

    def chains(self) -> list[Chain]:
        return [(slice(None), [self.kernel])]


KINDS = {
    kind.KIND: kind
    for kind in (DenseMap, LowRankMap, TensorTrainMap, AdaptiveMap)
}


def make(
    fields: dict, inputs: int, outputs: int, scale: float, name: str
) -> Map:
    """Returns the map that `fields` describe, with random weights.

    Args:
        fields: `kind` (a key of `KINDS`) and that kind's hyperparameters.
        inputs: rows of its matrix.
        outputs: columns of its matrix.
        scale: the matrix's entries are about uniform in [-scale, scale].
        name: what scopes and error messages call it.
    """
    fields = dict(fields)
    return KINDS[fields.pop("kind")](
        inputs, outputs, scale=scale, name=name, **fields
    )
