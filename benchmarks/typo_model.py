"""A published model of slips on a touch keyboard, to test correction with.

It is the one that the kebbie benchmark documents (Fleksy, MIT licence,
https://github.com/FleksySDK/kebbie): each letter may be swapped with the next,
left out or typed twice, apostrophes are left out, spaces are missed, and each
touch falls around the middle of its key as a Gaussian of a sixth of a key. Its
list of words that are often misspelled is not used: it has no licence.
"""

import dataclasses
import random

ROWS = ((0.0, "qwertyuiop"), (0.5, "asdfghjkl"), (1.5, "zxcvbnm"))
SPACE_BAR = (2.5, 7.5)  # From where to where it goes, below the last row.
SIGMA = 1 / 6  # Of a key: 1 touch of 370 goes over an edge, each way.

SWAPPED = 0.01
OMITTED = 0.005
DOUBLED = 0.005
APOSTROPHE_OMITTED = 0.1
SPACE_OMITTED = 0.01
FIRST_OMITTED = 0.36  # Times as often as another letter.


@dataclasses.dataclass(frozen=True)
class TypoModel:
    """Types words with slips, drawn from a seed."""

    random: random.Random

    def word(self, word: str) -> str:
        """Returns a word of small letters as it gets typed."""
        return "".join(map(self._touch, self._spelled(word)))

    def space(self) -> str:
        """Returns what gets typed for a space: another key, or nothing."""
        if self.random.random() < SPACE_OMITTED:
            return ""
        return self._touch(" ")

    def _spelled(self, word: str) -> str:
        letters, typed = list(word), ""
        for i, letter in enumerate(letters):
            is_last = i == len(letters) - 1
            drawn = self.random.random()
            omitted = 0.0 if is_last else self._omitted(letter, i)
            swapped = 0.0 if is_last else SWAPPED
            doubled = DOUBLED if letter.isalpha() else 0.0
            if drawn < swapped:
                typed += letters[i + 1]
                letters[i + 1] = letter
            elif drawn < swapped + omitted:
                continue
            elif drawn < swapped + omitted + doubled:
                typed += 2 * letter
            else:
                typed += letter
        return typed

    def _omitted(self, letter: str, place: int) -> float:
        rate = APOSTROPHE_OMITTED if letter == "'" else OMITTED
        return rate * (FIRST_OMITTED if place == 0 else 1)

    def _touch(self, letter: str) -> str:
        """Returns the letter of the key that a finger falls on."""
        place = _middle(letter)
        if place is None:
            return letter
        x, y = (self.random.gauss(middle, SIGMA) for middle in place)
        return _key(x, y) or letter


def _middle(letter: str) -> tuple[float, float] | None:
    for row, (indent, keys) in enumerate(ROWS):
        if letter in keys:
            return indent + keys.index(letter) + 0.5, row + 0.5
    return (sum(SPACE_BAR) / 2, len(ROWS) + 0.5) if letter == " " else None


def _key(x: float, y: float) -> str | None:
    """Returns what lies at a place, None if no letter does."""
    row = int(y // 1)
    if row == len(ROWS):
        return " " if SPACE_BAR[0] <= x < SPACE_BAR[1] else None
    if not 0 <= row < len(ROWS):
        return None
    indent, keys = ROWS[row]
    column = int((x - indent) // 1)
    return keys[column] if 0 <= column < len(keys) else None
