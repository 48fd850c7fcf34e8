"""tflm push: a bundle to the Hugging Face hub."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm push`."""
    parser = options.command(
        commands,
        "push",
        run,
        "upload a bundle to the Hugging Face hub",
        examples=(
            "tflm push build/bundle me/keyboard",
            "tflm push build/bundle me/keyboard --private --revision=v2",
        ),
        more="It needs pip install 'tflm-toolkit[hub]', and hf auth login.",
    )
    parser.add_argument("bundle", help="directory that tflm export wrote")
    parser.add_argument(
        "repository", metavar="USER/NAME", help="made if it is not there"
    )
    parser.add_argument(
        "--private", action="store_true", help="others may not see it"
    )
    parser.add_argument("--revision", help="branch to push to (main)")
    parser.add_argument(
        "--language", help="of the text, as in en (that of a known corpus)"
    )
    parser.add_argument(
        "--license",
        help="of the model, as the hub spells it, as in mit (the corpus's)",
    )
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    """Uploads; prints the commit."""
    import dataclasses

    from tflm.hub.client import Place
    from tflm.hub.push import push

    place = Place.parse(arguments.repository)
    if arguments.revision:
        place = dataclasses.replace(place, revision=arguments.revision)
    url = push(
        arguments.bundle,
        place,
        arguments.private,
        arguments.language,
        arguments.license,
    )
    options.show({"pushed": str(place), "commit": url}, arguments.json)
