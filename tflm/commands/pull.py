"""tflm pull: a bundle from the Hugging Face hub."""

import argparse

from tflm import directories
from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm pull`."""
    parser = options.command(
        commands,
        "pull",
        run,
        "download a bundle from the Hugging Face hub and check it",
        examples=(
            "tflm pull somebody/keyboard --output=bundle",
            "tflm pull somebody/keyboard@v2 --output=bundle --overwrite",
        ),
        more="It needs pip install 'tflm-toolkit[hub]'.",
    )
    parser.add_argument(
        "repository",
        metavar="USER/NAME[@REVISION]",
        help="the revision is a branch, a tag or a commit (main)",
    )
    options.add_output(parser, required=True)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments: argparse.Namespace) -> None:
    """Downloads and checks; prints the commit."""
    from tflm.hub.client import Place
    from tflm.hub.pull import pull

    directories.check(arguments.output, arguments.overwrite)
    place = Place.parse(arguments.repository)
    commit = pull(place, arguments.output, arguments.overwrite)
    found = {"bundle": arguments.output, "from": str(place), "commit": commit}
    options.show(found, arguments.json)
