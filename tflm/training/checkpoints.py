"""What a killed run goes on from."""

import dataclasses
import hashlib
import json
import pathlib
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from absl import logging

from tflm import arrays, files, json_files
from tflm.model.identity import identity
from tflm.training.trainer import Progress, Trainer

_SKETCHED = 64  # Numbers of a weight that tell a run's beginning.
_NEAR = 1e-3


class Saved(NamedTuple):
    """What a checkpoint holds.

    Attributes:
        fingerprint: what the run shares with one that may go on with it.
        start: sketch of the weights that it began with, float32 [n].
        progress: where it stands.
        variables: all that the next update depends on.
    """

    fingerprint: str
    start: np.ndarray
    progress: Progress
    variables: list[np.ndarray]


class Checkpoints:
    """The last two states of a run, in one directory."""

    def __init__(self, directory: files.Path, run: Trainer):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.run = run
        self.saved_at = time.monotonic()
        self.fingerprint = _fingerprint(run)
        if run.model.begun is None:
            run.model.begun = _sketch(run.weights)
        self.start = run.model.begun
        self.kept: list[pathlib.Path] = []

    def restore(self) -> None:
        """Takes up the newest checkpoint that is whole, if there is one."""
        for path in reversed(self._paths()):
            try:
                saved = read(path)
            except (OSError, ValueError):
                logging.warning("checkpoint %s is damaged: skipped", path.name)
                continue
            self._check(saved, path)
            self.run.progress = saved.progress
            for variable, value in zip(
                self.run.variables(), saved.variables, strict=True
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
                start=self.start,
                **{f"v{i}": value for i, value in enumerate(values)},
            )
        self.kept = [old for old in self.kept if old != path][-1:] + [path]
        for old in set(self._paths()).difference(self.kept):
            old.unlink()
        self.saved_at = time.monotonic()

    def _paths(self) -> list[pathlib.Path]:
        return sorted(self.directory.glob("step-*.npz"))

    def _check(self, saved: Saved, path: pathlib.Path) -> None:
        shapes = [variable.shape for variable in self.run.variables()]
        if (
            saved.fingerprint != self.fingerprint
            or [value.shape for value in saved.variables] != shapes
            or not _is_near(saved.start, self.start)
        ):
            raise ValueError(
                f"{path} belongs to another run (other text, model, method or "
                f"training settings): give another directory or remove it"
            )


def read(path: files.Path) -> Saved:
    """Returns what a checkpoint holds.

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
    start = found.pop("start", np.zeros(0, np.float32))
    names = [f"v{i}" for i in range(len(found))]
    if found.keys() != {*names}:
        raise ValueError(f"{path} has variables {', '.join(found)}")
    return Saved(fingerprint, start, progress, [found[n] for n in names])


def _fingerprint(run: Trainer) -> str:
    """Returns what two runs must share for one to go on with the other."""
    model, settings = run.model, run.config.settings()
    text = [identity(model.config), json.dumps(settings)]
    text += run.course.facts()
    text += [f"{n}: {linear.view.about}" for n, linear in model.maps.items()]
    if model.constraint:
        text.append(model.constraint.about)
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def _sketch(weights: Sequence[tf.Variable]) -> np.ndarray:
    """Returns some numbers of each weight, one after the other."""
    flat = [weight.numpy().ravel() for weight in weights]
    return np.concatenate(
        [each[:: -(-len(each) // _SKETCHED)] for each in flat if len(each)]
    )


def _is_near(one: np.ndarray, other: np.ndarray) -> bool:
    """Tells whether two runs began alike.

    That is not to the bit, as on another machine the sums of a method that
    made the weights are in another order.
    """
    if one.shape != other.shape:
        return False
    return bool(np.linalg.norm(one - other) <= _NEAR * np.linalg.norm(other))
