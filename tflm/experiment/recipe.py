"""Recipes: what a whole run shall do, as a text in TOML.

    corpus = "my_text.txt"
    preset = "keyboard"

    [training]
    epochs = 5

    [[files]]
    format = "int8"
    methods = "LowRank(rank=48)"

A recipe that a person writes may leave out what has a default. One that a run
has left says all that the run did, so that it means the same when a default is
another one.
"""

import dataclasses
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import tomli
import tomli_w

from tflm import files
from tflm.experiment import file_table, training_table
from tflm.experiment.config import TAGGER, ExperimentConfig, Variant
from tflm.experiment.fields import check_names, checked, replaced
from tflm.experiment.limit import Limit
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.presets import preset
from tflm.model.tagger_config import TaggerConfig
from tflm.training import by_length
from tflm.training.config import TRAINING_PRESETS, TrainingConfig

# Gives the tokens of the training text of an experiment.
Count = Callable[[ExperimentConfig], int]

NAME = "recipe.toml"  # Of the file, wherever a run leaves it.

_HEAD = "# What tflm did here. Again: tflm run recipe.toml --output=DIR\n"
_ORIGINAL = Variant("float32")
_OF_TAGGERS = ("tuning", "shipped", "has_baselines")  # As TAGGER has them.
_SCORES = {
    "valid_tokens": int,
    "test_sentences": int,
    "scores_valid": bool,
    "has_baselines": bool,
}
_TOP = {
    "corpus": str,
    "vocabulary_size": int,
    "language": str,
    "tokenizer": str,
    "curated": bool,
    "deduplicate": str,
    "scored_on": str,
    "name": str,
}
_TABLES = ("task", "preset", "model", "training", "tuning", "files", "shipped")


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A whole run.

    Attributes:
        experiment: from the corpus to the files; without any where `budget`
            chooses.
        budget: what the file may take, None where its methods are given.
    """

    experiment: ExperimentConfig = ExperimentConfig()
    budget: Limit | None = None

    @property
    def is_only_trained(self) -> bool:
        """Whether it says nothing of what comes after training."""
        said = {
            name: getattr(self.experiment, name)
            for name in (*_TOP, "model", "training")
        }
        return self == Recipe(ExperimentConfig(**said))


def load(path: files.Path, count: Count | None = None) -> Recipe:
    """Reads a recipe.

    Args:
        path: of the file.
        count: gives the tokens of the training text of an experiment, whose
            shape is not known yet. A preset is fitted to them, and chosen by
            them where there is none in the recipe. Without it that is
            `keyboard`, as it stands.

    Raises:
        OSError: there is no such file.
        ValueError: it is no TOML, or a name or a value in it is wrong; for a
            name the nearest is told.
    """
    content = files.read(path, most=2**24)
    try:
        return _recipe(tomli.loads(content.decode()), count)
    except (RecursionError, ValueError) as error:  # TOML's, UTF-8's, ours.
        raise ValueError(f"{path}: {error}") from None


def text(recipe: Recipe) -> str:
    """Returns what `load` reads as `recipe`, with nothing left to defaults."""
    config = recipe.experiment
    tables: dict[str, Any] = {name: getattr(config, name) for name in _TOP}
    if isinstance(config.model, TaggerConfig):
        tables = {"task": "tag"} | tables
    tables["model"] = _model_table(config)
    tables["training"] = training_table.write(config.training)
    if not recipe.is_only_trained:
        tables["tuning"] = training_table.write(config.tuning)
        tables["scores"] = {name: getattr(config, name) for name in _SCORES}
        if recipe.budget:
            limit = dataclasses.asdict(recipe.budget)
            tables["budget"] = _without_none(limit)
        else:
            tables["shipped"] = file_table.write(config, config.shipped)
            tables["files"] = [
                file_table.write(config, each) for each in config.variants
            ]
    return f"{_HEAD}\n{tomli_w.dumps(tables)}"


def with_files(config: ExperimentConfig) -> ExperimentConfig:
    """Returns an experiment with at least the original and what ships."""
    if config.variants:
        return config
    return dataclasses.replace(
        config, variants=tuple(dict.fromkeys((_ORIGINAL, config.shipped)))
    )


def save(recipe: Recipe, directory: files.Path) -> None:
    """Writes `recipe.toml` in a directory, which is there."""
    files.write(pathlib.Path(directory) / NAME, text(recipe))


def _recipe(tables: Mapping[str, Any], count: Count | None) -> Recipe:
    names = (*_TOP, *_TABLES, "scores", "budget")
    check_names(tables, names, "the recipe")
    for name in ("model", "scores", "budget"):
        checked(tables.get(name, {}), dict, f"[{name}]")
    values = {
        name: checked(tables[name], kind, name)
        for name, kind in _TOP.items()
        if name in tables
    }
    base = _base(ExperimentConfig(**values), tables, count)
    if "name" in values:
        base = dataclasses.replace(base, name=values["name"])
    experiment = dataclasses.replace(
        base,
        model=_model(base, tables.get("model", {})),
        training=_training(tables, "training", base.training),
        tuning=_training(tables, "tuning", base.tuning),
        **_scores(tables.get("scores", {})),
    )
    if "budget" in tables:
        return Recipe(experiment, _limit(tables))
    return Recipe(_with_files(experiment, tables))


def _base(
    config: ExperimentConfig,
    tables: Mapping[str, Any],
    count: Count | None,
) -> ExperimentConfig:
    """Returns the experiment with the name, shape and training of a preset."""
    name, is_tagger = _preset_name(tables)
    training = TRAINING_PRESETS[name]
    if is_tagger:
        usual = {field: getattr(TAGGER, field) for field in _OF_TAGGERS}
        config = dataclasses.replace(config, **usual)
    elif count and not {"model", "training"} <= {*tables}:
        tokens = count(config)
        if not {"preset", "model"} & {*tables}:
            name = by_length.preset_for(tokens)
        training = by_length.training_for(name, tokens)
    return dataclasses.replace(
        config, name=name, model=preset(name), training=training
    )


def _preset_name(tables: Mapping[str, Any]) -> tuple[str, bool]:
    """Returns the preset of a recipe, and whether it is a tagger's."""
    task = checked(tables.get("task", "predict"), str, "task")
    if task not in ("predict", "tag"):
        raise ValueError(f"task {task!r} is unknown: give predict or tag")
    usual = "tagger" if task == "tag" else "keyboard"
    name = checked(tables.get("preset", usual), str, "preset")
    is_tagger = isinstance(preset(name), TaggerConfig)  # It must be one.
    if "task" in tables and is_tagger != (task == "tag"):
        raise ValueError(
            f"preset {name} is not to {task}: give another, or no task"
        )
    return name, is_tagger


def _model(base: ExperimentConfig, table: Mapping[str, Any]) -> ModelConfig:
    size = {"vocabulary_size": base.vocabulary_size}
    found = {**size, **table}
    if "layers" in found:
        layers = checked(found["layers"], list, "[model] layers")
        found["layers"] = tuple(
            replaced(LayerConfig(), layer, f"[[model.layers]] {number}")
            for number, layer in enumerate(layers, start=1)
        )
    checked(found.get("maps", {}), dict, "[model.maps]")
    return replaced(base.model, found, "[model]")


def _training(
    tables: Mapping[str, Any], name: str, base: TrainingConfig
) -> TrainingConfig:
    return training_table.read(base, tables.get(name, {}), f"[{name}]")


def _scores(table: Mapping[str, Any]) -> dict[str, Any]:
    check_names(table, _SCORES, "[scores]")
    return {
        name: checked(value, _SCORES[name], f"[scores] {name}")
        for name, value in table.items()
    }


def _limit(tables: Mapping[str, Any]) -> Limit:
    for name in ("files", "shipped"):
        if name in tables:
            raise ValueError(
                f"[budget] chooses methods and format: leave out [{name}]"
            )
    table = dict(tables["budget"])
    if "bytes" not in table:
        raise ValueError("[budget] has no bytes: write bytes = 1_000_000")
    if "ms" in table:
        table["ms"] = checked(table["ms"], float, "[budget] ms")
    return replaced(Limit(bytes=1), table, "[budget]")


def _with_files(
    config: ExperimentConfig, tables: Mapping[str, Any]
) -> ExperimentConfig:
    """Returns the experiment with the files that a recipe asks for.

    One that says only what ships is about that file and the original.
    """
    if "shipped" in tables:
        shipped = file_table.read(config, tables["shipped"], "[shipped]")
        config = with_files(dataclasses.replace(config, shipped=shipped))
    if "files" in tables:
        found = checked(tables["files"], list, "[[files]]")
        variants = tuple(
            file_table.read(config, table, f"[[files]] {number}")
            for number, table in enumerate(found, start=1)
        )
        config = dataclasses.replace(config, variants=variants)
    return config


def _model_table(config: ExperimentConfig) -> dict[str, Any]:
    table = dataclasses.asdict(config.model)
    if config.model.vocabulary_size == config.vocabulary_size:
        del table["vocabulary_size"]
    if not config.model.maps:
        del table["maps"]
    return table


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    """Returns a table as TOML can hold it, which has no None."""
    return {name: value for name, value in table.items() if value is not None}
