"""Families of files: what a plot shows by colour and by marker."""

import re
from typing import NamedTuple

from tflm.report.rows import Row
from tflm.report.style import COLORS


class Family(NamedTuple):
    """How the files of one kind are drawn."""

    name: str
    color: str
    marker: str


DENSE = Family("dense, float", COLORS["ink"], "o")
# In the colour of its method, if that is told.
PUBLISHED = Family("published", COLORS["gray"], "h")
# In the order of a legend; the first whose pattern is in a recipe has the row.
_FAMILIES = (
    (r"^published$", PUBLISHED),
    (r"^$|^stock\b|ONNX|PyTorch", Family("stock, others", COLORS["gray"], "X")),
    (r"^ngram\(", Family("n-gram", COLORS["yellow"], "*")),
    (r"\bTensorTrain\(", Family("TensorTrain", COLORS["green"], "D")),
    (r"\bLowRank\(", Family("LowRank", COLORS["orange"], "^")),
    (r"\b(Prune|RemoveUnits)\(", Family("pruned", COLORS["purple"], "v")),
    (r"\bAdaptive\(", Family("Adaptive", COLORS["sky"], "P")),
    (r"int|mixed|Quantize", Family("quantized", COLORS["blue"], "s")),
)
ALL = (DENSE, *(family for _, family in reversed(_FAMILIES)))


def of(row: Row) -> Family:
    """Returns the family of a row, as its recipe tells."""
    return next(
        (family for p, family in _FAMILIES if re.search(p, row.recipe)), DENSE
    )


def is_published(row: Row) -> bool:
    """Returns whether others measured it, and not we."""
    return row.recipe.startswith("published")
