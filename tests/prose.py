"""A text that reads like English, of words that nobody has written."""

import numpy as np

_STARTS = ("b", "br", "cl", "d", "f", "g", "gr", "h", "l", "m", "p", "s", "st")
_MIDDLES = ("a", "e", "ea", "i", "o", "ou", "u")
_ENDS = ("l", "m", "n", "nd", "r", "rt", "sh", "t", "ve")
_TEMPLATES = (
    "the {noun} {verb}s the {adjective} {noun} .",
    "i {verb} you , but my {noun} is {adjective} .",
    "do you {verb} {noun}s ?",
    "we were {adjective} when the {noun} {verb}ed .",
    "no {noun} of {name} can {verb} a {noun} !",
    "{name} and {name} {verb} at {number} .",
)
_COUNTS = {"noun": 2500, "verb": 900, "adjective": 900, "name": 200}


def prose(size: int, seed: int = 0) -> str:
    """Returns about `size` bytes of sentences, one a line.

    Several thousand words occur, few of them often: the k-th of its kind is
    drawn in proportion to 1 / (k + 5).
    """
    random = np.random.default_rng(seed)
    kinds = {
        kind: _words(random, count, kind == "name")
        for kind, count in _COUNTS.items()
    }
    lines, length = [], 0
    while length < size:
        line = random.choice(_TEMPLATES)
        for kind, words in kinds.items():
            while f"{{{kind}}}" in line:
                word = words[_rank(random, len(words))]
                line = line.replace(f"{{{kind}}}", word, 1)
        lines.append(line.replace("{number}", str(random.integers(1, 13))))
        length += len(lines[-1]) + 1
    return "\n".join(lines) + "\n"


def _words(random, count: int, is_name: bool) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = random.integers(1, 4)
        word = "".join(
            random.choice(_STARTS) + random.choice(_MIDDLES)
            for _ in range(syllables)
        ) + random.choice(_ENDS)
        found[word.capitalize() if is_name else word] = None
    return [*found]


def _rank(random, count: int) -> int:
    """Returns a rank below `count`, by the inverse of its distribution."""
    return int(5 * ((count + 5) / 5) ** random.random() - 5)


def chains() -> str:
    """Returns 900 lines in which each word but the first follows from it."""
    random = np.random.default_rng(0)
    return "\n".join(
        f"we{a} see{(3 * a + 1) % 20} it{(5 * a + 2) % 20} line{n % 90} ."
        for n, a in enumerate(random.integers(0, 20, 900))
    )
