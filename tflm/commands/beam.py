"""The argument of a beam, which a tagger's labels are searched with."""

import argparse


def add(parser: argparse.ArgumentParser, whose: str = "") -> None:
    """Adds --beam; `whose` says of what, as in "of a tagger: "."""
    parser.add_argument(
        "--beam",
        type=int,
        default=1,
        help=f"{whose}sequences of labels that are kept (default: 1)",
    )


def check(arguments: argparse.Namespace) -> None:
    """Raises ValueError for a beam of nothing."""
    if arguments.beam < 1:
        raise ValueError(f"--beam must be 1 or more, got {arguments.beam}")
