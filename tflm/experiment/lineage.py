"""The recipe of a model, from one command to the next.

`tflm train` leaves a recipe beside the model; what compresses or exports that
model adds to it, so that a bundle's recipe says the whole way. Where a way
cannot be said in one recipe, there is none.
"""

import dataclasses
import pathlib
from collections.abc import Sequence

from absl import logging

from tflm import files
from tflm.compression import Method
from tflm.experiment import recipe as recipes
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.experiment.recipe import Recipe
from tflm.training.config import TrainingConfig


def of(place: files.Path) -> Recipe | None:
    """Returns how the model at `place` was made, None if nobody has said.

    Args:
        place: a model directory, or a Keras file, of which nothing is known.

    Raises:
        ValueError: its recipe cannot be read.
    """
    path = pathlib.Path(place) / recipes.NAME
    return recipes.load(path) if path.is_file() else None


def trained(config: ExperimentConfig) -> Recipe:
    """Returns the recipe of an experiment's model before any method."""
    return Recipe(
        ExperimentConfig(
            corpus=config.corpus,
            vocabulary_size=config.vocabulary_size,
            language=config.language,
            tokenizer=config.tokenizer,
            curated=config.curated,
            deduplicate=config.deduplicate,
            name=config.name,
            model=config.model,
            training=config.training,
        )
    )


def of_file(config: ExperimentConfig, variant: Variant) -> Recipe:
    """Returns the recipe of one file of an experiment."""
    alone = dataclasses.replace(config, variants=(variant,), shipped=variant)
    return Recipe(alone)


def tuning_of(
    config: ExperimentConfig, variant: Variant
) -> TrainingConfig | None:
    """Returns how a file's model is trained after each method, if at all."""
    return (variant.tuning or config.tuning) if variant.tuned else None


def compressed(
    before: Recipe | None,
    methods: Sequence[Method],
    tuning: TrainingConfig | None,
    corpus: str = "",
) -> Recipe | None:
    """Returns the recipe after methods of compression.

    Args:
        before: of the model that they are applied to.
        methods: from left to right.
        tuning: how the model was trained after each; None for not at all.
        corpus: that it was trained on, if not the model's.
    """
    if before is None:
        return None
    config = before.experiment
    first = config.shipped if config.variants else Variant("int8")
    if tuning and corpus not in ("", config.corpus):
        _explain(f"it is trained on {corpus} after {config.corpus}")
        return None
    if first.methods and tuning_of(config, first) != tuning:
        _explain("its methods are not all trained alike")
        return None
    file = Variant(
        first.format,
        (*first.methods, *methods),
        first.runtime,
        tuned=tuning is not None,
    )
    config = dataclasses.replace(config, tuning=tuning or config.tuning)
    return of_file(config, file)


def exported(before: Recipe | None, variant: Variant) -> Recipe | None:
    """Returns the recipe of a file.

    Args:
        before: of its model.
        variant: format and runtime of the file; its methods are the model's.
    """
    if before is None:
        return None
    config = before.experiment
    model = config.shipped if config.variants else Variant(variant.format)
    file = dataclasses.replace(
        model, format=variant.format, runtime=variant.runtime
    )
    return of_file(config, file)


def _explain(reason: str) -> None:
    logging.info("no recipe is left: %s", reason)
