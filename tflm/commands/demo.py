"""tflm demo: the whole way in ten minutes."""

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm demo` to the commands."""
    parser = options.command(
        commands,
        "demo",
        run,
        "train, compress and measure in ten minutes",
        examples=("tflm demo", "tflm demo --output=build/demo"),
    )
    options.add_output(parser, default="tflm-demo")


def run(arguments) -> None:
    """Runs the demo experiment; prints its table and leaves a page."""
    import pathlib

    from tflm.experiment import run as experiment_run
    from tflm.experiment.config import DEMO
    from tflm.report import html
    from tflm.report.text_table import table as rows_table

    output = pathlib.Path(arguments.output)
    rows = experiment_run.run(DEMO, output, options.own_command())
    html.write(rows, output / "report.html", "tflm demo")
    print(rows_table(rows))
