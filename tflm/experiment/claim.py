"""Whose a directory is: one run's, which may go on there and no other."""

import dataclasses
import hashlib
import json
import pathlib
import shutil
from collections.abc import Mapping
from typing import Any

from tflm import files
from tflm.model.language_model import LanguageModel
from tflm.training.config import YOUNGER, TrainingConfig

_CLAIM = "run.json"
_MODEL = "model.npz"


def claim(
    directory: files.Path, asked: Mapping[str, Any], overwrite: bool = False
) -> None:
    """Takes a directory for a run, which may have been begun there.

    Args:
        directory: it is made.
        asked: what the run shall do, as JSON can hold it.
        overwrite: whether a finished or another run there is thrown away.

    Raises:
        ValueError: another run has left something there.
    """
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / _CLAIM
    wanted = json.dumps(_said(asked), indent=1, default=dataclasses.asdict)
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


def digest(model: LanguageModel) -> str:
    """Returns the SHA-256 of a model's configuration and weights."""
    found = hashlib.sha256(model.config.to_json().encode())
    for weight in model.named_weights().values():
        found.update(weight.numpy().tobytes())
    return found.hexdigest()


def _said(asked: Any) -> Any:
    """Returns what is asked without settings that stand for nothing.

    So that what was begun when no run had them is still the same run.
    """
    if isinstance(asked, Mapping):
        return {
            name: _said(value)
            for name, value in asked.items()
            if (name, value) not in YOUNGER
        }
    if isinstance(asked, list | tuple):
        return [_said(value) for value in asked]
    return asked


def _has_work(directory: pathlib.Path) -> bool:
    """Tells whether more is there than what any run could use."""
    names = {path.name for path in directory.iterdir()}
    return bool(names - {_CLAIM, "recipe.toml", "text"})


def _clear(directory: pathlib.Path) -> None:
    """Removes a run; the model last, as its presence says it is finished."""
    shutil.rmtree(directory / "checkpoints", ignore_errors=True)
    for name in (_CLAIM, _MODEL):
        (directory / name).unlink(missing_ok=True)
