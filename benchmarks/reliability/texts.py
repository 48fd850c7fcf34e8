"""Texts of any length, of words that nobody has written."""

import pathlib

import numpy as np

_WORDS = 200_000
_LINE = 12  # Words.
_AT_ONCE = 2000  # Lines.


def small() -> str:
    """Returns 900 lines of few words, in which each follows from the first."""
    random = np.random.default_rng(0)
    return "\n".join(
        f"we{a} see{(3 * a + 1) % 20} it{(5 * a + 2) % 20} line{n % 90} ."
        for n, a in enumerate(random.integers(0, 20, 900))
    )


def write(
    path: pathlib.Path, megabytes: float, words: int = _WORDS, seed: int = 0
) -> None:
    """Writes a text of so many megabytes, whose k-th word is one in k.

    Args:
        path: of the file.
        megabytes: of text, about.
        words: that differ, at most.
        seed: of their order.
    """
    random = np.random.default_rng(seed)
    known = [f"{_letters(k)} ".encode() for k in range(words)]
    letters = np.frombuffer(b"".join(known), np.uint8)
    lengths = np.array([len(word) for word in known])
    starts = np.cumsum(lengths) - lengths
    with open(path, "wb") as file:
        while file.tell() < megabytes * 1e6:
            ranks = words ** random.random(_AT_ONCE * _LINE)
            chosen = ranks.astype(np.int64) - 1
            each = lengths[chosen]
            ends = np.cumsum(each)
            # Where the letters of each word stand among those of all.
            from_start = np.repeat(starts[chosen] - ends + each, each)
            text = letters[from_start + np.arange(ends[-1])]
            text[ends[_LINE - 1 :: _LINE] - 1] = ord("\n")
            file.write(text.tobytes())


def distinct(path: pathlib.Path, words: int) -> None:
    """Writes a text of so many different words, each of which is there twice.

    Args:
        path: of the file.
        words: that differ.
    """
    with open(path, "w", encoding="utf-8") as file:
        for first in range(0, words, 10):
            line = " ".join(_letters(k) for k in range(first, first + 10))
            file.write(f"{line}\n{line}\n")


def _letters(number: int) -> str:
    found = ""
    while number or not found:
        number, digit = divmod(number, 26)
        found += chr(ord("a") + digit)
    return found
