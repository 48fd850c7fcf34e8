"""tflm report: a table and a page from measured rows."""

import argparse
import sys
from typing import TYPE_CHECKING

from tflm.commands import options

if TYPE_CHECKING:
    from tflm.report.documents import Found
    from tflm.report.rows import Row

_HELP = (
    "what tflm commands print with --json, results/*.json, or directories "
    "that they wrote"
)


def add(commands) -> None:
    """Adds `tflm report` to the commands."""
    parser = options.command(
        commands,
        "report",
        run,
        "print results as a table, write a page",
        usage="JSON... [options]",
        examples=(
            "tflm report results/*.json --output=report.html",
            "tflm report fits/rows.json --markdown",
            "tflm report fits/rows.json --latency=times.json --cost=ms",
        ),
    )
    parser.add_argument("rows", nargs="+", metavar="JSON", help=_HELP)
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="HTML page to write, with its plots beside it",
    )
    parser.add_argument("--title", default="Results", help="of the page")
    parser.add_argument(
        "--latency",
        help="JSON of tflm benchmark: its times are shown where it has any",
    )
    parser.add_argument(
        "--cost", choices=("MB", "ms"), default="MB", help="of the page's plot"
    )
    parser.add_argument("--markdown", action="store_true", help="for a README")


def run(arguments: argparse.Namespace) -> None:
    """Prints rows as a table and writes them as a page.

    Raises:
        OSError: there is no such file.
        ValueError: a file holds nothing that can be reported, or there is
            nothing to plot.
    """
    from tflm.report import documents

    found = documents.read(arguments.rows)
    rows = found.rows
    if arguments.latency:
        rows = _with_latency(rows, arguments.latency)
    if arguments.output:
        from tflm.report import html

        html.write(
            rows,
            arguments.output,
            arguments.title,
            cost=arguments.cost,
            runs=found.curves,
            models=found.matrices,
        )
    parts = _tables(rows, found, arguments.markdown)
    print("\n\n".join(part.rstrip("\n") for part in parts))


def _with_latency(rows: "list[Row]", path: str) -> "list[Row]":
    from tflm.latency import results
    from tflm.report import joining

    measured = results.load(path)
    without, others = joining.unmatched(rows, measured)
    if without:
        names = ", ".join(row.name for row in without)
        _say(f"{path} has no times of {names}: what they have is kept")
    if others:
        names = ", ".join(each.model for each in others)
        _say(f"{path} has times of {names}, of which there is no row")
    return joining.with_latency(rows, measured)


def _tables(rows: "list[Row]", found: "Found", as_markdown: bool) -> list[str]:
    """Returns a table for each text, and those of runs and of matrices."""
    from tflm.report import comparable, curves, matrices, text_table

    write, write_rows = text_table.aligned, text_table.table
    if as_markdown:
        write, write_rows = text_table.markdown_of, text_table.markdown
    texts = comparable.by_text(rows)
    if len(texts) > 1:
        _say(f"not compared, as texts differ: {'; '.join(texts)}")
    parts = []
    for text, here in texts.items():
        head = f"{text}\n\n" if len(texts) > 1 else ""
        parts.append(head + write_rows(here))
    if found.curves:
        parts.append(write(curves.cells(found.curves)))
    for name, each in found.matrices.items():
        parts.append(f"{name}\n\n" + write(matrices.cells(each)))
    return parts


def _say(line: str) -> None:
    print(f"tflm: {line}", file=sys.stderr)
