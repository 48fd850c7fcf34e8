"""tflm inspect: what any .tflite file holds."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm inspect`."""
    parser = options.command(
        commands, "inspect", run, "show what any .tflite file holds"
    )
    parser.add_argument("file", help="bundle or .tflite file")
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

    found = inspect.inspect(options.model_bytes(arguments.file))
    if arguments.json:
        name = {"name": pathlib.Path(arguments.file).name}
        print(json.dumps(name | dataclasses.asdict(found), indent=1))
    else:
        print(inspection_table.text(found))
