"""Tables as text, for a terminal."""

import unicodedata
from collections.abc import Sequence

from tflm.report.columns import COLUMNS, Columns, filled, value
from tflm.report.rows import Row

_LONGEST = 40  # Places of a name that stands in a table itself.
_NONE = "\u2013"  # Shown for what was not measured.


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Returns cells in columns, the first to the left, others to the right."""
    first, *others = [
        max(map(_width, cells)) for cells in zip(*lines, strict=True)
    ]
    return "\n".join(
        "  ".join(
            [
                line[0] + " " * (first - _width(line[0])),
                *(
                    " " * (width - _width(cell)) + cell
                    for cell, width in zip(line[1:], others, strict=True)
                ),
            ]
        )
        for line in lines
    )


def _width(text: str) -> int:
    """Returns how many places of a terminal a text takes."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def table(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table as text for a terminal, in the order of `rows`.

    Long names stand below it, and their numbers in it.
    """
    head, *lines = cells(rows, columns)
    names = [line[0] for line in lines if _width(line[0]) > _LONGEST]
    names = [*dict.fromkeys(names)]  # One number for what is called the same.
    numbers = {name: f"({i})" for i, name in enumerate(names, 1)}
    lines = [[numbers.get(name, name), *others] for name, *others in lines]
    below = "".join(f"\n{number} {name}" for name, number in numbers.items())
    return aligned([head, *lines]) + ("\n" + below if below else "")


def markdown(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table in Markdown, in the order of `rows`."""
    return markdown_of(cells(rows, columns))


def markdown_of(lines: Sequence[Sequence[str]]) -> str:
    """Returns cells in Markdown, the first line as their head."""
    head, *body = lines
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "".join(f"| {_joined(line)} |\n" for line in [head, rule, *body])


def _joined(line: Sequence[str]) -> str:
    return " | ".join(cell.replace("|", "\\|") for cell in line)


def cells(rows: Sequence[Row], columns: Columns) -> list[list[str]]:
    """Returns the cells of a table, its head first; see `COLUMNS`."""
    columns = filled(rows, columns)
    head = ["file", *columns]
    return [head, *([row.name, *_line(row, columns)] for row in rows)]


def _line(row: Row, columns: Columns) -> list[str]:
    found = [(value(row, column), column.form) for column in columns.values()]
    return [
        _NONE if each is None else format(each, form) for each, form in found
    ]
