"""How words are mostly written, where that is not in lower case."""

import collections
from collections.abc import Container, Mapping, Sequence

Forms = dict[str, collections.Counter[str]]


def count(
    found: Forms,
    typed: Sequence[str],
    known: Sequence[str],
    words: Container[str],
) -> None:
    """Counts how the words of a line are written.

    The first word of a line says nothing: it is often a capital anyway.

    Args:
        found: where forms are counted, in the order of the text.
        typed: the words of a line, as they were typed.
        known: the same in lower case.
        words: those to count.
    """
    for token, word in zip(typed[1:], known[1:], strict=True):
        if word in words:
            if word not in found:
                found[word] = collections.Counter()
            found[word][token] += 1


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
