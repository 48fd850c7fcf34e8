"""tflm suggest: a line of typed text and its suggestions."""

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator

from tflm.commands import foreign, options
from tflm.experiment import opening


def add(commands) -> None:
    """Adds `tflm suggest`."""
    parser = options.command(
        commands,
        "suggest",
        run,
        "type and see suggestions",
        usage="MODEL [options]",
        examples=(
            "tflm suggest build/bundle",
            "echo 'see you ' | tflm suggest build/bundle",
        ),
        more="A line at a time; a space at its end asks for the next word.",
    )
    parser.add_argument(
        "--punctuation",
        action="store_true",
        help="suggest marks and emoji as next words, too",
    )
    foreign.add_any_model(parser, "model")


def run(arguments: argparse.Namespace) -> None:
    """Prints suggestions for each line that is typed.

    Raises:
        ValueError: there is no model, or a changed or damaged one.
    """
    opened = opening.open_model(
        arguments.model,
        file_format=arguments.format,
        **foreign.given(arguments),
    )
    bundle = opened.bundle()

    from tflm.bundle import suggester

    lines: Iterable[str] = sys.stdin
    if sys.stdin.isatty():
        print(
            f"{opened.name}: type, Enter shows suggestions; a space at the end "
            "asks for the next word. Ctrl-D leaves.",
            file=sys.stderr,
        )
        lines = _typed()
    with contextlib.suppress(KeyboardInterrupt):  # So one leaves, too.
        suggester.run(bundle, lines, sys.stdout, arguments.punctuation)


def _typed() -> Iterator[str]:
    """Yields lines as they are typed at a prompt, until Ctrl-D."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  Its import lets `input` edit and recall.

    while True:
        try:
            yield input("> ")
        except EOFError:
            print()
            return
