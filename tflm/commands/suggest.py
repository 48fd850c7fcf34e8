"""tflm suggest: a line of typed text and its suggestions."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm suggest`."""
    parser = options.command(
        commands,
        "suggest",
        run,
        "type and see suggestions",
        examples=(
            "tflm suggest build/bundle",
            "echo 'see you ' | tflm suggest build/bundle",
        ),
        more="A line at a time; a space at its end asks for the next word.",
    )
    parser.add_argument("bundle", help="directory that tflm export wrote")


def run(arguments: argparse.Namespace) -> None:
    """Prints suggestions for each line that is typed.

    Raises:
        ValueError: the directory is no bundle, or a changed one.
    """
    import sys

    from tflm.bundle import suggester
    from tflm.bundle.bundle import Bundle

    found = Bundle.load(arguments.bundle)
    suggester.run(found, sys.stdin, sys.stdout)
