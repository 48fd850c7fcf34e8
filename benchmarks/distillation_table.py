"""What each way to learn from a teacher reached, as a table."""

import statistics
from collections.abc import Sequence

from tflm.report.rows import Row

ALONE = "alone"  # Not from a teacher.


def table(rows: Sequence[Row]) -> str:
    """Returns the rows by lesson, as Markdown: the mean of seeds, and each."""
    lines = [
        "| learned from | valid | test | against alone | by seed | minutes |",
        "| --- | ---: | ---: | ---: | --- | ---: |",
    ]
    lessons = dict.fromkeys(row.provenance["lesson"] for row in rows)
    alone = _mean(rows, ALONE, "perplexity") if ALONE in lessons else None
    for lesson in lessons:
        own = _of(rows, lesson)
        test = _mean(rows, lesson, "perplexity")
        valid = _mean(rows, lesson, "valid_perplexity")
        gain = "" if alone is None else f"{test - alone:+.1f}"
        seeds = ", ".join(f"{row.quality['perplexity']:.1f}" for row in own)
        seconds = [row.provenance["training_seconds"] for row in own]
        minutes = statistics.mean(seconds) / 60
        lines.append(
            f"| {_named(lesson)} | {valid:.1f} | {test:.1f} | {gain} "
            f"| {seeds} | {minutes:.0f} |"
        )
    return "\n".join(lines)


def _named(lesson: str) -> str:
    return "the text alone" if lesson == ALONE else f"a teacher, gate {lesson}"


def _of(rows: Sequence[Row], lesson: str) -> list[Row]:
    return [row for row in rows if row.provenance["lesson"] == lesson]


def _mean(rows: Sequence[Row], lesson: str, score: str) -> float:
    return statistics.mean(row.quality[score] for row in _of(rows, lesson))
