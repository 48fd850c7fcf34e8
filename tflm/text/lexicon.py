"""The words of a text without spaces, found by a library of its language.

The library is only needed to train: a model brings its words along.
"""

import collections
import importlib
from collections.abc import Callable, Iterable

from tflm.text import scripts, tokenizer

_Cut = Callable[[str], Iterable[str]]


def learn(lines: Iterable[str], language: str, size: int) -> tuple[str, ...]:
    """Returns the commonest words of several letters, in their order.

    Args:
        lines: of the training text.
        language: BCP 47 tag; a key of `LIBRARIES`.
        size: the most words.

    Raises:
        ValueError: the library of the language is not installed.
    """
    cut, counts = _cut(language), collections.Counter[str]()
    for line in lines:
        for token in tokenizer.split(line):
            for run in scripts.runs(token):
                if scripts.is_spaceless(run):
                    counts.update(cut(run))
    found = [
        word
        for word, count in counts.items()
        if count > 1 and len(scripts.letters(word)) > 1
    ]
    found.sort(key=lambda word: (-counts[word], word))
    return tuple(sorted(found[:size]))


def _cut(language: str) -> _Cut:
    library, opening = LIBRARIES[language]
    try:
        return opening()
    except ImportError:
        raise ValueError(
            f"the words of language {language} need {library}: "
            f"pip install 'tflm-toolkit[languages]', or give "
            f"--tokenizer=characters"
        ) from None


def _chinese() -> _Cut:
    return importlib.import_module("rjieba").cut


def _japanese() -> _Cut:
    module = importlib.import_module("janome.tokenizer")
    return module.Tokenizer(wakati=True).tokenize


def _thai() -> _Cut:
    return importlib.import_module("pythainlp.tokenize").word_tokenize


LIBRARIES: dict[str, tuple[str, Callable[[], _Cut]]] = {
    "ja": ("janome", _japanese),
    "th": ("pythainlp", _thai),
    "zh": ("rjieba", _chinese),
}
