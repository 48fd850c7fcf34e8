"""Names for what lies in several directories."""

import pathlib
from collections.abc import Sequence

Place = tuple[str, ...]  # Directories from the root on, then a name.


def told_apart(places: Sequence[Place]) -> list[str]:
    """Returns the name of each, after the directories that it needs.

    Names that are equal get the directories above them, as few as tell the most
    of them apart; what lies in the same place keeps the same name.
    """
    return [
        _end(place, [other for other in places if other[-1] == place[-1]])
        for place in places
    ]


def _end(place: Place, others: Sequence[Place]) -> str:
    """Returns the end of a place, as long as it is needed among others."""
    lengths = range(1, max(map(len, others)) + 1)
    length = max(lengths, key=lambda n: len({other[-n:] for other in others}))
    return pathlib.PurePath(*place[-length:]).as_posix()
