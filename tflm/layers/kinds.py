"""The kinds of maps by name, and how to make one."""

from tflm.layers.adaptive import AdaptiveMap
from tflm.layers.dense import DenseMap
from tflm.layers.low_rank import LowRankMap
from tflm.layers.map import Map
from tflm.layers.tensor_train import TensorTrainMap

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
