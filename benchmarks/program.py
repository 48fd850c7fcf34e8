"""What the programs beside it share: how they begin and what they write."""

import json
import pathlib
import shlex
import sys
from collections.abc import Callable, Sequence
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
    write(result, OUTPUT.value)


def write(result: dict[str, Any], output: str | None) -> None:
    """Writes a result to a file, if one is given."""
    if output:
        files.write(output, json.dumps(result, indent=1) + "\n")


def begun(output: str | None, new: dict[str, Any]) -> dict[str, Any]:
    """Returns the result that a run which was stopped left, else a new one."""
    if not output or not pathlib.Path(output).is_file():
        return new
    found: dict[str, Any] = json.loads(pathlib.Path(output).read_text("utf-8"))
    return found


def show(
    name: str,
    before: str | None,
    measure: Callable[[], dict[str, Any]],
    table: Callable[[dict[str, Any]], str],
) -> None:
    """Prints a result of before, or measures, writes and prints one.

    What the flags ask for and is not there ends the program in one line.

    Args:
        name: of the program.
        before: a file that was written to --output; None to measure.
        measure: returns the result, or raises ValueError.
        table: returns it as Markdown.
    """
    if before:
        print(table(json.loads(pathlib.Path(before).read_text("utf-8"))))
        return
    try:
        result = measure()
    except ValueError as error:
        print(f"benchmarks.{name}: {error}", file=sys.stderr)
        sys.exit(2)
    save(result)
    print(table(result))
