"""tflm tag: lines of text and the labels of their words."""

import argparse
import contextlib
import sys

from tflm.commands import beam, options
from tflm.experiment import opening


def add(commands) -> None:
    """Adds `tflm tag`."""
    parser = options.command(
        commands,
        "tag",
        run,
        "label the words of text",
        usage="MODEL [--beam N] [--json]",
        examples=(
            "tflm tag slots < messages.txt",
            "tflm tag slots --json < messages.txt > found.jsonl",
            "echo 'play some jazz by miles davis' | tflm tag slots",
        ),
        more="A line of standard input at a time: each word with its label, "
        "and an empty line after; or, as JSON, what was found in it.",
    )
    parser.add_argument(
        "model", metavar="MODEL", help="workspace or bundle of a tagger"
    )
    beam.add(parser)
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    """Prints the labels of each line that is read.

    Raises:
        ValueError: there is no tagger, or a changed or damaged one.
    """
    beam.check(arguments)
    opened = opening.open_model(arguments.model)
    bundle = opened.bundle()

    from tflm.bundle import sentence_tagger

    tagger = sentence_tagger.SentenceTagger(bundle, arguments.beam)
    if sys.stdin.isatty():
        print(f"{opened.name}: type a line; Ctrl-D leaves.", file=sys.stderr)
    with contextlib.suppress(KeyboardInterrupt):  # So one leaves, too.
        sentence_tagger.run(tagger, sys.stdin, sys.stdout, arguments.json)
