"""A search under a budget, from a model and the name of its text."""

import pathlib
from collections.abc import Sequence

from tflm import files
from tflm.experiment import lineage, teachers
from tflm.experiment.config import Variant
from tflm.experiment.recipe import Recipe
from tflm.experiment.tasks import task_of
from tflm.model.workspace import Trained
from tflm.scale.workers import Workers
from tflm.search import outcome, pipeline
from tflm.search.budget import Budget
from tflm.search.pipeline import FORMATS, Found
from tflm.text.dataset import Text
from tflm.tflite.formats import Format
from tflm.training.config import TrainingConfig


def compress_to_budget(
    trained: Trained,
    budget: Budget,
    output: files.Path,
    corpus: str | None = None,
    tuning: TrainingConfig | None = None,
    formats: Sequence[Format] = FORMATS,
    command: str | None = None,
    recipe: Recipe | None = None,
    workers: Workers | None = None,
) -> Found:
    """Returns the best file of a model that keeps within a budget.

    The model of that file, its bundle, the log of each decision and a report
    of what was tried are written to `output`. A search that was stopped goes
    on from there when it is called again.

    Args:
        trained: a model with its words, as `tflm.load` gives it.
        budget: what the file may take.
        output: a directory, which is made.
        corpus: what to train and measure on, as `tflm.load_corpus` takes it;
            if it is not given, what the model was made from.
        tuning: how to train after each method; None for not at all.
        formats: of files to try.
        command: what the rows say that they were made by; this call if it is
            not given.
        recipe: how `trained` was made, to which the best file's methods are
            added; without it there is no recipe of that file.
        workers: as `pipeline.run` takes it.

    Raises:
        ValueError: no file of this model meets the budget (the closest is
            told), or `output` is of another search.

    Examples:
        >>> found = tflm.compress_to_budget(
        ...     trained, budget, "small", corpus="text.txt", formats=["int8"]
        ... )
        >>> len(found.content) <= budget.bytes
        True
    """
    output = pathlib.Path(output)
    task = task_of(trained.model.config)
    name = corpus or trained.origin.corpus
    text = task.read(name, output / "text", trained)
    if tuning and isinstance(text, Text):
        # Now, as the search takes long before it trains.
        teachers.targets(tuning.distillation, text)
    found = pipeline.run(
        trained,
        text,
        budget,
        tuning,
        output / "search",
        command or f"tflm.compress_to_budget(..., {budget}, ...)",
        formats,
        workers,
    )
    best = lineage.compressed(
        recipe, found.candidate.methods, tuning, corpus or ""
    )
    best = lineage.exported(best, Variant(found.candidate.format))
    outcome.save(found, output, best)
    return found
