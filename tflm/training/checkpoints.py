"""What a killed run goes on from."""

import dataclasses
import hashlib
import json
import pathlib
import time
from typing import Any

import numpy as np
from absl import logging

from tflm import arrays, files, json_files
from tflm.model.identity import identity
from tflm.training.trainer import Progress, Trainer


class Checkpoints:
    """The last two states of a run, in one directory."""

    def __init__(self, directory: files.Path, run: Trainer):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.run = run
        self.saved_at = time.monotonic()
        self.fingerprint = _fingerprint(run)
        self.kept: list[pathlib.Path] = []

    def restore(self) -> None:
        """Takes up the newest checkpoint that is whole, if there is one."""
        for path in reversed(self._paths()):
            try:
                fingerprint, progress, loaded = read(path)
            except (OSError, ValueError):
                logging.warning("checkpoint %s is damaged: skipped", path.name)
                continue
            self._check(fingerprint, loaded, path)
            self.run.progress = progress
            for variable, value in zip(
                self.run.variables(), loaded, strict=True
            ):
                variable.assign(value)
            self.kept = [path]
            logging.info("going on from step %d", self.run.progress.step)
            return

    def save_if_due(self) -> None:
        """Saves the run after its best epoch, or some time after the last."""
        interval = self.run.config.checkpoint_seconds
        if self.run.is_best or time.monotonic() - self.saved_at >= interval:
            self.save()

    def save(self) -> None:
        """Writes a checkpoint and removes all but the one before it.

        Raises:
            OSError: the directory cannot be written.
        """
        record = dataclasses.asdict(self.run.progress)
        record["fingerprint"] = self.fingerprint
        values = [variable.numpy() for variable in self.run.variables()]
        text = np.frombuffer(json.dumps(record).encode(), np.uint8)
        path = self.directory / f"step-{self.run.progress.step:09d}.npz"
        with files.writing(path) as file:
            np.savez(
                file,
                progress=text,
                **{f"v{i}": value for i, value in enumerate(values)},
            )
        self.kept = [old for old in self.kept if old != path][-1:] + [path]
        for old in set(self._paths()).difference(self.kept):
            old.unlink()
        self.saved_at = time.monotonic()

    def _paths(self) -> list[pathlib.Path]:
        return sorted(self.directory.glob("step-*.npz"))

    def _check(self, fingerprint: str, loaded, path: pathlib.Path) -> None:
        shapes = [variable.shape for variable in self.run.variables()]
        same = [value.shape for value in loaded] == shapes
        if fingerprint != self.fingerprint or not same:
            raise ValueError(
                f"{path} belongs to another run (other text, model or "
                f"training settings): give another directory or remove it"
            )


def read(path: files.Path) -> tuple[str, Progress, list[np.ndarray]]:
    """Returns the fingerprint, the progress and the variables of a run.

    Raises:
        OSError: there is no such file.
        ValueError: it is no checkpoint.
    """
    found = arrays.read(path)
    if "progress" not in found:
        raise ValueError(f"{path} is no checkpoint")
    record = json_files.parse(
        found.pop("progress").tobytes(), str(path), dict[str, Any], has_nan=True
    )
    fingerprint = str(record.pop("fingerprint", ""))
    if "best_perplexity" in record:  # Of 0.2.0.
        record["best"] = record.pop("best_perplexity")
    progress = json_files.convert(record, str(path), Progress)
    names = [f"v{i}" for i in range(len(found))]
    if found.keys() != {*names}:
        raise ValueError(f"{path} has variables {', '.join(found)}")
    return fingerprint, progress, [found[name] for name in names]


def _fingerprint(run: Trainer) -> str:
    """Returns what two runs must share for one to go on with the other."""
    settings = run.config.settings()
    text = [identity(run.model.config), json.dumps(settings)]
    text += run.course.facts()
    return hashlib.sha256("\n".join(text).encode()).hexdigest()
