"""Which keys lie side by side."""

import dataclasses
import functools
from collections.abc import Sequence

SPACE = " "


@dataclasses.dataclass(frozen=True)
class Keyboard:
    """Where the letters of a keyboard lie, as far as fingers miss them.

    Attributes:
        rows: letters of each row, from top to bottom.
        indents: where each row begins, in half keys.
        space: letters that the space bar lies under, all of the last row.
    """

    rows: Sequence[str]
    indents: Sequence[int]
    space: str = ""

    def are_neighbours(self, key: str, other: str) -> bool:
        """Tells keys that share an edge."""
        return other in self._neighbours.get(key, "")

    @functools.cached_property
    def _neighbours(self) -> dict[str, str]:
        places = {
            key: (row, indent + 2 * column)
            for row, (keys, indent) in enumerate(
                zip(self.rows, self.indents, strict=True)
            )
            for column, key in enumerate(keys)
        }
        found = {
            key: "".join(
                other
                for other, place in places.items()
                if _share_edge(places[key], place)
            )
            for key in places
        }
        found[SPACE] = self.space
        for key in self.space:
            found[key] += SPACE
        return found


def _share_edge(place: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tells neighbours by row and left edge, in half keys."""
    rows, halves = abs(place[0] - other[0]), abs(place[1] - other[1])
    return halves == 2 if rows == 0 else rows == 1 and halves < 2


QWERTY = Keyboard(
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"), (0, 1, 3), space="cvbnm"
)
