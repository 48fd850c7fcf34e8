r"""What learning from a teacher is worth on the Penn Treebank, by its gate.

python -m benchmarks.distillation --text=ptb --teacher=build/ptb/best-5mb \
    --output=results/ptb/distillation.json
python -m benchmarks.distillation --results=results/ptb/distillation.json

The second prints the table of a run before. One model of the table of
`tflm ptb` is trained alone and by each gate, for the same steps and from the
same first weights, once a seed; what is scored is its int8 file. What is in
--build is not made again.
"""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence
from typing import cast, get_args

from absl import app, flags, logging

from benchmarks import program
from benchmarks.distillation_table import ALONE, table
from tflm.experiment import claim, ptb, stages
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.quality import quality
from tflm.report.rows import Row, load_rows, save_rows
from tflm.text.dataset import Text
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig, Gate

_LESSONS = (ALONE, *get_args(Gate))

_TEXT = flags.DEFINE_string("text", "ptb", "Directory of ptb.train.txt.")
_TEACHER = flags.DEFINE_string("teacher", None, "As tflm train takes it.")
_MODEL = flags.DEFINE_string("model", "best-1mb", "One of tflm ptb --list.")
_LESSON = flags.DEFINE_list("lessons", [*_LESSONS], "Which, of these.")
_SEEDS = flags.DEFINE_list("seeds", ["0", "1"], "Of first weights and more.")
_EPOCHS = flags.DEFINE_float("epochs", 8, "Of each run; 0: as in the table.")
_WORDS = flags.DEFINE_integer("words", 30, "Of the teacher to keep.")
_WEIGHT = flags.DEFINE_float("weight", 0.5, "Of the teacher, at first.")
_FINAL = flags.DEFINE_float("final_weight", 0.05, "The same at the end.")
_POWER = flags.DEFINE_float("power", 1, "That target and max go by.")
_TEMPERATURE = flags.DEFINE_float("temperature", 1, "Of both.")
_BUILD = flags.DEFINE_string("build", "build/distillation", "For all files.")
_RESULTS = flags.DEFINE_string("results", None, "Rows to print, no more.")


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    if _RESULTS.value:
        rows = load_rows(_RESULTS.value)
    else:
        rows = [*measure()]
    print(table(rows))


def measure() -> Iterator[Row]:
    """Yields the row of each run, and saves it with those before."""
    if not _TEACHER.value:
        raise app.UsageError("give --teacher, or --results to print a run")
    found: list[Row] = []
    experiment = ptb.experiments(_TEXT.value)[_MODEL.value]
    build = pathlib.Path(_BUILD.value)
    text = stages.prepare_text(experiment, build / "text")
    for seed in map(int, _SEEDS.value):
        for lesson in _LESSON.value:
            config = dataclasses.replace(
                experiment, training=training(experiment, lesson, seed)
            )
            found.append(run(config, text, build, lesson))
            if program.OUTPUT.value:
                save_rows(found, program.OUTPUT.value)
            yield found[-1]


def training(
    experiment: ExperimentConfig, lesson: str, seed: int
) -> TrainingConfig:
    """Returns how a run is trained, by the flags."""
    how = None
    if lesson != ALONE:
        how = DistillationConfig(
            teacher=_TEACHER.value,
            words=_WORDS.value,
            weight=_WEIGHT.value,
            final_weight=_FINAL.value,
            gate=cast(Gate, lesson),
            power=_POWER.value,
            temperature=_TEMPERATURE.value,
        )
    usual = experiment.training
    return dataclasses.replace(
        usual,
        epochs=_EPOCHS.value or usual.epochs,
        seed=seed,
        distillation=how,
    )


def run(
    config: ExperimentConfig, text: Text, build: pathlib.Path, lesson: str
) -> Row:
    """Returns the row of the file of a model that is trained, or was."""
    how = config.training
    name = f"{config.name}, {lesson}, seed {how.seed}"
    asked = {"model": config.name, "training": claim.settings(how)}
    place = build / stages.file_name(f"{name} {asked}")
    claim.claim(place, asked)
    logging.info("%s", name)
    trained = stages.train_model(place, config.name, config.model, how, text)
    content = stages.content(
        place / "int8.tflite", lambda: convert.convert(trained.model, "int8")
    )

    def make() -> Row:
        [reached] = stages.progress(place)
        record = {
            "lesson": lesson,
            "training": claim.settings(how),
            "training_seconds": reached["seconds"],
            "learning_curves": [
                [round(at["valid_perplexity"], 2) for at in reached["history"]]
            ],
        }
        return stages.make_row(
            name,
            content,
            quality(load_step(content), config, text),
            text.origin,
            program.command("distillation"),
            record,
            parameters=trained.model.parameters,
        )

    return stages.row(place / "row.json", make)


if __name__ == "__main__":
    app.run(main)
