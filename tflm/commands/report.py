"""tflm report: a table and a page from measured rows."""

from tflm.commands import options


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
    parser.add_argument(
        "rows", nargs="+", metavar="JSON", help="results/*.json"
    )
    parser.add_argument("--output", metavar="FILE", help="HTML page to write")
    parser.add_argument("--title", default="Results", help="of the page")
    parser.add_argument(
        "--latency", help="JSON of tflm benchmark: times of the same files"
    )
    parser.add_argument(
        "--cost", choices=("MB", "ms"), default="MB", help="of the page's plot"
    )
    parser.add_argument("--markdown", action="store_true", help="for a README")


def run(arguments) -> None:
    """Prints rows as a table and writes them as a page."""
    from tflm.report.rows import load_rows, with_latency
    from tflm.report.text_table import markdown
    from tflm.report.text_table import table as rows_table

    rows = [row for path in arguments.rows for row in load_rows(path)]
    if arguments.latency:
        from tflm.latency import results

        measured = results.load(arguments.latency)
        rows = with_latency(rows, measured)
    if arguments.output:
        from tflm.report import html

        title, cost = arguments.title, arguments.cost
        html.write(rows, arguments.output, title, cost=cost)
    table = markdown if arguments.markdown else rows_table
    print(table(rows).rstrip("\n"))
