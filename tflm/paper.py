"""The published Penn Treebank table, and our measurements beside it."""

import json
import pathlib
from collections.abc import Iterator, Sequence

from tflm import files, report
from tflm.report import Row

_HEAD = (
    "| net | file | published test | published MB | valid | test | MB "
    "| zip MB | sparse MB | weights | ms a word | training min |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
    "| ---: | ---: |\n"
)
_NONE = "-"
_NOT_RUN = "not run"


def markdown(results: files.Path, nets: Sequence[str]) -> str:
    """Returns the whole table, as Markdown.

    Args:
        results: directory of `published.json` and a `NET.json` of rows for
            each net that was run.
        nets: names, in their order.

    Raises:
        ValueError: a file there is no such thing.
    """
    results = pathlib.Path(results)
    published = json.loads((results / "published.json").read_text("utf-8"))
    lines = [
        line for net in nets for line in _net(results, net, published["rows"])
    ]
    return _HEAD + "\n".join(lines)


def _net(
    results: pathlib.Path, net: str, published: list[dict]
) -> Iterator[str]:
    known = {row["file"]: row for row in published if row["net"] == net}
    path = results / f"{net}.json"
    rows = {row.name: row for row in report.load(path)} if path.exists() else {}
    if not rows and not known:
        yield _line(net, _NOT_RUN, {}, None)
    for file in dict.fromkeys([*rows, *known]):
        row = known.get(file, {})
        yield _line(row.get("row", net), file, row, rows.get(file))


def _line(net: str, file: str, known: dict, row: Row | None) -> str:
    cells = [net, file.replace("|", "\\|"), *_published(known), *_ours(row)]
    return "| " + " | ".join(cells) + " |"


def _published(known: dict) -> list[str]:
    if not known:
        return [_NONE, _NONE]
    mark = " (recalled)" if known["known"] == "recalled" else ""
    return [f"{known['perplexity']:.1f}{mark}", f"{known['megabytes']:.1f}"]


def _ours(row: Row | None) -> list[str]:
    if row is None:
        return [_NOT_RUN, *[_NONE] * 7]
    seconds = row.provenance.get("training_seconds")
    return [
        _number(row.quality.get("valid_perplexity"), ".2f"),
        _number(row.quality.get("perplexity"), ".2f"),
        _number(row.bytes / 1e6, ".3f"),
        _number(row.zip_bytes / 1e6, ".3f"),
        _number(row.sparse_bytes and row.sparse_bytes / 1e6, ".3f"),
        _number(row.parameters, ","),
        _number(row.latency.get("p50_ms"), ".3f"),
        _number(seconds and seconds / 60, ".0f"),
    ]


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None else format(value, form)
