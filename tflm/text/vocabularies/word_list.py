"""A word a line: a plain list, or the assets of Keras' lookup layers."""

import string

from tflm.text.rules import TextRules
from tflm.text.vocabularies.found import PADDING, Found
from tflm.text.vocabulary import check_lines

_UNK = "[UNK]"


def read(text: str) -> Found:
    """Returns the words of a list; the place of a line is the id.

    An empty first line is what `TextVectorization` and `StringLookup` write
    for the id 0, which fills windows; lines may end as on Windows.

    Raises:
        ValueError: a line of a plain list is no word.
    """
    lines = text.removesuffix("\n").split("\n")
    if all(line.endswith("\r") for line in lines[:-1]):
        lines = [line.removesuffix("\r") for line in lines]
    if lines[0] == "" and lines[1:2] == [_UNK]:
        words = (PADDING, *lines[1:])
        return Found(words, None, _UNK, PADDING, rules=_rules(words[2:]))
    check_lines(lines)
    return Found(tuple(lines))


def _rules(words: tuple[str, ...]) -> TextRules:
    """Returns the rules of `TextVectorization` that give such words."""
    letters = set().union(*words)
    at: str | None = "whitespace"
    if all(len(word) == 1 for word in words):
        at = "character"
    elif " " in letters:
        at = None
    return TextRules(
        "text_vectorization",
        lower_case=not letters & {*string.ascii_uppercase},
        options={
            "strips_punctuation": not letters & {*string.punctuation},
            "at": at,
        },
    )
