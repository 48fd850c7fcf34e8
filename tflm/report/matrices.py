"""The matrices of a model or a file: what each takes and what it bears."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import msgspec

from tflm import json_files
from tflm.json_files import Count

_SMALL = 0.002  # Of all bytes: smaller tensors are told as one.


@dataclasses.dataclass(frozen=True)
class Matrix:
    """One matrix.

    Attributes:
        name: as `layer_0/input`, or a tensor's in a file.
        bytes: what it takes, as int8 where it is of no file.
        losses: bytes at a lower rank to perplexity, what it is without any
            training; empty where nobody measured it.
        base_perplexity: that of the model as it is.
    """

    name: str
    bytes: int
    losses: dict[int, float] = dataclasses.field(default_factory=dict)
    base_perplexity: float | None = None

    @classmethod
    def read_all(cls, document: dict[str, Any]) -> "list[Matrix]":
        """Returns the matrices, the largest first, of a search or a file.

        Args:
            document: `matrices.json` of a search, or what tflm inspect prints.

        Raises:
            ValueError: it is something else.
        """
        read = _of_search if "matrices" in document else _of_file
        try:
            found = read(document)
        except ValueError as error:
            raise ValueError(
                f"these are no matrices ({error}); tflm inspect --json prints "
                f"some"
            ) from None
        return sorted(found, key=lambda each: -each.bytes)


def _of_search(document: dict[str, Any]) -> list[Matrix]:
    told = json_files.convert(document, "the document", _Search)
    return [
        Matrix(
            each.name,
            each.bytes,
            {int(size): p for size, p in each.losses.items()},
            told.base_perplexity,
        )
        for each in told.matrices
    ]


class _Measured(msgspec.Struct):
    name: str
    bytes: Count
    losses: dict[str, float]


class _Search(msgspec.Struct):
    """What is read of the matrices of a search."""

    base_perplexity: float
    matrices: list[_Measured]


class _Tensor(msgspec.Struct):
    name: str
    bytes: Count
    shape: list[int]
    dtype: str


class _File(msgspec.Struct):
    """What is read of an inspection."""

    bytes: Count
    tensors: list[_Tensor]


def _of_file(document: dict[str, Any]) -> list[Matrix]:
    told = json_files.convert(document, "the document", _File)
    found, small = [], 0
    for each in told.tensors:
        if each.bytes < _SMALL * told.bytes:
            small += each.bytes
            continue
        shape = "\u00d7".join(map(str, each.shape))
        name = f"{each.name} [{shape}] {each.dtype.lower()}"
        found.append(Matrix(name, each.bytes))
    small += told.bytes - small - sum(each.bytes for each in found)
    return [*found, Matrix("all else", small)] if small > 0 else found


def cells(matrices: Sequence[Matrix]) -> list[list[str]]:
    """Returns a line for each matrix, its head first.

    The last columns have the perplexity at the rank that halves it, or the
    nearest that was measured, where any was.
    """
    total = sum(each.bytes for each in matrices)
    head = ["matrix", "bytes", "share"]
    lines = [
        [each.name, f"{each.bytes:,}", f"{each.bytes / total:.1%}"]
        for each in matrices
    ]
    if any(each.losses for each in matrices):
        head += ["low-rank bytes", "perplexity"]
        for line, each in zip(lines, matrices, strict=True):
            line += _halved(each)
    return [head, *lines]


def _halved(matrix: Matrix) -> list[str]:
    if not matrix.losses:
        return ["\u2013"] * 2
    size = min(matrix.losses, key=lambda size: abs(size - matrix.bytes / 2))
    return [f"{size:,}", f"{matrix.losses[size]:.2f}"]
