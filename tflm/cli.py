"""The command `tflm`: each part of the toolkit from a shell.

Results go to standard output, `--json` for programs; progress and errors to
standard error. Exit codes: 0 done, 1 a check failed, 2 misuse.
"""

import argparse
import os
import signal
import sys
import traceback

from tflm import __version__, console, directories
from tflm.commands import (
    benchmark,
    completion,
    compress,
    corpus,
    demo,
    doctor,
    evaluate,
    export,
    inspect,
    options,
    play,
    ptb,
    pull,
    push,
    report,
    suggest,
    sweep,
    tag,
    train,
    unzip,
)
from tflm.commands import run as run_recipe
from tflm.commands import zip as zip_command
from tflm.commands.parser import Parser, with_underscores

_COMMANDS = (
    demo,
    run_recipe,
    train,
    sweep,
    compress,
    export,
    evaluate,
    benchmark,
    suggest,
    tag,
    play,
    push,
    pull,
    inspect,
    report,
    corpus,
    ptb,
    zip_command,
    unzip,
    doctor,
    completion,
)

_MISUSE = (
    ValueError,
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
)


def run() -> None:
    """Runs the command with the arguments of this process."""
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:  # The shell asks what may come next.
        import argcomplete

        argcomplete.autocomplete(parser)
    arguments = _parse(sys.argv, parser)
    if arguments.verbose:
        console.all_lines()
    else:
        console.own_lines()
    # So that what was begun is cleaned up, and a container's process 1 ends.
    signal.signal(signal.SIGTERM, _stop)
    # TensorFlow would import Keras 3 too, a fifth of the time that it takes.
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    sys.exit(_main(arguments))


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> Parser:
    parser = Parser(
        prog="tflm",
        description="Recurrent models to small, fast, measured .tflite files.",
        epilog="tflm COMMAND --help, or tflm help COMMAND, has its options.",
    )
    parser.add_argument(
        "--version", action="version", version=f"tflm {__version__}"
    )
    parser.add_argument(
        "--verbose",
        action="store_true",
        help=options.VERBOSE_HELP,
    )
    commands = parser.add_subparsers(
        title="commands", required=True, metavar="COMMAND"
    )
    for command in _COMMANDS:
        command.add(commands)
    return parser


def _parse(argv: list[str], parser: Parser | None = None) -> argparse.Namespace:
    given = with_underscores(argv[1:])
    if given[:1] == ["help"]:
        given = [*given[1:], "--help"]
    arguments, unknown = (parser or _parser()).parse_known_args(given)
    if unknown:
        arguments.refuse(unknown)
    return arguments


def _main(arguments: argparse.Namespace) -> int:
    try:
        return arguments.run(arguments) or 0
    except KeyboardInterrupt as stop:
        print(f"tflm: {_stopped(arguments, stop)}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # Whoever read our output has read enough.
        sys.stdout = open(os.devnull, "w")
        return 0
    except (ValueError, OSError, ArithmeticError, RuntimeError) as error:
        if arguments.verbose:
            traceback.print_exc()
        print(f"tflm: {_one_line(error)}", file=sys.stderr)
        return 2 if isinstance(error, _MISUSE) else 1
    finally:
        directories.release()


def _stopped(arguments: argparse.Namespace, stop: KeyboardInterrupt) -> str:
    """Returns what to say of a command that was stopped."""
    if said := str(stop):
        return f"stopped; {said}"
    if arguments.goes_on:
        return "stopped; the same command goes on"
    return "stopped"


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    return " ".join(str(error).split()) or type(error).__name__
