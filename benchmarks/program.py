"""What the programs beside it share: how they begin and what they write."""

import json
import shlex
import sys
from collections.abc import Sequence
from typing import Any

from absl import app, flags, logging

from tflm import files

OUTPUT = flags.DEFINE_string("output", None, "JSON file to write.")


def begin(argv: Sequence[str]) -> None:
    """Refuses arguments that are no flags, and logs what is done.

    Raises:
        app.UsageError: there are such arguments.
    """
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)


def command(name: str) -> str:
    """Returns the command that is running, as one would type it."""
    return shlex.join(["python", "-m", f"benchmarks.{name}", *sys.argv[1:]])


def save(result: dict[str, Any]) -> None:
    """Writes a result to the file --output, if it was given."""
    if OUTPUT.value:
        files.write(OUTPUT.value, json.dumps(result, indent=1) + "\n")
