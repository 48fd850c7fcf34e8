"""What people have written down about words: three short lists, English."""

import functools
import importlib.resources


@functools.cache
def offensive() -> frozenset[str]:
    """Returns the words that are never suggested, in lower case."""
    return frozenset(_lines("offensive.txt"))


@functools.cache
def misspellings() -> dict[str, str]:
    """Returns how a word that people type is rightly spelled, as `dont`."""
    return dict(_pair(line) for line in _lines("misspellings.txt"))


@functools.cache
def capitals() -> dict[str, str]:
    """Returns how words in lower case are always written, as `I`."""
    return {word.lower(): word for word in _lines("capitals.txt")}


def _pair(line: str) -> tuple[str, str]:
    typed, right = line.split(" ")
    return typed, right


def _lines(name: str) -> list[str]:
    text = importlib.resources.files(__package__).joinpath(name)
    lines = text.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
