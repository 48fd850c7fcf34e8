"""Files with a sentence a line: words beside labels, in one file or two."""

import itertools
import pathlib
from collections.abc import Iterator, Sequence

from tflm.text.lines import read_lines
from tflm.text.tagged.columns import split
from tflm.text.tagged.sentence import Located, TaggedSentence


def is_row(line: str) -> bool:
    """Tells words, a TAB and labels from a word and its label."""
    words, _, labels = line.partition("\t")
    return " " in words.strip() and " " in labels.strip() and "\t" not in labels


def read_rows(path: pathlib.Path) -> Iterator[Located]:
    """Yields the sentences of a file with words, a TAB and labels a line.

    What ATIS has around a sentence is left out: `BOS`, `EOS`, their labels,
    and the intent, which stands after the labels or is that of `EOS`. The
    first line says whether there are intents.

    Raises:
        ValueError: a line has no word, or not as many labels as words.
    """
    intents: int | None = None
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip(" \t"):
            continue
        place = f"{path}, line {number}"
        before, tab, after = line.partition("\t")
        if not tab:
            raise ValueError(
                f"{place} has no TAB; give words, a TAB and their labels"
            )
        words, labels = split(before), split(after)
        if words[:1] == ["BOS"] and words[-1:] == ["EOS"]:
            _check(place, words, labels)
            words, labels = words[1:-1], labels[1:-1]
        else:
            if intents is None:
                intents = int(len(labels) == len(words) + 1)
            labels = labels[: len(labels) - intents]
        yield _located(path, number, words, labels)


def partner(path: pathlib.Path) -> pathlib.Path:
    """Returns the file of the labels for `seq.in`, the file of the words."""
    return path.with_name(path.name.removesuffix("in") + "out")


def read_parallel(path: pathlib.Path) -> Iterator[Located]:
    """Yields the sentences of a file `seq.in` and its labels in `seq.out`.

    Raises:
        ValueError: a line has no word, or not as many labels as words, or one
            file has more lines.
    """
    other = partner(path)
    pairs = itertools.zip_longest(read_lines(path), read_lines(other))
    for number, (words, labels) in enumerate(pairs, 1):
        if words is None or labels is None:
            short, long = (path, other) if words is None else (other, path)
            raise ValueError(
                f"{short} ends before line {number} of {long}; give a line of "
                f"labels for each line of words"
            )
        yield _located(path, number, split(words), split(labels))


def _located(
    path: pathlib.Path, number: int, words: Sequence[str], labels: Sequence[str]
) -> Located:
    place = f"{path}, line {number}"
    if not words:
        raise ValueError(f"{place} has no word; remove the sentence")
    _check(place, words, labels)
    sentence = TaggedSentence(tuple(words), tuple(labels))
    return Located(sentence, path, (number,) * len(words))


def _check(place: str, words: Sequence[str], labels: Sequence[str]) -> None:
    if len(words) != len(labels):
        raise ValueError(
            f"{place}: words {len(words)}, labels {len(labels)}; give each "
            f"word one label"
        )
