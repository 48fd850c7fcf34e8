"""Whose a directory is: one run's, which may go on there and no other."""

import dataclasses
import json
import pathlib
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from tflm import directories, files
from tflm.model import identity
from tflm.model.identity import without
from tflm.training.config import YOUNGER, TrainingConfig

_CLAIM = "run.json"
_MODEL = "model.npz"
_ORIGIN = "origin.json"  # Beside the model in a directory of `tflm.save`.
# What no run had at first, as it is where nobody asks for it.
_YOUNGER = (
    *identity.YOUNGER,
    *YOUNGER,
    ("curated", False),
    ("deduplicate", ""),
    ("scored_on", ""),
)
# What runs leave in their directories, or put in another's place.
_WRITTEN = (
    *("checkpoints", "files", "models", "bundles", "text"),
    *("recipe.toml", "rows.json", "vocabulary.txt", _MODEL, _ORIGIN),
)


def claim(
    directory: files.Path,
    asked: Mapping[str, Any],
    overwrite: bool = False,
    more: Sequence[str] = (),
) -> None:
    """Takes a directory for a run, which may have been begun there.

    Args:
        directory: it is made.
        asked: what the run shall do, as JSON can hold it.
        overwrite: whether a finished or another run there is thrown away.
        more: names of what this run writes there and others do not.

    Raises:
        FileExistsError: it is a file.
        ValueError: another run has left something there or goes on there, or
            what no run left is in its way.
    """
    directory = pathlib.Path(directory)
    if directory.is_file():
        raise FileExistsError(f"{directory} is a file: give a directory")
    directory.mkdir(parents=True, exist_ok=True)
    directories.hold(directory)
    path = directory / _CLAIM
    if not path.exists():
        _check_free(directory, more)
    wanted = json.dumps(
        without(asked, _YOUNGER), indent=1, default=dataclasses.asdict
    )
    is_same = path.exists() and path.read_text("utf-8") == wanted
    if overwrite and (not is_same or (directory / _MODEL).exists()):
        _clear(directory)
    elif path.exists() and not is_same and _has_work(directory):
        raise ValueError(
            f"{directory} belongs to another run (other model, text or "
            f"settings): give another --output or remove it"
        )
    files.write(path, wanted)


def settings(config: TrainingConfig | None) -> dict[str, Any] | None:
    """Returns what a claim must say of training, None for none."""
    return config.settings() if config else None


def _has_work(directory: pathlib.Path) -> bool:
    """Tells whether more is there than what any run could use."""
    names = {path.name for path in directory.iterdir()}
    return bool(names - {_CLAIM, "recipe.toml", "text"})


def _check_free(directory: pathlib.Path, more: Sequence[str]) -> None:
    """Refuses what runs would overwrite, but for a model that was saved."""
    if (directory / _ORIGIN).exists():
        return
    for name in (*_WRITTEN, *more):
        if (directory / name).exists():
            raise ValueError(
                f"{directory / name} is in the way, and no run of tflm has "
                f"left it: give another --output"
            )


def _clear(directory: pathlib.Path) -> None:
    """Removes a run; the model last, as its presence says it is finished."""
    for name in ("checkpoints", "trials"):
        shutil.rmtree(directory / name, ignore_errors=True)
    if (directory / "search" / _CLAIM).exists():
        shutil.rmtree(directory / "search")
    for ending in ("tflite", "json"):  # As `stages.file_name` has them.
        for path in (directory / "files").glob(f"*-??????.{ending}"):
            path.unlink()
    for name in ("rows.json", "trials.json", _CLAIM, _MODEL):
        (directory / name).unlink(missing_ok=True)
