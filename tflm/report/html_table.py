"""Tables of a page of results, and what explains them."""

import re
from collections.abc import Iterator, Sequence
from html import escape as _escape
from typing import Any

from tflm.report import columns, text_table
from tflm.report.pareto import Cost, pareto_front
from tflm.report.rows import Row

_ORDER = "The largest file stands first."


def rows_table(rows: Sequence[Row], cost: Cost) -> str:
    """Returns the table of rows, the largest first, for a script to sort."""
    rows = sorted(rows, key=lambda row: -row.bytes)
    front = pareto_front(rows, cost)
    shown = columns.filled(rows, columns.PAGE)
    _, *lines = text_table.cells(rows, shown)
    body = [_head(shown), "<tbody>"]
    for row, (name, *cells) in zip(rows, lines, strict=True):
        kind = ' class="front"' if row in front else ""
        values = "".join(
            _cell(columns.value(row, column), cell)
            for column, cell in zip(shown.values(), cells, strict=True)
        )
        body.append(
            f'<tr{kind}><th scope="row">{_name(name)}</th>{values}</tr>'
        )
    return _wrapped([f'<p class="order">{_ORDER}</p>'], "sortable", body)


def _head(shown: columns.Columns) -> str:
    titles = "".join(
        f'<th scope="col" data-meaning="{_id(title)}" '
        f'title="{_escape(column.meaning)}"'
        + (' aria-sort="descending"' if title == "MB" else "")
        + f">{title}</th>"
        for title, column in shown.items()
    )
    return f'<thead><tr><th scope="col">file</th>{titles}</tr></thead>'


def _cell(value: Any, text: str) -> str:
    is_number = isinstance(value, int | float)
    data = f' data-value="{value:.7g}"' if is_number else ""
    return f"<td{data}>{_escape(text)}</td>"


def plain(cells: Sequence[Sequence[str]]) -> str:
    """Returns a table of texts, the first line its head."""
    head, *lines = cells
    titles = "".join(f'<th scope="col">{_escape(c)}</th>' for c in head)
    body = [f"<thead><tr>{titles}</tr></thead>", "<tbody>"]
    for name, *values in lines:
        rest = "".join(f"<td>{_escape(each)}</td>" for each in values)
        body.append(f'<tr><th scope="row">{_escape(name)}</th>{rest}</tr>')
    return _wrapped([], "plain", body)


def examples(rows: Sequence[Row]) -> str:
    """Returns what the files suggest after typed texts, side by side."""
    rows = [row for row in rows if row.examples]
    if not rows:
        return ""
    names = "".join(f'<th scope="col">{_name(r.name)}</th>' for r in rows)
    body = [f'<thead><tr><th scope="col">typed</th>{names}</tr></thead>']
    body.append("<tbody>")
    for typed in dict.fromkeys(text for row in rows for text in row.examples):
        cells = "".join(
            f"<td>{_suggestions(row.examples.get(typed, []))}</td>"
            for row in rows
        )
        body.append(f'<tr><th scope="row">{_escape(typed)}</th>{cells}</tr>')
    return _wrapped(["\n<h3>What they suggest</h3>"], "examples", body)


def _suggestions(words: Sequence[str]) -> str:
    spans = [f'<span dir="auto">{_escape(word)}</span>' for word in words]
    return " \u00b7 ".join(spans) or "\u2013"


def _wrapped(before: list[str], kind: str, body: list[str]) -> str:
    """Returns a table that scrolls inside of its box, by keys too."""
    box = '<div class="wide" tabindex="0" role="region" aria-label="table">'
    table = [f'<table class="{kind}">', *body, "</tbody>", "</table>"]
    return "\n".join([*before, box, *table, "</div>"])


def explanations(rows: Sequence[Row]) -> str:
    """Returns how to read the table of rows: the meaning of each column."""
    shown = columns.filled(rows, columns.PAGE)
    items = "\n".join(
        f'<dt>{title}</dt><dd id="{_id(title)}">{_escape(column.meaning)}</dd>'
        for title, column in shown.items()
    )
    return f"""<h2>How to read this</h2>
<p>Each row is a model as a file. A name in bold is on the line of the plot:
no other file is at least as small (or as fast, where the plot is of time) and
at least as good. \u2013 means that nobody measured it.</p>
<dl>
{items}
</dl>"""


def _name(name: str) -> str:
    """Returns a name that may be broken after brackets and signs."""
    return re.sub(r"(?<=[(=:/])(?=\w)", "<wbr>", _escape(name))


def _id(title: str) -> str:
    return "means-" + re.sub(r"[^a-z0-9]+", "-", title.lower())


def sources(rows: Sequence[Row]) -> str:
    """Returns all that is known of each row, folded behind its name."""
    head = "<h2>Where each row comes from</h2>"
    return "\n".join([head, *map(_source, rows)])


def _source(row: Row) -> str:
    facts = {"recipe": row.recipe, "SHA-256": row.sha256, **row.provenance}
    facts |= {"quality": row.quality, "latency": row.latency}
    items = "\n".join(
        f"<dt>{_escape(name)}</dt><dd>{_escape(str(value))}</dd>"
        for name, value in _flat(facts)
    )
    summary = f"<summary>{_escape(row.name)}</summary>"
    return f"<details>{summary}<dl>{items}</dl></details>"


def _flat(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            yield from ((f"{name} {key}", v) for key, v in _flat(value))
        elif value not in (None, ""):
            yield name, value
