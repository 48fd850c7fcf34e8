"""--workers and --ray: the processes that work for a command."""

import argparse


def add(parser, what: str):
    """Adds both to a group of their own, which is returned.

    Args:
        parser: of the command.
        what: they do, for the help.
    """
    group = parser.group("workers", "pip install 'tflm-toolkit[ray]'")
    group.add_argument(
        "--workers", type=int, help=f"processes of this machine that {what}"
    )
    group.add_argument(
        "--ray",
        metavar="ADDRESS",
        help=f"HOST:PORT of a Ray cluster whose machines {what}; auto for the "
        f"one of this machine",
    )
    return group


def add_cpus(group) -> None:
    """Adds --cpus to the group of workers that train."""
    group.add_argument(
        "--cpus",
        type=int,
        default=1,
        help="processors of a cluster's machine that each takes, with --ray "
        "(default: 1)",
    )


def given(arguments: argparse.Namespace):
    """Returns the `Workers` that were asked for, None for none."""
    if arguments.workers is None and arguments.ray is None:
        return None
    from tflm.scale.workers import Workers

    cpus = getattr(arguments, "cpus", 1)
    return Workers(arguments.workers or 0, arguments.ray or "", cpus)
