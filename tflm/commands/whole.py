"""What the commands of a whole run share: they run it, and show its files."""

import pathlib
from collections.abc import Sequence


def carry_out(config, output: pathlib.Path, title: str, command: str):
    """Runs an experiment, prints its table and leaves a page; returns rows.

    Args:
        config: what to do.
        output: where all goes.
        title: of the page.
        command: what was asked for, for the provenance of the rows.
    """
    from tflm.experiment import run

    rows = run.run(config, output, command)
    show(rows, output, title)
    return rows


def show(rows: Sequence, output: pathlib.Path, title: str) -> None:
    """Prints the rows, best first, and where their page is, which it writes."""
    from tflm.report import html, pareto
    from tflm.report.text_table import table

    page = output / "report.html"
    html.write(rows, page, title)
    print(table(sorted(rows, key=lambda row: pareto.point(row)[1])))
    print(f"\n{title}. Report: {page}")


def show_examples(row) -> None:
    """Prints what the file of a row suggests after some texts."""
    for text, suggestions in row.examples.items():
        print(f"{text:>14} -> {' | '.join(suggestions)}")
