"""How a cache of recent words is set: window, theta and lambda."""

import dataclasses
import math
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tflm import json_files

WINDOW = 500  # Words, where nobody says how many.
_MOST_WINDOW = 10**6  # Of a file, whose every word takes memory.


@dataclasses.dataclass(frozen=True)
class CacheSettings:
    """How much a cache remembers, and how far it is believed.

    Attributes:
        window: the most words that it remembers, the n of the papers.
        theta: how sharply it tells like from unlike hidden vectors; it falls
            with the square of their length, so each model has its own.
        share: of the cache in the mixture, the lambda of the papers, 0 to 1.

    Raises:
        ValueError: one of them is out of range.
    """

    window: int = WINDOW
    theta: float = 0.016
    share: float = 0.1

    def __post_init__(self) -> None:
        check_window(self.window)
        if not 0 <= self.theta < math.inf:
            raise ValueError(f"theta must be 0 or more, got {self.theta}")
        if not 0 <= self.share < 1:
            raise ValueError(
                f"lambda must be at least 0 and below 1, got {self.share}"
            )

    def __str__(self) -> str:
        return f"n={self.window} theta={self.theta:.3g} lambda={self.share:.3g}"

    def fields(self) -> dict[str, Any]:
        """Returns this as JSON has it."""
        return {
            "window": self.window,
            "theta": self.theta,
            "lambda": self.share,
        }

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "CacheSettings":
        """Returns what `fields` wrote.

        Raises:
            ValueError: it is something else.
        """
        said = json_files.convert(fields, "cache", _Fields)
        return CacheSettings(said.window, said.theta, said.share)


class _Fields(msgspec.Struct, rename={"share": "lambda"}):
    window: Annotated[int, msgspec.Meta(le=_MOST_WINDOW)]
    theta: float
    share: float


def check_window(window: int) -> None:
    """Raises ValueError if no cache has such a window."""
    if window < 1:
        raise ValueError(
            f"a cache remembers at least 1 word, got a window of {window}"
        )
