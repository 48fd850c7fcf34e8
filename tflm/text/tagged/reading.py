"""How a tagger reads a sentence: part of a bundle, like its words."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import msgspec

from tflm import json_files
from tflm.json_files import Id


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a tagger reads of a sentence at each step, and in which order.

    Attributes:
        window: words on each side of the one that it labels.
        previous: labels that are fed back, in the last numbers of the state.
        directions: of its steps: `forward`, `backward`, or both in this order.
    """

    window: int
    previous: int
    directions: tuple[str, ...]

    def fields(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        fields = dataclasses.asdict(self)
        return fields | {"directions": [*self.directions]}

    @staticmethod
    def of(fields: Mapping[str, Any]) -> "Reading":
        """Returns what `fields` wrote.

        Raises:
            ValueError: there is no such way to read.
        """
        said = json_files.convert(fields, "tagging", _Fields)
        found = Reading(said.window, said.previous, said.directions)
        if found.directions not in _DIRECTIONS:
            raise ValueError(
                f"a tagger reads {', '.join(found.directions)} with a window "
                f"of {found.window}: update the toolkit"
            )
        return found


class _Fields(msgspec.Struct):
    window: Id
    previous: Id
    directions: tuple[str, ...]


_DIRECTIONS = (("forward",), ("backward",), ("forward", "backward"))
