"""Which rows may be compared: those that were scored on the same text."""

from collections.abc import Sequence
from typing import Any

from tflm.report.rows import Row

UNSCORED = "not scored"
UNKNOWN = "text of unknown name"


def by_text(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Returns the rows of each text, by what the text is called.

    A text is a corpus with the SHA-256 of its files, the split, how much of
    it was read, whether the state was carried from sentence to sentence, and
    whether words that were read were kept in a cache.
    Rows without scores stand with the others where there is one text only.
    """
    texts = dict.fromkeys(text_of(row) for row in rows if row.quality)
    names = _names([*texts])
    groups: dict[str, list[Row]] = {names[text]: [] for text in texts}
    only = next(iter(groups)) if len(groups) == 1 else UNSCORED
    for row in rows:
        name = names[text_of(row)] if row.quality else only
        groups.setdefault(name, []).append(row)
    return groups


Text = tuple[tuple[str, Any], ...]


def text_of(row: Row) -> Text:
    """Returns all that tells the text that a row was scored on from others."""
    made = row.provenance
    found = {
        "corpus": made.get("corpus") or UNKNOWN,
        "split": made.get("split", "test"),
        "tokens": row.quality.get("tokens"),
        "alone": made.get("alone", False),
        "cached": bool(made.get("cache")),
        "sha256": made.get("corpus_sha256", ""),
    }
    return tuple(found.items())


def _names(texts: Sequence[Text]) -> dict[Text, str]:
    """Returns a name for each text; the hash is in it only if it must be."""
    names = {text: _name(dict(text)) for text in texts}
    repeated = len({*names.values()}) < len(names)
    if not repeated:
        return names
    return {
        text: f"{name}, SHA-256 {dict(text)['sha256'][:8] or 'unknown'}"
        for text, name in names.items()
    }


def _name(text: dict[str, Any]) -> str:
    parts = [text["corpus"], f"{text['split']} split"]
    if text["split"] == "all":
        parts[1] = "all of it"
    if text["tokens"] is not None:
        parts.append(f"{text['tokens']:,} tokens")
    if text["alone"]:
        parts.append("one message at a time")
    if text["cached"]:
        parts.append("with a cache")
    return ", ".join(parts)
