"""The kinds of maps by name, and how to make one."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from tflm.layers.adaptive import AdaptiveMap
from tflm.layers.dense import DenseMap
from tflm.layers.low_rank import LowRankMap
from tflm.layers.map import Map
from tflm.layers.tensor_train import TensorTrainMap

KINDS = {
    kind.KIND: kind
    for kind in (
        DenseMap,
        LowRankMap,
        TensorTrainMap,
        AdaptiveMap,
    )
}


def kind_of(fields: Mapping[str, Any]) -> type[Map]:
    """Returns the kind of map that `fields` describe.

    Raises:
        ValueError: there is none of that name; the nearest is told.
    """
    name = str(fields.get("kind"))
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1, cutoff=0)[0]
        raise ValueError(
            f"map kind {name!r} is unknown: did you mean {near}? "
            f"There are {', '.join(KINDS)}"
        )
    return KINDS[name]


def make(
    fields: Mapping[str, Any],
    inputs: int,
    outputs: int,
    scale: float,
    name: str,
) -> Map:
    """Returns the map that `fields` describe, with random weights.

    Args:
        fields: `kind` (a key of `KINDS`) and that kind's hyperparameters.
        inputs: rows of its matrix.
        outputs: columns of its matrix.
        scale: the matrix's entries are about uniform in [-scale, scale].
        name: what scopes and error messages call it.

    Raises:
        ValueError: the kind is unknown, or a hyperparameter does not fit.
    """
    others = {key: value for key, value in fields.items() if key != "kind"}
    # Each kind has hyperparameters of its own.
    kind: Callable[..., Map] = kind_of(fields)
    return kind(inputs, outputs, scale=scale, name=name, **others)
