"""What `tflm export --to` writes beside bundles: a step of another runtime."""

import argparse
from typing import TYPE_CHECKING

from tflm.commands import options

if TYPE_CHECKING:
    from tflm.model.workspace import Trained

_OF_BUNDLES = (
    *("format", "runtime", "no_metadata", "cache", "windows", "start"),
    *("corpus", "name", "mlflow", "recipe"),
)


def check(arguments: argparse.Namespace) -> None:
    """Raises ValueError for flags of what bundles alone have."""
    given = [f"--{name}" for name in _OF_BUNDLES if getattr(arguments, name)]
    if given:
        raise ValueError(
            f"--to={arguments.to} writes weights as they are and the words, "
            f"and no bundle: leave {' and '.join(given)} out"
        )


def write(arguments: argparse.Namespace, trained: "Trained") -> None:
    """Writes a model's step and its words, and says where.

    Raises:
        ValueError: it is a tagger, or as `tflm.containers.export.export`.
        FileExistsError: as there.
    """
    import pathlib

    from tflm.containers import export as containers

    if trained.lexicon:
        raise ValueError(f"--to={arguments.to} is for no tagger: leave it out")
    name = containers.export(
        trained.model,
        trained.vocabulary,
        arguments.output,
        arguments.to,
        arguments.overwrite,
    )
    made = pathlib.Path(arguments.output, name)
    options.show({arguments.to: str(made)}, arguments.json)
