"""A search under a budget that begins with the text: it trains the model."""

import dataclasses
import pathlib

from tflm import files
from tflm.experiment import lineage, recipe, stages
from tflm.experiment.claim import claim
from tflm.experiment.recipe import Recipe
from tflm.search.budget import Budget
from tflm.search.compress_to_budget import compress_to_budget
from tflm.search.pipeline import Found


def run(asked: Recipe, output: files.Path, command: str) -> Found:
    """Trains what a recipe says and returns the best file in its budget.

    The trained model is left in `original`, the other files where
    `compress_to_budget` leaves them. A second run goes on from what is there.

    Args:
        asked: a recipe with a budget.
        output: where all goes.
        command: what asked for it, for the provenance of the rows.

    Raises:
        ValueError: there is no budget, no file meets it, the corpus is bad,
            or `output` belongs to another run.
    """
    if asked.budget is None:
        raise ValueError("the recipe has no [budget]: add one")
    config, limit = asked.experiment, asked.budget
    budget = Budget(limit.bytes, limit.ms)
    place = pathlib.Path(output) / "original"
    claim(output, dataclasses.asdict(asked))
    recipe.save(asked, output)
    text = stages.prepare_text(config, place / "text")
    trained = stages.train_model(
        place, config.name, config.model, config.training, text
    )
    way = lineage.trained(config)
    recipe.save(way, place)
    return compress_to_budget(
        trained,
        budget,
        output,
        tuning=config.tuning if limit.tuned else None,
        command=command,
        recipe=way,
    )
