"""Arguments and output that several commands share."""

import argparse
import json
import pathlib
import shlex
import sys
from collections.abc import Callable
from typing import Any

SCORED_SENTENCES = 500  # Of test text, on which commands score a file.
CORPUS_HELP = "chitchat, ptb:DIR, wikitext2:DIR, or a text file or folder"

TRAINING = {
    "epochs": (float, "passes over the text"),
    "batch": (int, "rows side by side"),
    "steps": (int, "words after which the gradient is cut"),
    "optimizer": (str, "sgd or adam"),
    "learning_rate": (float, "the highest of the run"),
    "schedule": (str, "constant, decay, cosine or one_cycle"),
    "loss": (str, "full, or sampled: faster, nearly as good"),
    "patience": (int, "epochs without gain before it stops"),
    "seed": (int, "of all that is random"),
    "checkpoint_seconds": (float, "how often a run saves itself"),
}


def command(
    commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    help_text: str,
) -> argparse.ArgumentParser:
    """Returns the parser of a new command."""
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(run=run)
    return parser


def add_model(parser: argparse.ArgumentParser) -> None:
    """Adds the model that a command reads."""
    parser.add_argument("model", help="model directory, .keras or .h5 file")
    parser.add_argument("--vocabulary", help="words of a .keras or .h5 file")


def add_training(parser: argparse.ArgumentParser) -> None:
    """Adds the settings of training, none of which has a default."""
    for name, (kind, help_text) in TRAINING.items():
        parser.add_argument(f"--{name}", type=kind, help=help_text)


def add_mlflow(parser: argparse.ArgumentParser) -> None:
    """Adds --mlflow."""
    parser.add_argument(
        "--mlflow",
        metavar="URI",
        help="log to this MLflow, as in http://127.0.0.1:5000 or "
        "sqlite:///mlflow.db (pip install 'tflm-toolkit[mlflow]')",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds --json."""
    parser.add_argument("--json", action="store_true", help="for programs")


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """Adds --overwrite."""
    parser.add_argument("--overwrite", action="store_true", help="replace it")


def given_training(arguments: argparse.Namespace) -> dict[str, Any]:
    """Returns the settings of training that were given."""
    return {
        name: getattr(arguments, name)
        for name in TRAINING
        if getattr(arguments, name) is not None
    }


def new_model_directory(path: str, overwrite: bool) -> pathlib.Path:
    """Returns a directory for a model; it is made when there is one to save.

    Raises:
        FileExistsError: a finished model is there and `overwrite` is not set.
    """
    directory = pathlib.Path(path)
    model = directory / "model.npz"
    if model.exists() and not overwrite:
        raise FileExistsError(f"{directory} exists: give --overwrite")
    return directory


def model_bytes(path: str) -> bytes:
    """Returns the content of a .tflite file or of that of a bundle.

    Raises:
        ValueError: it is damaged.
    """
    from tflm.tflite.flatbuffer import verify

    place = pathlib.Path(path)
    if place.is_dir():
        place = place / "model.tflite"
    content = place.read_bytes()
    try:
        verify.check(content)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return content


def own_command() -> str:
    """Returns the command that is running, as one would type it."""
    return shlex.join(["tflm", *sys.argv[1:]])


def show(values: dict[str, Any], as_json: bool) -> None:
    """Prints results, a line each or as JSON."""
    if as_json:
        print(json.dumps(values, indent=1))
        return
    for name, value in values.items():
        if isinstance(value, float):
            value = f"{value:.4f}"
        if not isinstance(value, list):
            print(f"{name:24} {value}")
