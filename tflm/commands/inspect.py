"""tflm inspect: what any .tflite file holds."""

import argparse

from tflm.commands import foreign, options
from tflm.experiment import opening


def add(commands) -> None:
    """Adds `tflm inspect`."""
    parser = options.command(
        commands,
        "inspect",
        run,
        "show what any .tflite file holds",
        usage="FILE [options]",
        examples=(
            "tflm inspect build/bundle",
            "tflm inspect somebodys.tflite --json",
        ),
    )
    foreign.add_any_model(parser, "file")
    options.add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    """Prints what a .tflite file holds.

    Raises:
        ValueError: it is damaged.
    """
    import dataclasses
    import json
    import pathlib

    from tflm.tflite import inspect, inspection_table

    opened = opening.open_model(
        arguments.file,
        file_format=arguments.format,
        has_words=False,
        **foreign.given(arguments),
    )
    found = inspect.inspect(opened.content())
    if arguments.json:
        name = {"name": pathlib.Path(arguments.file).name}
        print(json.dumps(name | dataclasses.asdict(found), indent=1))
    else:
        print(inspection_table.text(found))
