"""The published Penn Treebank table, and our measurements beside it."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from tflm import files, json_files
from tflm.report.pareto import pareto_front
from tflm.report.rows import Row, load_rows

# What others reached, and whether we read it or recall it.
PUBLISHED = pathlib.Path(__file__).with_name("ptb_published.json")

_HEAD = (
    "| model | file | published as | its test | its MB | valid | test | MB "
    "| zip MB | sparse MB | weights | ms a word | training min |\n"
    "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
    "| ---: | ---: | ---: |\n"
)
_BUDGETS_HEAD = (
    "| file at most | best published that we know | its test | our file "
    "| valid | test | MB |\n"
    "| ---: | --- | ---: | --- | ---: | ---: | ---: |\n"
)
_NONE = "-"
# What stands before the dash in the names of models whose matrices were never
# dense.
_SHAPED_BY = {
    "lr": "LowRank()",
    "tt": "TensorTrain()",
    "adaptive": "Adaptive()",
}
_NOT_RUN = "not run"


def markdown(results: files.Path, models: Sequence[str]) -> str:
    """Returns the whole table, as Markdown.

    Args:
        results: directory of a `MODEL.json` of rows for each model that was
            run.
        models: names, in their order.

    Raises:
        ValueError: a file there is no such thing.
    """
    published = _published()["rows"]
    lines = [
        line for model in models for line in _model(results, model, published)
    ]
    return _HEAD + "\n".join(lines)


def budgets(results: files.Path, models: Sequence[str]) -> str:
    """Returns the best file of each size beside the published, as Markdown.

    Of the files that fit, validation text chooses; the test text is reported.

    Args:
        results: as `markdown` takes it.
        models: likewise.
    """
    ours = _all(results, models)
    lines = []
    for known in _published()["budgets"]:
        fits = [row for row in ours if row.bytes <= known["megabytes"] * 1e6]
        cells = [f"{known['megabytes']} MB", known["file"], _figure(known)]
        if fits:
            best = min(fits, key=lambda row: row.quality["valid_perplexity"])
            cells += [best.name, *_ours(best)[:3]]
        else:
            cells += [_NOT_RUN, *[_NONE] * 3]
        lines.append(_joined(cells))
    return _BUDGETS_HEAD + "\n".join(lines)


def rows(results: files.Path, models: Sequence[str]) -> list[Row]:
    """Returns what a plot of the table shows: published files and ours.

    Of ours that is what no other file beats, and the int8 file of each model
    that was published. The published come without what is not known of them;
    the others, of float32, are as large as their weights.
    """
    known = _published()
    published = known["rows"] + known["others"]
    names = [f"{row['net']}: int8" for row in known["rows"]]
    ours = _all(results, models)
    front = pareto_front(ours)
    shown = [row for row in ours if row in front or row.name in names]
    return shown + [
        Row(
            name=f"published: {known['row']}",
            recipe=f"published {known.get('recipe', '')}".rstrip(),
            bytes=round(known["megabytes"] * 1e6),
            zip_bytes=round(known["megabytes"] * 1e6),
            quality={"perplexity": known["perplexity"]},
        )
        for known in published
    ]


def _published() -> dict:
    return json_files.read(PUBLISHED, dict[str, Any])


def _all(results: files.Path, models: Sequence[str]) -> list[Row]:
    """Returns the rows of all models, with the models' names before theirs."""
    return [
        dataclasses.replace(
            row, name=f"{model}: {row.name}", recipe=_recipe(model, row)
        )
        for model in models
        for row in _rows(results, model).values()
    ]


def _recipe(model: str, row: Row) -> str:
    """Returns the recipe of a row, with the method its model was shaped by."""
    kind, _, _ = model.partition("-")
    return " + ".join(filter(None, [_SHAPED_BY.get(kind), row.recipe]))


def _rows(results: files.Path, model: str) -> dict[str, Row]:
    path = pathlib.Path(results) / f"{model}.json"
    rows = load_rows(path) if path.exists() else []
    return {row.name: row for row in rows}


def _model(
    results: files.Path, model: str, published: list[dict]
) -> Iterator[str]:
    known = {row["file"]: row for row in published if row["net"] == model}
    rows = _rows(results, model)
    if not rows and not known:
        yield _line(model, _NOT_RUN, {}, None)
    for file in dict.fromkeys([*rows, *known]):
        row = known.get(file, {})
        yield _line(model, file, row, rows.get(file))


def _line(model: str, file: str, known: dict, row: Row | None) -> str:
    published = [_NONE] * 3
    if known:
        size = f"{known['megabytes']:.1f}"
        published = [known["row"], _figure(known), size]
    return _joined([model, file, *published, *_ours(row)])


def _joined(cells: Sequence[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _figure(known: dict) -> str:
    """Returns a published perplexity, marked if no source was read for it."""
    mark = "" if known["known"] == "reported" else f" ({known['known']})"
    return f"{known['perplexity']:.1f}{mark}"


def _ours(row: Row | None) -> list[str]:
    if row is None:
        return [_NOT_RUN, *[_NONE] * 7]
    seconds = row.provenance.get("training_seconds")
    return [
        _number(row.quality.get("valid_perplexity"), ".2f"),
        _number(row.quality.get("perplexity"), ".2f"),
        _number(row.bytes / 1e6, ".3f"),
        _number(row.zip_bytes and row.zip_bytes / 1e6, ".3f"),
        _number(row.sparse_bytes and row.sparse_bytes / 1e6, ".3f"),
        _number(row.parameters, ","),
        _number(row.latency.get("p50_ms"), ".3f"),
        _number(seconds and seconds / 60, ".0f"),
    ]


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None else format(value, form)
