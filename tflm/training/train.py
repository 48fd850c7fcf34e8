"""Trains a model: resumable, deterministic, with a progress bar."""

import contextlib
import dataclasses
import itertools
import json
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tflm import files
from tflm.model.language_model import LanguageModel
from tflm.model.network import Network
from tflm.training.checkpoints import Checkpoints
from tflm.training.config import TrainingConfig
from tflm.training.course import Course
from tflm.training.distillation.soft_targets import SoftTargets
from tflm.training.text_course import TextCourse
from tflm.training.trainer import DivergedError, Progress, Trainer


def train(
    model: LanguageModel,
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
    on_epoch: Callable[[Progress], None] | None = None,
    targets: SoftTargets | None = None,
    eos: int | None = None,
) -> Progress:
    """Trains `model` in place; it ends with its best weights in validation.

    Args:
        model: what to train.
        train_ids: int32 [n], a text as `Vocabulary.encode_text` gives it.
        valid_ids: int32 [m], likewise.
        config: how.
        directory: where to keep checkpoints, TensorBoard scalars and, when
            all is done, what is returned, as `progress.json`. A run
            that was killed goes on from its last checkpoint there and ends
            with the very weights of one that was not. None keeps nothing.
        bar: whether to show a progress bar, on a terminal.
        on_epoch: called after each epoch with where the run stands; the last
            of its `history` is that epoch. A run that goes on calls it for
            the epochs that it still does.
        targets: what a teacher said of `train_ids`, for a `config` with
            `distillation`; the losses that are told are then those of both.
        eos: id of the word that ends a sentence, for a `config` with `alone`.

    Returns:
        What was reached: by epoch the perplexity in validation, the mean
        training loss (of samples, where it is sampled) and the learning rate;
        steps and seconds.

    Raises:
        DivergedError: the loss or the perplexity overflows. The last good
            checkpoint stays; there is one of the best epoch at least.
        ValueError: the text is too short for one batch, or `directory` holds
            checkpoints of another run.
        OSError: `directory` cannot be written.

    Examples:
        >>> progress = tflm.train(model, train_ids, valid_ids, how)
        >>> progress.history[-1]["valid_perplexity"] < len(words)
        True
    """
    course = TextCourse(model, train_ids, valid_ids, config, targets, eos)
    return train_by(model, course, config, directory, bar, on_epoch)


def train_by(
    model: Network,
    course: Course,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
    on_epoch: Callable[[Progress], None] | None = None,
) -> Progress:
    """Trains any model by the course of its task, as `train` does.

    Of a team each process trains the same model, and the first of them writes.
    """
    run = Trainer(model, course, config)
    saver = Checkpoints(directory, run) if directory else None
    if saver:
        saver.restore()
        course.team.check_equal(run.progress.step)
    if course.team.number:
        saver, directory, bar = None, None, False
    scalars = _scalars(directory) if directory else None
    shown = tqdm(
        total=run.total * config.batch * config.steps,
        initial=run.progress.step * config.batch * config.steps,
        unit="token",
        unit_scale=True,
        dynamic_ncols=True,
        disable=None if bar else True,
    )
    with shown, _saying_what_is_kept(saver):
        for loss in run:
            shown.update(config.batch * config.steps)
            shown.set_postfix(loss=f"{loss:.3f}", refresh=False)
            if scalars:
                _write_scalars(scalars, run, loss)
            if run.at_epoch_end and on_epoch:
                on_epoch(run.progress)
            if saver:
                saver.save_if_due()
    if saver:
        saver.save()
        model.begun = None
        record = json.dumps(dataclasses.asdict(run.progress), indent=1)
        files.write(saver.directory / "progress.json", record)
    run.use_best_weights()
    return run.progress


def make_fit(
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
    targets: SoftTargets | None = None,
    eos: int | None = None,
) -> Callable[[LanguageModel], None]:
    """Returns plain training as a value, for `tflm.compression` methods.

    Its first call keeps its checkpoints in `directory`/fit-0, the next in
    fit-1; so a killed row of methods goes on where it was. A hierarchical
    softmax, which a method may have made, is trained with the full loss.
    With `targets` it learns from a teacher, too, and with `eos` message by
    message, as `train` does.

    Examples:
        >>> fit = tflm.make_fit(train_ids, valid_ids, how)
    """

    def course(model: LanguageModel, how: TrainingConfig) -> TextCourse:
        return TextCourse(model, train_ids, valid_ids, how, targets, eos)

    return fit_by(course, config, directory, bar)


def fit_by(
    course: Callable[[Any, TrainingConfig], Course],
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
) -> Callable[[Network], None]:
    """Returns the training by the course of any task, as `make_fit` does.

    Args:
        course: returns that of a model that is trained so.
        config: how.
        directory: where checkpoints go.
        bar: whether to show a progress bar, on a terminal.
    """
    calls = itertools.count()

    def fit(model: Network) -> None:
        place = directory and pathlib.Path(directory) / f"fit-{next(calls)}"
        how = config
        if model.config.hierarchical:
            how = dataclasses.replace(config, loss="full")
        train_by(model, course(model, how), how, place, bar)

    return fit


def _write_scalars(
    scalars: tf.summary.SummaryWriter, run: Trainer, loss: float
) -> None:
    with scalars.as_default(run.progress.step):
        if run.progress.step % 100 == 0:
            tf.summary.scalar("loss", loss)
            tf.summary.scalar("learning_rate", run.learning_rate)
        if run.at_epoch_end:
            name = f"valid_{run.course.measure}"
            tf.summary.scalar(name, run.progress.history[-1][name])


@contextlib.contextmanager
def _saying_what_is_kept(saver: Checkpoints | None) -> Iterator[None]:
    """Lets the error of a run that diverges name its last good checkpoint."""
    try:
        yield
    except DivergedError as error:
        if saver is None or not saver.kept:
            raise
        kept = f"{saver.kept[-1]} is from before that"
        raise DivergedError(f"{error}; {kept}") from None


def _scalars(directory: files.Path) -> tf.summary.SummaryWriter:
    try:
        return tf.summary.create_file_writer(str(directory))
    except tf.errors.OpError as error:  # It is no OSError.
        reason = error.message.partition("\n")[0].rpartition("; ")[2]
        raise OSError(f"{directory} cannot be written: {reason}") from None
