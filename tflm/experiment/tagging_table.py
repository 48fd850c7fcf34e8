"""The measured taggers as one table, the random field beside them."""

import pathlib
from collections.abc import Sequence
from typing import Any

from tflm import files, json_files
from tflm.report.rows import Row, load_rows
from tflm.report.text_table import markdown_of

_HEAD: tuple[str, ...] = (
    "model",
    "file",
    "valid",
    "test",
    "beam 4",
    "accuracy",
    "exact",
    "bytes",
    "zip bytes",
    "weights",
    "ms a word",
    "training s",
)
_NONE = "-"

# The texts, as people and as the rows of the random field call them.
_TEXTS = {
    "elman-labels": ("ATIS slots, F1, Elman's net with labels", ""),
    "atis-swaps": ("ATIS slots, F1, the same, trained with swaps", ""),
    "atis": ("ATIS slots, F1", "conll:atis-2,atis.test"),
    "snips-swaps": ("Snips slots, F1, trained with swaps", ""),
    "snips": ("Snips slots, F1", "conll:snips"),
    "ewt": ("English EWT, UPOS, accuracy", "conll:en_ewt:2"),
    "sequoia": ("French Sequoia, UPOS, accuracy", "conll:fr_sequoia:2"),
}
_BEST = ("int8", "QuantizeAware(layers=4, tables=4) + int4")


def markdown(results: files.Path, models: Sequence[str]) -> str:
    """Returns the table, as Markdown.

    Scores are F1 of spans, or of parts of speech the accuracy, in percent.

    Args:
        results: directory of a `MODEL.json` of rows for each model that was
            run, and of `crf.json`.
        models: names, in their order.

    Raises:
        ValueError: a file there is no such thing.
    """
    lines = [_HEAD]
    for model in models:
        path = pathlib.Path(results, f"{model}.json")
        if path.exists():
            lines += [_cells(model, row) for row in load_rows(path)]
        else:
            lines.append((model, "not run", *[_NONE] * (len(_HEAD) - 2)))
    return markdown_of(lines + _fields(pathlib.Path(results, "crf.json")))


def best(results: files.Path) -> str:
    """Returns the best files of each text beside its random field.

    Args:
        results: as `markdown` takes it.
    """
    head: tuple[str, ...] = ("text", "file", "valid", "test", "kB", "ms a word")
    lines = [head]
    fields = _fields(pathlib.Path(results, "crf.json"))
    for model, (text, corpus) in _TEXTS.items():
        path = pathlib.Path(results, f"{model}.json")
        for row in load_rows(path) if path.exists() else ():
            if row.name in _BEST:
                cells = _cells(model, row)
                kilobytes = f"{row.bytes / 1e3:.0f}"
                lines.append(
                    (text, row.name, *cells[2:4], kilobytes, cells[10])
                )
        for cells in fields:
            if cells[0] == f"crf, {corpus}":
                kilobytes = f"{int(cells[7].replace(',', '')) / 1e3:.0f}"
                field = "conditional random field"
                lines.append((text, field, *cells[2:4], kilobytes, _NONE))
    return markdown_of(lines)


def _cells(model: str, row: Row) -> tuple[str, ...]:
    scores = row.quality
    is_spans = "span_f1" in scores
    valid = scores.get("valid_span_f1" if is_spans else "valid_accuracy")
    return (
        model,
        row.name,
        _percent(valid),
        _percent(_main(scores)),
        _percent(scores.get("beam_4")),
        _percent(scores["accuracy"]),
        _percent(scores["exact_sentences"]),
        f"{row.bytes:,}",
        f"{row.zip_bytes:,}",
        f"{row.parameters:,}",
        f"{row.latency['p50_ms']:.4f}",
        f"{row.provenance['training_seconds']:.0f}",
    )


def _fields(path: pathlib.Path) -> list[tuple[str, ...]]:
    """Returns the lines of the conditional random fields, if they were run."""
    if not path.exists():
        return []
    return [
        (
            f"crf, {each['corpus']}",
            f"L1 {each['penalty']:g}",
            _percent(_main(each["valid_scores"])),
            _percent(_main(each["scores"])),
            _NONE,
            _percent(each["scores"]["accuracy"]),
            _percent(each["scores"]["exact_sentences"]),
            f"{each['bytes']:,}",
            f"{each['zip_bytes']:,}",
            _NONE,
            _NONE,
            f"{each['seconds']:.0f}",
        )
        for each in json_files.read(path, dict[str, Any])["rows"]
    ]


def _main(scores: dict[str, float]) -> float:
    return scores.get("span_f1", scores["accuracy"])


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:.2f}"
