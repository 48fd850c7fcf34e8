"""Text as the tokens of a model, each at its place: nothing is left out.

Whatever the rules make of a text, what they read is found again in it, and
what stands between is kept. Whoever puts it together needs no rules.
"""

import dataclasses
import re
from collections.abc import Iterator

from tflm.text import tokenizer
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

_LINE = re.compile(r"[^\n]{1,2048}\n{0,9}|\n{1,9}")
_LETTERS = re.compile(r"[^\W_]")
_CHUNK = re.compile(r"\S+")
_UNREADABLE = dict.fromkeys(range(0xDC80, 0xDD00), "\ufffd")
_BEFORE = ("\u2581", "\u0120", "##")  # Marks of pieces of words.
_AFTER = ("</w>", "@@")
_TRIES = 64


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """A token of a text and how it is written there.

    Attributes:
        token: its id; None for what the model has no token for.
        gap: what stands between the token before and this one.
        surface: what stands for it.
    """

    token: int | None
    gap: str
    surface: str


def place(
    content: bytes, rules: TextRules, words: Vocabulary
) -> Iterator[Placed]:
    """Yields the tokens of bytes, whose gaps and surfaces in turn are all.

    The last has no surface and, as the end of the text, the id of what ends
    a sentence. Bytes that are no UTF-8 are surrogates, as `surrogateescape`
    of Python has them.

    Args:
        content: any bytes.
        rules: how text becomes words.
        words: those of the model.
    """
    rest = ""
    for line in _LINE.findall(content.decode("utf-8", "surrogateescape")):
        body, end = _parted(line) if words.eos is not None else (line, "")
        done = 0
        for start, stop, token in _spans(body, rules, words):
            gap = rest + body[done:start]
            yield Placed(token, gap, body[start:stop])
            rest, done = "", stop
        rest += body[done:]
        if end:
            yield Placed(words.eos, rest, end)
            rest = ""
        elif len(rest) > 2048:
            yield Placed(None, "", rest)
            rest = ""
    yield Placed(words.eos, rest, "")


def bare(word: str) -> str:
    """Returns a word of a vocabulary without the marks of pieces."""
    for mark in _BEFORE:
        if word.startswith(mark):
            return word[len(mark) :]
    for mark in _AFTER:
        if word.endswith(mark):
            return word[: -len(mark)]
    return word


def _parted(line: str) -> tuple[str, str]:
    """Returns a line and what ends it."""
    body = line.rstrip("\n")
    if body.endswith("\r") and body != line:
        body = body[:-1]
    return body, line[len(body) :]


def _spans(
    body: str, rules: TextRules, words: Vocabulary
) -> Iterator[tuple[int, int, int | None]]:
    """Yields start, end and id of each word that is found again."""
    text = body.translate(_UNREADABLE)
    known = rules.words(text)
    shown = rules.split(text)
    if len(shown) != len(known):
        shown = known
    at, lost = 0, False
    for word, form in zip(known, shown, strict=True):
        found = _find(text, at, form, rules, lost)
        lost = found is None
        if found:
            yield (*found, words.id_of(word))
            at = found[1]


def _find(
    text: str, at: int, form: str, rules: TextRules, lost: bool
) -> tuple[int, int] | None:
    """Returns where a word stands next, None if it is not to be seen."""
    literal = bare(form) if rules.by_piece else form
    if rules.by_piece or form not in tokenizer.STAND_INS:
        start = text.find(literal, at)
        if start >= 0 and (lost or not _LETTERS.search(text, at, start)):
            return start, start + len(literal)
    chunk = _CHUNK.search(text, at)
    if chunk is None:
        return None
    start, last = chunk.span()
    for end in range(last, max(start, last - _TRIES), -1):
        if rules.split(text[start:end]) == [form]:
            return start, end
    return None
