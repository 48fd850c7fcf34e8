"""The command `tflm` in the process of a test, which has TensorFlow by now."""

from tflm import cli


def run_here(*arguments) -> int:
    """Runs the command; returns its exit code."""
    try:
        return cli._main(cli._parse(["tflm", *map(str, arguments)]))
    except SystemExit as end:
        return end.code
