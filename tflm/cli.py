"""The command `tflm`: each part of the toolkit from a shell.

Results go to standard output, `--json` for programs; progress and errors to
standard error. Exit codes: 0 done, 1 a check failed, 2 misuse.
"""

import argparse
import os
import sys

from absl import app, logging
from absl.flags import argparse_flags

from tflm.commands import (
    benchmark,
    compress,
    corpus,
    demo,
    doctor,
    evaluate,
    export,
    inspect,
    play,
    ptb,
    report,
    suggest,
    train,
)
from tflm.commands import run as run_recipe

_COMMANDS = (
    demo,
    run_recipe,
    train,
    compress,
    export,
    evaluate,
    benchmark,
    suggest,
    play,
    inspect,
    report,
    corpus,
    ptb,
    doctor,
)


def run() -> None:
    """Runs the command with the arguments of this process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    app.run(_main, flags_parser=_parse)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse_flags.ArgumentParser(
        prog="tflm",
        description="Keras LSTM language models to small, fast .tflite files.",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show tracebacks"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add(commands)
    return parser.parse_args(argv[1:])


def _main(arguments: argparse.Namespace) -> int:
    logging.set_verbosity(logging.INFO)
    try:
        return arguments.run(arguments) or 0
    except KeyboardInterrupt:
        print("tflm: stopped; the same command goes on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # Whoever read our output has read enough.
        sys.stdout = open(os.devnull, "w")
        return 0
    except (ValueError, OSError, ArithmeticError, RuntimeError) as error:
        if arguments.verbose:
            raise
        print(f"tflm: {_one_line(error)}", file=sys.stderr)
        return 2 if isinstance(error, ValueError | FileExistsError) else 1


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    run()
