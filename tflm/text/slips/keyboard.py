"""Which keys lie side by side."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence

SPACE = " "


@dataclasses.dataclass(frozen=True)
class Keyboard:
    """Where the letters of a keyboard lie, as far as fingers miss them.

    Attributes:
        rows: letters of each row, from top to bottom.
        indents: where each row begins, in half keys.
        space: letters that the space bar lies under.
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


def _keyboard(*rows: str, begins_left: bool = False) -> Keyboard:
    """Returns a keyboard whose rows are in the middle, by their letters.

    Args:
        rows: letters of each row.
        begins_left: whether the last row begins at the left, with no shift key.
    """
    width = max(len(row) for row in rows[:-1])
    indents = [width - len(row) for row in rows]
    if begins_left:
        indents[-1] = 0
    space = "".join(key for key in rows[-1][2:7] if key.isalpha())
    return Keyboard(rows, tuple(indents), space)


QWERTY = _keyboard("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEYBOARDS: Mapping[str, Keyboard] = {  # By language, as the app's keys are.
    "en": QWERTY,
    "de": _keyboard("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"),
    "fr": _keyboard("azertyuiop", "qsdfghjklm", "wxcvbn'"),
    "es": _keyboard("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    "pt": _keyboard("qwertyuiop", "asdfghjklç", "zxcvbnm"),
    **dict.fromkeys(
        ("sv", "fi"), _keyboard("qwertyuiopå", "asdfghjklöä", "zxcvbnm")
    ),
    "da": _keyboard("qwertyuiopå", "asdfghjklæø", "zxcvbnm"),
    **dict.fromkeys(
        ("nb", "nn", "no"), _keyboard("qwertyuiopå", "asdfghjkløæ", "zxcvbnm")
    ),
    "tr": _keyboard("qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç"),
    "el": _keyboard("ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ"),
    "ru": _keyboard("йцукенгшщзх", "фывапролджэ", "ячсмитьбю"),
    "uk": _keyboard("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
    "ar": _keyboard(
        "ضصثقفغعهخحج", "شسيبلاتنمكط", "ذءؤرىةوزظد", begins_left=True
    ),
    "hi": _keyboard("ौैाीूबहगदजड", "ोे्िुपरकतचट", "ॉंमनवलसय़", begins_left=True),
}


def of(language: str) -> Keyboard:
    """Returns the keyboard of a language, by its tag of BCP 47; else QWERTY."""
    return KEYBOARDS.get(language.partition("-")[0].lower(), QWERTY)
