"""Compression methods, and how to read them from text.

A method is one file with a frozen dataclass, and a line in `METHODS`.
"""

from tflm.compression.adaptive import Adaptive
from tflm.compression.base import Fit, Method, skip_training
from tflm.compression.cluster import Cluster
from tflm.compression.low_rank import LowRank
from tflm.compression.parser import parse_calls, text
from tflm.compression.prune import Prune
from tflm.compression.quantize_aware import QuantizeAware
from tflm.compression.remove_units import RemoveUnits
from tflm.compression.sequence import apply
from tflm.compression.shared_projection import SharedProjection
from tflm.compression.tensor_train import TensorTrain

__all__ = ["METHODS", "Fit", "Method"]
__all__ += ["apply", "parse", "parse_all", "skip_training", "text"]

METHODS: dict[str, type[Method]] = {
    method.__name__: method
    for method in (
        LowRank,
        SharedProjection,
        TensorTrain,
        Prune,
        QuantizeAware,
        Cluster,
        RemoveUnits,
        Adaptive,
    )
}
__all__ += [*METHODS]


def parse(written: str) -> Method:
    """Reads a method from its repr or `text`, such as "LowRank(rank=64)".

    Raises:
        ValueError: the text is no such call, or a name or a value in it is
            wrong; for a name the nearest is told.
    """
    methods = parse_all(written)
    if len(methods) != 1:
        raise ValueError(f"{written!r} is {len(methods)} methods, not one")
    return methods[0]


def parse_all(written: str) -> list[Method]:
    """Reads methods with commas between: "LowRank(rank=64), Prune()".

    Raises:
        ValueError: as `parse` does, but that there may be any number.
    """
    return parse_calls(written, METHODS)
