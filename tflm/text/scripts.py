"""Scripts that put no spaces between words."""

import collections
from collections.abc import Iterable

import regex

# The long vowel mark belongs to both kanas, and so to no script.
_KANA = r"\p{Hiragana}\p{Katakana}\u30FC\uFF70"
_LANGUAGES = {
    "ja": regex.compile(f"[{_KANA}]"),
    "zh": regex.compile(r"\p{Han}"),
    "th": regex.compile(r"\p{Thai}"),
    "lo": regex.compile(r"\p{Lao}"),
    "my": regex.compile(r"\p{Myanmar}"),
    "km": regex.compile(r"\p{Khmer}"),
}
_IDEOGRAPHIC = rf"\p{{Han}}{_KANA}"
_SPACELESS = rf"{_IDEOGRAPHIC}\p{{Thai}}\p{{Lao}}\p{{Myanmar}}\p{{Khmer}}"
_RUN = regex.compile(rf"[{_SPACELESS}][{_SPACELESS}\p{{M}}]*")
_RUNS = regex.compile(rf"{_RUN.pattern}|[^{_SPACELESS}]+")
_LETTER = regex.compile(r"\P{M}\p{M}*")
_ENDS = regex.compile(rf"[{_SPACELESS}]\p{{M}}*\Z")
_TYPED_WHOLE = regex.compile(rf"[{_IDEOGRAPHIC}]\p{{M}}*\Z")


def runs(word: str) -> list[str]:
    """Returns the parts of `word` that have spaces in their script, or not."""
    return _RUNS.findall(word)


def is_spaceless(run: str) -> bool:
    """Tells whether `run` begins in a script without spaces."""
    return _RUN.match(run) is not None


def ends_spaceless(text: str) -> bool:
    """Tells whether `text` ends in a script without spaces."""
    return _ENDS.search(text) is not None


def letters(run: str) -> list[str]:
    """Returns the letters of `run`, each with its marks."""
    return _LETTER.findall(run)


def is_typed_whole(text: str) -> bool:
    """Tells whether `text` ends in a script whose words come as wholes.

    Chinese and Japanese are typed in other letters, of which an input method
    makes words: none of them is half typed.
    """
    return _TYPED_WHOLE.search(text) is not None


def spaceless_language(lines: Iterable[str]) -> str:
    """Returns the likeliest language of a text without spaces.

    It is empty where most letters of the text are of other scripts.
    """
    counts: collections.Counter[str] = collections.Counter()
    for line in lines:
        for language, letter in _LANGUAGES.items():
            counts[language] += len(letter.findall(line))
        counts[""] += sum(map(str.isalpha, line))
    if counts["ja"] * 10 > counts["zh"]:  # Its text is Han in part.
        counts["ja"] += counts.pop("zh")
    others = counts.pop("", 0)
    [(language, count)] = counts.most_common(1) or [("", 0)]
    return language if count * 2 > others else ""
