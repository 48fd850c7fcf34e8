"""--workers and --ray: the processes that work for a command."""

import argparse


def add(parser, what: str):
    """Adds both to a group of their own, which is returned.

    Args:
        parser: of the command.
        what: they do, for the help.
    """
    return _add(
        parser,
        f"processes of this machine that {what}",
        f"HOST:PORT of a Ray cluster whose machines {what}; auto for the one "
        f"of this machine",
    )


def add_team(parser):
    """Adds both for processes that train one model together."""
    return _add(
        parser,
        "processes that train the model together",
        "HOST:PORT of a Ray cluster whose machines they are on; auto for the "
        "one of this machine (default: this machine alone)",
    )


def _add(parser, workers: str, ray: str):
    group = parser.group("workers", "pip install 'tflm-toolkit[ray]'")
    group.add_argument("--workers", type=int, help=workers)
    group.add_argument("--ray", metavar="ADDRESS", help=ray)
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


def team(arguments: argparse.Namespace):
    """Returns how many train together, and their `Workers`; None for none.

    Raises:
        ValueError: it is not said how many.
    """
    count, address = arguments.workers, arguments.ray
    if count is None and address is None:
        return None
    if not count or count < 1:
        raise ValueError(
            f"--workers={count or 0} train nothing: give how many do, 1 or more"
        )
    from tflm.scale.workers import Workers

    here = 0 if address else count
    return count, Workers(here, address or "", arguments.cpus)
