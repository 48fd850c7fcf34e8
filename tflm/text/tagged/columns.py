"""Files with a word and its label a line, and a blank line after a sentence.

CoNLL's shared tasks have columns with spaces or TABs between them. CoNLL-U, of
Universal Dependencies, has ten with TABs, and lines that are no words.
"""

import pathlib
import re
from collections.abc import Callable, Iterator

from tflm.text.lines import read_lines
from tflm.text.tagged.sentence import Located, TaggedSentence

FORM, UPOS = 2, 4  # Columns of CoNLL-U, counted from 1.

_GAP = re.compile("[ \t]+")


def split(text: str) -> list[str]:
    """Returns what has spaces or TABs between it; others are part of words."""
    return [part for part in _GAP.split(text) if part]


def is_conllu(line: str) -> bool:
    """Tells whether a line is a word of a CoNLL-U file."""
    number, *others = line.split("\t")
    return len(others) == 9 and number.replace("-", "").isdecimal()


def read_conllu(
    path: pathlib.Path, column: int | None = None
) -> Iterator[Located]:
    """Yields the sentences of a CoNLL-U file, labelled with UPOS.

    Comments, ranges of words (`1-2`) and empty nodes (`1.1`) are left out.

    Args:
        path: the file.
        column: of the labels, counted from 1; UPOS if not given.

    Raises:
        ValueError: a line has not ten columns, or an empty one.
    """

    def row(place: str, line: str) -> tuple[str, str] | None:
        if line.startswith("#"):
            return None
        fields = line.split("\t")
        if len(fields) != 10:
            raise ValueError(
                f"{place} has {_count(fields)} and a line of CoNLL-U has 10; "
                f"put one TAB between two"
            )
        if not fields[0].isdecimal():
            return None
        return _pair(place, fields, FORM, column or UPOS)

    return _sentences(path, row)


def read_columns(
    path: pathlib.Path, column: int | None = None
) -> Iterator[Located]:
    """Yields the sentences of a file in columns, the word in the first.

    Lines that begin with `-DOCSTART-` are left out.

    Args:
        path: the file.
        column: of the labels, counted from 1; the last if not given, and then
            all lines have as many.

    Raises:
        ValueError: a line has too few columns, or an empty one.
    """
    first: dict[str, int] = {}  # Of the file: how many columns it has.

    def row(place: str, line: str) -> tuple[str, str] | None:
        fields = line.split("\t") if "\t" in line else split(line)
        if fields[0] == "-DOCSTART-":
            return None
        if len(fields) < 2:
            raise ValueError(
                f"{place} has one column, {_shown(line)}; give a word and its "
                f"label a line, or a sentence a line: words, a TAB, labels"
            )
        width = first.setdefault("columns", len(fields))
        if column is None and len(fields) != width:
            raise ValueError(
                f"{place} has {_count(fields)} and the first of the file "
                f"{width}; give each word a line with as many"
            )
        return _pair(place, fields, 1, column or width)

    return _sentences(path, row)


def _sentences(
    path: pathlib.Path, row: Callable[[str, str], tuple[str, str] | None]
) -> Iterator[Located]:
    """Yields what stands between blank lines."""
    lines: list[int] = []
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(read_lines(path), 1):
        if line.strip(" \t"):
            if pair := row(f"{path}, line {number}", line):
                rows.append(pair)
                lines.append(number)
        elif rows:
            yield _located(path, lines, rows)
            lines, rows = [], []
    if rows:
        yield _located(path, lines, rows)


def _located(
    path: pathlib.Path, lines: list[int], rows: list[tuple[str, str]]
) -> Located:
    words, labels = zip(*rows, strict=True)
    return Located(TaggedSentence(words, labels), path, tuple(lines))


def _pair(
    place: str, fields: list[str], word: int, label: int
) -> tuple[str, str]:
    """Returns two of the columns, counted from 1."""
    if len(fields) < label:
        raise ValueError(
            f"{place} has {_count(fields)} and no column {label}; give "
            f"conll:PATH:COLUMN, from 2 to {len(fields)}"
        )
    for column in (word, label):
        if not fields[column - 1].strip(" "):
            raise ValueError(
                f"{place}: column {column} is empty; give a word and a label"
            )
    return fields[word - 1].strip(" "), fields[label - 1].strip(" ")


def _count(fields: list[str]) -> str:
    return f"{len(fields)} column{'s' * (len(fields) > 1)}"


def _shown(line: str) -> str:
    return repr(line if len(line) <= 40 else f"{line[:37]}...")
