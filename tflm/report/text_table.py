"""Tables as text, for a terminal."""

from collections.abc import Mapping, Sequence

from tflm.report.rows import Row

_NONE = "\u2013"  # Shown for what was not measured.
# What the columns show, and how.
Columns = Mapping[str, tuple[str, str]]
COLUMNS = {
    "MB": ("megabytes", ".3f"),
    "zip MB": ("zip_megabytes", ".3f"),
    "sparse MB": ("sparse_megabytes", ".3f"),
    "parameters": ("parameters", ","),
    "perplexity": ("perplexity", ".2f"),
    "recall@1": ("recall_at_1", ".1%"),
    "recall@3": ("recall_at_3", ".1%"),
    "saved@3": ("keystroke_savings_3", ".1%"),
    "same@1": ("top1_agreement", ".1%"),
    "p50 ms": ("p50_ms", ".3f"),
    "p95 ms": ("p95_ms", ".3f"),
}
_OPTIONAL = ("sparse MB",)  # Columns that are left out if they are empty.


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Returns cells in columns, the first to the left, others to the right."""
    first, *others = [
        max(map(len, cells)) for cells in zip(*lines, strict=True)
    ]
    return "\n".join(
        "  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)])
        for line in lines
    )


def table(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table as text for a terminal, in the order of `rows`."""
    return aligned(cells(rows, columns))


def markdown(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table in Markdown, in the order of `rows`."""
    head, *lines = cells(rows, columns)
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return "".join(f"| {_joined(line)} |\n" for line in [head, rule, *lines])


def _joined(line: Sequence[str]) -> str:
    return " | ".join(cell.replace("|", "\\|") for cell in line)


def cells(rows: Sequence[Row], columns: Columns) -> list[list[str]]:
    """Returns the cells of a table, its head first; see `COLUMNS`."""
    columns = {
        title: column
        for title, column in columns.items()
        if title not in _OPTIONAL or any(row.sparse_bytes for row in rows)
    }
    head = ["file", *columns]
    return [head, *([row.name, *_line(row, columns)] for row in rows)]


def _line(row: Row, columns: Columns) -> list[str]:
    values = {
        "megabytes": row.bytes / 1e6,
        "zip_megabytes": row.zip_bytes / 1e6,
        "sparse_megabytes": row.sparse_bytes and row.sparse_bytes / 1e6,
    }
    values |= {"parameters": row.parameters, **row.quality, **row.latency}
    return [
        _NONE if values.get(key) is None else format(values[key], form)
        for key, form in columns.values()
    ]
