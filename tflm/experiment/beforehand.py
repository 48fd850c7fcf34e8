"""The models of experiments, trained side by side before `run` measures."""

import collections
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from tflm import files
from tflm.experiment import run, stages, teachers
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.scale.workers import Workers

_Job = tuple[ExperimentConfig, pathlib.Path, Variant]


def train(
    experiments: Mapping[str, ExperimentConfig],
    directory: files.Path,
    workers: Workers,
) -> None:
    """Trains all models of experiments, and measures nothing.

    Each experiment has its own directory of `directory`, where `run.run` goes
    on with the very same models as if it had trained them.

    Args:
        experiments: by their names.
        directory: which all machines see.
        workers: who trains.

    Raises:
        ValueError: a directory belongs to another experiment, or a corpus is
            bad.
        OSError, RuntimeError: workers cannot be had.
    """
    places = {name: pathlib.Path(directory) / name for name in experiments}
    for name, config in experiments.items():
        run.begin(config, places[name])
        # Once, before several would.
        stages.prepare_text(config, places[name] / "text")
    with workers.connected():
        for wave in _waves(experiments, places):
            jobs = {
                f"{name} {variant.model_slug}": (config, place, variant)
                for name, config, variant in wave
                for place in [places[name]]
                if not stages.is_done(run.model_path(place, variant))
            }
            workers.carry_out(_train, jobs)


def _waves(
    experiments: Mapping[str, ExperimentConfig],
    places: Mapping[str, pathlib.Path],
) -> Iterator[Sequence[tuple[str, ExperimentConfig, Variant]]]:
    """Yields models that need none of each other, but those before them.

    Whatever has methods needs the model without, and who is taught the
    teachers, where they are some of these.
    """
    full = {run.model_path(places[name], run.FULL): name for name in places}
    waves = collections.defaultdict(list)

    def first(name: str) -> int:
        lesson = experiments[name].training.distillation
        if lesson is None:
            return 0
        paths = map(pathlib.Path, teachers.paths(lesson))
        return 1 + max((first(full[p]) for p in paths if p in full), default=0)

    for name, config in experiments.items():
        wave = first(name)
        waves[wave].append((name, config, run.FULL))
        models = {each.model_slug: each for each in config.variants}
        waves[wave + 1] += [
            (name, config, each) for each in models.values() if each.methods
        ]
    yield from (waves[number] for number in sorted(waves))


def _train(job: _Job) -> None:
    run.train(*job)
