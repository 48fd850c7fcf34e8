"""How words are mostly written, where that is not in lower case."""

import collections
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

Forms = dict[str, collections.Counter[str]]


def count(
    found: Forms,
    typed: Iterable[str],
    lower: Callable[[str], str],
    words: Container[str],
) -> None:
    """Counts how words are written.

    Args:
        found: where forms are counted, in the order of the text.
        typed: words of the text as they were typed, but for the first of each
            line, which says nothing: it is often a capital anyway.
        lower: gives the same in lower case.
        words: those to count.
    """
    for token, times in collections.Counter(typed).items():
        word = lower(token)
        if word in words:
            if word not in found:
                found[word] = collections.Counter()
            found[word][token] += times


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
