"""The stages of a run: each leaves a file, and is not done again where it is.

So a run that was killed goes on when it is started again, and ends with the
same weights. Experiments, searches and commands are made of these stages.
"""

import dataclasses
import functools
import hashlib
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from absl import logging

from tflm import compression, files, json_files
from tflm.compression import Fit, Method, skip_training
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.tasks import task_of
from tflm.experiment.tasks.task import AnyText
from tflm.latency import benchmark
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import ModelConfig
from tflm.model.network import Network
from tflm.model.workspace import Trained
from tflm.report import provenance
from tflm.report.rows import Row, load_rows, save_rows, zip_bytes
from tflm.text.dataset import Origin
from tflm.tflite.flatbuffer import verify
from tflm.tflite.flatbuffer.micronet import micronet
from tflm.training.config import TrainingConfig
from tflm.training.team import ALONE, Team
from tflm.training.train import fit_by, train_by
from tflm.training.trainer import Progress

_MODEL = "model.npz"


def prepare_text(config: ExperimentConfig, place: files.Path) -> Any:
    """Returns the text of an experiment, in ids that `place` keeps.

    Raises:
        ValueError: the corpus is bad, or its language is not known.
    """
    return task_of(config.model).prepare(config, pathlib.Path(place))


def train_model(
    place: files.Path,
    name: str,
    config: ModelConfig,
    training: TrainingConfig,
    text: AnyText,
    on_epoch: Callable[[Progress], None] | None = None,
) -> Trained:
    """Returns a model that was trained in the directory `place`.

    Args:
        place: where the model and its checkpoints go.
        name: of the model, for its origin.
        config: its shape; the sizes of its tables are the text's.
        training: how.
        text: to train on.
        on_epoch: as of `train`; a model that is there calls it no more.

    Raises:
        ValueError: `place` has the model of another text, or its checkpoints.
    """

    def make() -> Trained:
        logging.info("training: %s", name)
        model = train_in_team(place, config, training, text, ALONE, on_epoch)
        origin = dataclasses.replace(text.origin, recipe=name)
        return task_of(config).trained(model, text, origin)

    found = _saved(place, make)
    of = found.origin.corpus_sha256
    if of and of != text.origin.corpus_sha256:
        raise ValueError(
            f"{place} has a model of {text.origin.corpus} as it was before it "
            f"was changed: give another --output, or remove it"
        )
    return found


def train_in_team(
    place: files.Path,
    config: ModelConfig,
    training: TrainingConfig,
    text: AnyText,
    team: Team,
    on_epoch: Callable[[Progress], None] | None = None,
) -> Network:
    """Returns a model that a team has trained, each process with this call.

    It leaves the checkpoints of `train_model`, which is then done at once.

    Raises:
        ValueError: the training does not fit the model, the text or the team,
            or the processes see different checkpoints.
    """
    task = task_of(config)
    model = build_model(task.shape(config, text), training.seed)
    where = pathlib.Path(place) / "checkpoints"
    course = task.course(model, text, training, team)
    train_by(model, course, training, where, on_epoch=on_epoch)
    return model


def compress_model(
    place: files.Path,
    trained: Trained,
    methods: Sequence[Method],
    tuning: TrainingConfig | None = None,
    text: AnyText | None = None,
) -> Trained:
    """Returns what methods make of a model, kept in the directory `place`.

    Args:
        place: where the smaller model and its checkpoints go.
        trained: it is left as it was.
        methods: applied from left to right.
        tuning: how to train after each; None for not at all.
        text: to train on, where anything is trained.

    Raises:
        ValueError: the methods do not fit the model or one another.
    """

    def make() -> Trained:
        logging.info("compressing: %s", compression.text(methods) or "nothing")
        fit: Fit = skip_training
        if tuning and text:
            where = pathlib.Path(place) / "checkpoints"
            task = task_of(trained.model.config)
            course = functools.partial(task.tuning_course, text)
            fit = fit_by(course, tuning, where)
        smaller = compression.apply(methods, trained.model, fit)
        return trained.after(smaller, compression.text(methods))

    return _saved(place, make)


def is_done(place: files.Path) -> bool:
    """Tells whether `place` has a model, so that nothing is left to do."""
    return (pathlib.Path(place) / _MODEL).exists()


def progress(place: files.Path) -> list[dict[str, Any]]:
    """Returns what was reached in each training run of the model at `place`.

    Each has the fields of `training.trainer.Progress`.
    """
    checkpoints = pathlib.Path(place) / "checkpoints"
    paths = sorted(checkpoints.rglob("progress.json"))
    return [
        json_files.read(path, dict[str, Any], has_nan=True) for path in paths
    ]


def content(path: files.Path, make: Callable[[], bytes]) -> bytes:
    """Returns the content of a file, which `make` makes if it is not there."""
    path = pathlib.Path(path)
    if not path.exists():
        logging.info("making %s", path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, make())
    return path.read_bytes()


def row(path: files.Path, make: Callable[[], Row]) -> Row:
    """Returns the row kept at `path`, which `make` measures if it is not."""
    path = pathlib.Path(path)
    if not path.exists():
        logging.info("scoring %s", path.stem)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_rows([make()], path)
    return load_rows(path)[0]


def make_row(
    name: str,
    model: bytes,
    quality: Mapping[str, float],
    origin: Origin,
    command: str,
    record: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Row:
    """Returns a row of a file, with its sizes and what made it.

    Args:
        name: for people.
        model: content of the file.
        quality: as `score` gives it.
        origin: of the text.
        command: what made the row.
        record: added to its provenance.
        **fields: others of `Row`; the recipe is the name if it is not given.
    """
    made = provenance.provenance(command, origin.corpus, origin.corpus_sha256)
    fields.setdefault("file_sha256", hashlib.sha256(model).hexdigest())
    if verify.is_tflite(model):  # And no n-gram model.
        fields.setdefault("micronet", micronet(model).score)
    return Row(
        name=name,
        bytes=len(model),
        zip_bytes=zip_bytes(model),
        quality=dict(quality),
        provenance=made | dict(record or {}),
        **{"recipe": name} | fields,
    )


def file_name(name: str) -> str:
    """Returns what the file of a row is called, without an ending.

    The digest keeps apart names that differ in what no file name may have.
    """
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    plain = "".join(c if c.isalnum() else "-" for c in name)[:40]
    return f"{plain}-{digest}"


def timed(
    rows: Sequence[Row],
    contents: Mapping[str, bytes],
    runs: int,
    tokens: Sequence[int] | None = None,
) -> list[Row]:
    """Returns rows with the times of their files, of one interleaved run.

    Args:
        rows: those without a file among `contents` are as they were.
        contents: of the files, by the names of their rows.
        runs: steps of each to measure.
        tokens: what the files read, as `benchmark.rounds` takes it.
    """
    found = benchmark.interleave(contents, runs=runs, tokens=tokens)
    return [
        dataclasses.replace(row, latency=dataclasses.asdict(found[row.name]))
        if row.name in found
        else row
        for row in rows
    ]


def _saved(place: files.Path, make: Callable[[], Trained]) -> Trained:
    if not is_done(place):
        workspace.save(make(), place)
    return workspace.load(place)
