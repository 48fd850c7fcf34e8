"""What a keyboard's file reached on texts of many kinds, as a table."""

from typing import Any


def table(result: dict[str, Any]) -> str:
    """Returns the rows as a table in Markdown, by message and carried."""
    lines = [
        "| text | unknown | perplexity | recall@3 | of words | words alone "
        "| carried: recall@3 | words alone |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result["rows"]:
        name = row["text"] + ("" if row["trained_on"] else " *")
        cells = [name, f"{1 - row['known_share']:.1%}"]
        cells.append(_both(row["by_message"], "perplexity", "{:.1f}"))
        for measure in ("recall_at_3", "word_recall_at_3", "bar_recall_at_3"):
            cells.append(_both(row["by_message"], measure))
        for measure in ("recall_at_3", "bar_recall_at_3"):
            cells.append(_both(row["carried"], measure))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _both(scores: dict[str, Any], measure: str, form: str = "{:.1%}") -> str:
    """Returns the file's figure, and that of the n-gram model after it."""
    file, ngram = (scores[name][measure] for name in ("file", "ngram"))
    return f"**{form.format(file)}** {form.format(ngram)}"
