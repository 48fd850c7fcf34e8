"""How words are mostly written, where that is not in lower case."""

import collections
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from tflm.text.rules import TextRules

Forms = dict[str, collections.Counter[str]]


def counting(
    lines: Iterable[str], rules: TextRules, words: Container[str], found: Forms
) -> Iterator[str]:
    """Yields lines as they are, and counts how their words are written.

    The first word of a line says nothing: it is often a capital anyway.

    Args:
        lines: of a text.
        rules: how they become words.
        words: those to count.
        found: where their forms are counted, in the order of the text.
    """
    for line in lines:
        for token in rules.split(line)[1:]:
            word = rules.lower(token)
            if word in words:
                found.setdefault(word, collections.Counter())[token] += 1
        yield line


def add(found: Forms, later: Forms) -> None:
    """Adds forms that were counted in what of the text comes after."""
    for word, counts in later.items():
        if word in found:
            found[word].update(counts)
        else:
            found[word] = counts


def display(found: Forms, words: Sequence[str]) -> Mapping[str, str]:
    """Returns the words that are mostly written in another way, and how.

    Of two ways that are as common it is the one that the text has first.
    """
    likeliest = {
        word: counts.most_common(1)[0][0] for word, counts in found.items()
    }
    return {
        word: likeliest[word]
        for word in words
        if likeliest.get(word, word) != word
    }
