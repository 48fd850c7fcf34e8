"""tflm report: a table and a page from measured rows."""

from tflm.commands import options


def add(commands) -> None:
    parser = options.command(
        commands, "report", run, "print results as a table, write a page"
    )
    parser.add_argument(
        "rows", nargs="+", metavar="JSON", help="results/*.json"
    )
    parser.add_argument("--output", help="HTML page to write")
    parser.add_argument("--title", default="Results")
    parser.add_argument(
        "--latency", help="JSON of tflm benchmark: times of the same files"
    )
    parser.add_argument(
        "--cost", choices=("MB", "ms"), default="MB", help="of the page's plot"
    )
    parser.add_argument("--markdown", action="store_true", help="for a README")


def run(arguments) -> None:
    from tflm import report

    rows = [row for path in arguments.rows for row in report.load(path)]
    if arguments.latency:
        from tflm.latency import results

        measured = results.load(arguments.latency)
        rows = report.with_latency(rows, measured)
    if arguments.output:
        from tflm import page

        title, cost = arguments.title, arguments.cost
        page.write(rows, arguments.output, title, cost=cost)
    table = report.markdown if arguments.markdown else report.table
    print(table(rows).rstrip("\n"))
