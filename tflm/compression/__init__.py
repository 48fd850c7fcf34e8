"""Compression methods, and how to read them from text.

A method is one file with a frozen dataclass, and a line in `_METHODS`. It is
imported when it is first used: names are looked up and refused without
TensorFlow.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from tflm.compression.parser import parse_calls, text

if TYPE_CHECKING:  # The same for type checkers, which run nothing.
    from tflm.compression.adaptive import Adaptive as Adaptive
    from tflm.compression.base import Fit as Fit
    from tflm.compression.base import Method as Method
    from tflm.compression.base import skip_training as skip_training
    from tflm.compression.cluster import Cluster as Cluster
    from tflm.compression.low_rank import LowRank as LowRank
    from tflm.compression.prune import Prune as Prune
    from tflm.compression.quantize_aware import QuantizeAware as QuantizeAware
    from tflm.compression.remove_units import RemoveUnits as RemoveUnits
    from tflm.compression.sequence import apply as apply
    from tflm.compression.shared_projection import (
        SharedProjection as SharedProjection,
    )
    from tflm.compression.tensor_train import TensorTrain as TensorTrain

__all__ = ["METHODS", "Fit", "Method"]
__all__ += ["apply", "parse", "parse_all", "skip_training", "text"]

# The file of each method.
_METHODS = {
    "LowRank": "low_rank",
    "SharedProjection": "shared_projection",
    "TensorTrain": "tensor_train",
    "Prune": "prune",
    "QuantizeAware": "quantize_aware",
    "Cluster": "cluster",
    "RemoveUnits": "remove_units",
    "Adaptive": "adaptive",
}
__all__ += [*_METHODS]

_OTHERS = {
    "Fit": "base",
    "Method": "base",
    "skip_training": "base",
    "apply": "sequence",
}


class _Methods(Mapping[str, "type[Method]"]):
    """The methods by name; one is imported when it is looked up."""

    def __getitem__(self, name: str) -> "type[Method]":
        return getattr(_module(_METHODS[name]), name)

    def __iter__(self) -> Iterator[str]:
        return iter(_METHODS)

    def __len__(self) -> int:
        return len(_METHODS)

    def __contains__(self, name: object) -> bool:
        return name in _METHODS


METHODS: Mapping[str, "type[Method]"] = _Methods()


def parse(written: str) -> "Method":
    """Reads a method from its repr or `text`, such as "LowRank(rank=64)".

    Raises:
        ValueError: the text is no such call, or a name or a value in it is
            wrong; for a name the nearest is told.
    """
    methods = parse_all(written)
    if len(methods) != 1:
        raise ValueError(f"{written!r} is {len(methods)} methods, not one")
    return methods[0]


def parse_all(written: str) -> "list[Method]":
    """Reads methods with commas between: "LowRank(rank=64), Prune()".

    Raises:
        ValueError: as `parse` does, but that there may be any number.
    """
    return parse_calls(written, METHODS)


def _module(name: str):
    return import_module(f"tflm.compression.{name}")


if not TYPE_CHECKING:

    def __getattr__(name: str):
        home = (_METHODS | _OTHERS).get(name)
        if home is None:
            raise AttributeError(f"tflm.compression has no {name!r}")
        value = getattr(_module(home), name)
        globals()[name] = value  # So the next use does not come here.
        return value
