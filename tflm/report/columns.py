"""The columns of a table of rows, and what each one means."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tflm.report.rows import Row


class Column(NamedTuple):
    """What a column shows.

    Attributes:
        key: a field of a row, of its quality or of its latency.
        form: how the value is written, as `format` takes it.
        meaning: what it is, for people.
        is_optional: whether it is left out where no row has a value.
        is_of_words: whether it is so where the rows are of taggers.
    """

    key: str
    form: str
    meaning: str = ""
    is_optional: bool = False
    is_of_words: bool = False


Columns = Mapping[str, Column]  # By title.

_RECALL = "Words that were {} before any of their letters was typed."
_WORDS = "The same of words alone: punctuation and emoji are left out."
_BAR = (
    "The same of words alone, where punctuation and emoji are not shown either."
)
_SAVED = "Keystrokes that {} save an ideal user."

# All of them, as a page has them.
PAGE: Columns = {
    "MB": Column("megabytes", ".3f", "Size of the file, in millions of bytes."),
    "zip MB": Column(
        "zip_megabytes", ".3f", "The same when deflated, as in an APK."
    ),
    "sparse MB": Column(
        "sparse_megabytes",
        ".3f",
        "What the file would take if each zero among its weights took one "
        "bit; no runtime reads such a file.",
        True,
    ),
    "parameters": Column(
        "parameters", ",", "Weights; a table that is used twice counts once."
    ),
    "MicroNet": Column(
        "micronet",
        ".4f",
        "What the challenge of 2019 would have counted of weights and of "
        "operations, over a model of 159 million weights. Compare only at the "
        "same perplexity.",
        True,
    ),
    "perplexity": Column(
        "perplexity",
        ".2f",
        "The model is as unsure of a next word as if it chose among this many "
        "equally likely ones. Lower is better. Compare only on the same text "
        "with the same vocabulary.",
        is_of_words=True,
    ),
    "F1": Column(
        "span_f1",
        ".1%",
        "Spans of a tagger that are right in all their words, as conlleval "
        "counts: the harmonic mean of the share of those found and of those "
        "there are.",
        True,
    ),
    "accuracy": Column("accuracy", ".1%", "Words with the right label.", True),
    "exact": Column(
        "exact_sentences", ".1%", "Sentences without a wrong label.", True
    ),
    "known": Column(
        "known_share",
        ".1%",
        "Words of the text that the vocabulary has. The fewer a model knows, "
        "the lower is its perplexity: compare at equal shares only.",
        True,
    ),
    "recall@1": Column(
        "recall_at_1",
        ".1%",
        _RECALL.format("suggested first"),
        is_of_words=True,
    ),
    "recall@3": Column(
        "recall_at_3",
        ".1%",
        _RECALL.format("among the first three suggestions"),
        is_of_words=True,
    ),
    "words@1": Column(
        "word_recall_at_1", ".1%", f"Recall@1. {_WORDS}", is_optional=True
    ),
    "words@3": Column(
        "word_recall_at_3", ".1%", f"Recall@3. {_WORDS}", is_optional=True
    ),
    "bar@1": Column(
        "bar_recall_at_1", ".1%", f"Recall@1. {_BAR}", is_optional=True
    ),
    "bar@3": Column(
        "bar_recall_at_3", ".1%", f"Recall@3. {_BAR}", is_optional=True
    ),
    "saved@1": Column(
        "keystroke_savings_1",
        ".1%",
        _SAVED.format("one suggestion would"),
        is_of_words=True,
    ),
    "saved@3": Column(
        "keystroke_savings_3",
        ".1%",
        _SAVED.format("three suggestions"),
        is_of_words=True,
    ),
    "same@1": Column(
        "top1_agreement",
        ".1%",
        "First suggestions, or labels, that are those of the model before it "
        "was compressed.",
    ),
    "same@3": Column(
        "top3_overlap",
        ".1%",
        "Shares of the first three suggestions that are among those of that "
        "model.",
    ),
    "logit error": Column(
        "max_logit_difference",
        ".2g",
        "Largest difference from a logit of that model.",
    ),
    "p50 ms": Column(
        "p50_ms",
        ".3f",
        "Milliseconds of a step, the median. A keyboard runs one step a word.",
    ),
    "p95 ms": Column("p95_ms", ".3f", "95 of 100 steps are faster."),
    "device": Column("device", "", "Where the times were taken.", True),
}
# Those that a terminal has room for.
_PAGE_ONLY = ("words@1", "saved@1", "same@3", "logit error")
COLUMNS: Columns = {
    title: column for title, column in PAGE.items() if title not in _PAGE_ONLY
}


def filled(rows: Sequence[Row], columns: Columns) -> Columns:
    """Returns the columns without those that no row has and that may lack."""
    is_tagging = any("accuracy" in row.quality for row in rows)
    return {
        title: column
        for title, column in columns.items()
        if not (column.is_optional or (column.is_of_words and is_tagging))
        or any(value(row, column) is not None for row in rows)
    }


def value(row: Row, column: Column) -> Any:
    """Returns what a row has in a column, None where it has nothing."""
    sizes = {
        "megabytes": row.bytes,
        "zip_megabytes": row.zip_bytes,
        "sparse_megabytes": row.sparse_bytes,
    }
    if column.key in sizes:
        size = sizes[column.key]
        return None if size is None else size / 1e6
    counted = {"parameters": row.parameters, "micronet": row.micronet}
    others = counted | row.quality | row.latency
    return others.get(column.key)
