"""What was measured of files, as rows: kept as JSON, read as a table."""

import dataclasses
import json
import math
import pathlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tflm import files, tables
from tflm.latency.results import Measurement

_NONE = "\u2013"  # Shown for what was not measured.
Cost = Literal["MB", "ms"]  # What a plot sets against perplexity.
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


@dataclasses.dataclass(frozen=True)
class Row:
    """One model, as a file.

    Attributes:
        name: what people call it, such as `LowRank(rank=64) + int8`.
        recipe: methods and format, as text that can be parsed again.
        bytes: size of the file.
        zip_bytes: its size inside an archive; see the function of that name.
        parameters: weights of the model; None where nobody counted.
        sparse_bytes: size of the file if each zero among its weights took a
            bit, as `tflite.sparse_size` counts it; None where nobody counted.
        quality: fields of `evaluation.Quality` and `evaluation.Agreement`,
            such of them as were measured.
        latency: fields of `latency.Latency` and what a benchmark adds to
            them, or nothing.
        provenance: what `provenance.provenance` returned.

    Raises:
        ValueError: a field is of another type, a score or a time is not a
            finite number, or the name is not one line of text.
    """

    name: str
    recipe: str
    bytes: int
    zip_bytes: int
    parameters: int | None = None
    quality: dict[str, float] = dataclasses.field(default_factory=dict)
    latency: dict[str, Any] = dataclasses.field(default_factory=dict)
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)
    sparse_bytes: int | None = None

    def __post_init__(self):
        for field in dataclasses.fields(self):
            kind = getattr(field.type, "__origin__", field.type)
            self._require(field.name, getattr(self, field.name), kind)
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError(f"a row is called {self.name!r}: give it a name")
        times = {k: v for k, v in self.latency.items() if k.endswith("_ms")}
        for name, value in (self.quality | times).items():
            self._require(name, value, int | float)
            if not math.isfinite(value):
                raise ValueError(f"row {self.name!r} has {name} {value}")

    def _require(self, name: str, value: Any, kind: Any) -> None:
        if not isinstance(value, kind):
            expected = getattr(kind, "__name__", kind)
            raise ValueError(
                f"row {self.name!r} has {name} {value!r}, not {expected}"
            )


def zip_bytes(data: bytes) -> int:
    """Returns the size of `data` in an archive, as APKs and downloads have it.

    It is deflated at level 9, and the archive's own names are not counted.
    """
    return len(zlib.compress(data, 9))


def save(rows: Sequence[Row], path: files.Path) -> None:
    """Writes rows as JSON, whole or not at all."""
    plain = [dataclasses.asdict(row) for row in rows]
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    files.write(path, text + "\n")


def load(path: files.Path) -> list[Row]:
    """Reads rows that `save` wrote.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or holds something else.
    """
    text = pathlib.Path(path).read_bytes()
    try:
        return [Row(**row) for row in json.loads(text)]
    except (RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds no results: {error}; measure again to replace it"
        ) from error


def table(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table as text for a terminal, in the order of `rows`."""
    return tables.aligned(cells(rows, columns))


def markdown(rows: Sequence[Row], columns: Columns = COLUMNS) -> str:
    """Returns the table in Markdown, in the order of `rows`."""
    lines = cells(rows, columns)
    rule = " | ".join(["---"] + ["---:"] * (len(lines[0]) - 1))
    head, *lines = (
        " | ".join(cell.replace("|", "\\|") for cell in line) for line in lines
    )
    return "".join(f"| {line} |\n" for line in [head, rule, *lines])


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


def pareto(rows: Sequence[Row], cost: Cost = "MB") -> list[Row]:
    """Returns the scored rows that no other beats, the cheapest first.

    A row is beaten by one that is no larger (or slower) and no worse in
    perplexity, and differs in one of them.
    """
    front: list[tuple[float, float]] = []
    found = []
    for row in sorted(scored(rows, cost), key=lambda row: point(row, cost)):
        at = point(row, cost)
        if not front or at[1] < front[-1][1] or at == front[-1]:
            front.append(at)
            found.append(row)
    return found


def scored(rows: Sequence[Row], cost: Cost = "MB") -> list[Row]:
    """Returns the rows that have a perplexity and that cost."""
    return [
        row
        for row in rows
        if "perplexity" in row.quality
        and (cost == "MB" or row.latency.get("p50_ms") is not None)
    ]


def point(row: Row, cost: Cost = "MB") -> tuple[float, float]:
    """Returns what a scored row costs, in MB or ms, and its perplexity."""
    value = row.bytes / 1e6 if cost == "MB" else row.latency["p50_ms"]
    return value, row.quality["perplexity"]


def with_latency(
    rows: Sequence[Row], measured: Sequence[Measurement]
) -> list[Row]:
    """Returns the rows with their times on other devices.

    A row whose file was measured on several devices is there for each, with
    the device in its name; one whose file was not has no times.
    """
    found = []
    for row in rows:
        sha256 = row.latency.get("file_sha256")
        same = [m for m in measured if m.latency["file_sha256"] == sha256]
        if not same:
            found.append(dataclasses.replace(row, latency={}))
        for each in same:
            took = each.latency | {"device": each.device}
            name = f"{row.name}, {each.device}" if same[1:] else row.name
            found.append(dataclasses.replace(row, name=name, latency=took))
    return found
