"""Recipes are read as they were written, and refused in one line."""

import dataclasses
import json
import pathlib
import re

import pytest

from tests.command import run_here as tflm
from tflm.commands import recipes
from tflm.compression import Adaptive, LowRank, Prune, TensorTrain
from tflm.experiment import lineage, ptb, recipe, stages
from tflm.experiment.config import DEMO, FULL, ExperimentConfig, Variant
from tflm.experiment.limit import Limit
from tflm.experiment.recipe import Recipe
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.presets import preset
from tflm.training.config import TRAINING_PRESETS, TUNING, TrainingConfig
from tflm.training.distillation.config import DistillationConfig

ROOT = pathlib.Path(__file__).parents[1]

ODD = ExperimentConfig(
    corpus='a "text" of\n1 line',
    vocabulary_size=50,
    name="नमस्ते",
    model=ModelConfig(
        60,
        8,
        (LayerConfig("gru", 16), LayerConfig("dense", 8, activation="relu")),
        maps={"layer_0/input": {"kind": "low_rank", "rank": 3}},
    ),
    training=TrainingConfig(epochs=0.25, optimizer="sgd", seed=7),
    variants=(
        Variant(
            "sparse",
            (TensorTrain(rank=3, scope="layer_.*"), Prune(0.5, block=4)),
            tuning=TrainingConfig(epochs=3),
        ),
        Variant("int4", (Adaptive(cutoffs=(10, 30)),), tuned=False),
    ),
    test_sentences=7,
)
TEACHER = DistillationConfig("big, bigger", gate="max")
TAUGHT = ExperimentConfig(
    training=TrainingConfig(epochs=2),
    tuning=TrainingConfig(epochs=0.1, distillation=TEACHER),
    variants=(
        Variant("int8", (LowRank(rank=4),)),
        Variant("int8", (Prune(),), tuning=TrainingConfig(epochs=0.1)),
        Variant(
            "int4",
            (Prune(),),
            tuning=TrainingConfig(
                distillation=dataclasses.replace(TEACHER, words=5)
            ),
        ),
    ),
)
RECIPES = {
    "full": Recipe(FULL),
    "taught": Recipe(TAUGHT),
    "demo": Recipe(DEMO),
    "defaults": Recipe(),
    "odd": Recipe(ODD),
    "shipped alone": Recipe(
        ExperimentConfig(shipped=Variant("int8", (LowRank(rank=4),)))
    ),
    "budget": Recipe(ExperimentConfig(), Limit(900_000, 0.1, tuned=False)),
    "bytes alone": Recipe(ExperimentConfig(), Limit(900_000)),
} | {name: Recipe(c) for name, c in ptb.experiments("ptb").items()}


@pytest.fixture
def read(tmp_path):
    """Returns a function that reads a recipe from its text."""

    def read(text):
        path = tmp_path / "recipe.toml"
        path.write_text(text, "utf-8")
        return recipe.load(path)

    return read


@pytest.mark.parametrize("name", RECIPES)
def test_what_is_written_is_read(name, read):
    wanted = RECIPES[name]
    found = read(recipe.text(wanted))
    assert found == wanted
    # To the last letter, by which a directory is claimed.
    texts = [json.dumps(dataclasses.asdict(each)) for each in (found, wanted)]
    assert texts[0] == texts[1]


def test_a_written_recipe_leaves_nothing_to_defaults(monkeypatch, read):
    text = recipe.text(Recipe(FULL))
    for kind in (TrainingConfig, ModelConfig, ExperimentConfig):
        fields = {field.name for field in dataclasses.fields(kind)}
        own = {"model", "training", "tuning", "shipped", "variants", "maps"}
        own.add("distillation")  # There is no teacher.
        for name in fields - own:
            written = f"\n{name} = ", f"\n[[model.{name}]]\n"
            assert any(each in text for each in written), name


def test_a_short_recipe_has_the_preset_and_its_training(read):
    found = read('preset = "ptb-small"\n[training]\nepochs = 2').experiment
    assert found.name == "ptb-small"
    assert found.model == preset("ptb-small")
    expected = dataclasses.replace(TRAINING_PRESETS["ptb-small"], epochs=2)
    assert found.training == expected
    assert found.tuning == TUNING


def test_the_vocabulary_of_the_model_is_that_of_the_recipe(read):
    found = read("vocabulary_size = 300").experiment
    assert found.model.vocabulary_size == 300


def test_what_ships_stands_beside_the_original(read):
    found = read('[shipped]\nmethods = "LowRank(rank=9)"').experiment
    smaller = Variant("int8", (LowRank(rank=9),))
    assert found.shipped == smaller
    assert found.variants == (Variant("float32"), smaller)


def test_a_recipe_without_files_makes_the_original_and_what_ships(read):
    found = recipe.with_files(read("").experiment)
    names = [variant.name for variant in found.variants]
    assert names == ["float32", "int8 for 2.16"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("corpse = 'x'", "has no 'corpse': did you mean corpus?"),
        ("[training]\nepoch = 3", "[training] has no 'epoch': did you mean"),
        ("[training]\nepochs = '3'", "[training] epochs must be a number"),
        ("[training]\nepochs = 0", "[training] epochs must be above 0"),
        ("[training]\nbatch = true", "batch must be a whole number, got True"),
        ("[training]\noptimizer = 'adm'", "[training] optimizer 'adm' is"),
        ("training = 3", "[training] must be a table, got 3"),
        ("preset = 'keybord'", "'keybord' is unknown: did you mean keyboard"),
        ("[model]\nunits = 3", "[model] has no 'units'"),
        (
            "[[model.layers]]\nkind = 'lstm'\n[[model.layers]]\nkind = 'sru'",
            "[[model.layers]] 2 layer kind 'sru' is unknown",
        ),
        ("[model]\nlayers = [3]", "[[model.layers]] 1 must be a table"),
        ("[[files]]\nformat = 'int9'", "[[files]] 1 format 'int9' is unknown"),
        ("[[files]]\nmethods = 'LowRnk()'", "did you mean LowRank"),
        ("[[files]]\ntuning = 1", "[[files]] 1 tuning must be a table"),
        ("files = 1", "[[files]] must be a list"),
        ("[scores]\nvalid = true", "[scores] has no 'valid'"),
        ("[budget]\nms = 1", "[budget] has no bytes: write bytes = 1_000_000"),
        ("[budget]\nbytes = '1MB'", "bytes must be a whole number, got '1MB'"),
        ("[budget]\nbytes = 0", "above 0"),
        ("[budget]\nbytes = 9\nms = '1'", "[budget] ms must be a number"),
        ("[budget]\nbytes = 9\n[shipped]", "leave out [shipped]"),
        ("corpus = \n", "Invalid value (at line 1"),
    ],
)
def test_a_bad_recipe_is_refused_in_one_line(text, message, read, tmp_path):
    with pytest.raises(ValueError) as refusal:
        read(text)
    (line,) = str(refusal.value).splitlines()
    assert line.startswith(f"{tmp_path / 'recipe.toml'}: ")
    assert message in line


def test_a_missing_recipe_is_refused(tmp_path, capsys):
    missing = tmp_path / "none.toml"
    assert tflm("run", missing, "--output", tmp_path / "work") == 2
    assert f"{missing}: No such file" in capsys.readouterr().err


def test_a_recipe_goes_on_from_step_to_step():
    way = lineage.trained(ODD)
    assert way.is_only_trained
    tuning = dataclasses.replace(TUNING, epochs=3)
    way = lineage.compressed(way, [LowRank(rank=4)], tuning)
    way = lineage.compressed(way, [Prune()], tuning)
    way = lineage.exported(way, Variant("int8", runtime="2.16"))
    assert way.experiment.tuning == tuning
    expected = Variant("int8", (LowRank(rank=4), Prune()), "2.16")
    assert way.experiment.variants == (expected,)
    assert way.experiment.shipped == expected
    assert way.experiment.model == ODD.model


def test_what_one_recipe_cannot_say_has_none():
    assert lineage.compressed(None, [Prune()], TUNING) is None
    assert lineage.exported(None, Variant("int8")) is None
    way = lineage.trained(ODD)
    assert lineage.compressed(way, [Prune()], TUNING, "other.txt") is None
    way = lineage.compressed(way, [Prune()], TUNING)
    assert lineage.compressed(way, [Prune()], None) is None


def test_the_recipes_of_the_documents_can_be_read(read):
    text = (ROOT / "docs/recipes.md").read_text("utf-8")
    found = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(found) == 3
    first, second, third = map(read, found)
    assert first.experiment.shipped.methods == (LowRank(rank=48),)
    assert second.experiment.variants[1].tuning.epochs == 2
    assert third.budget == Limit(1_000_000, 0.1)


def test_a_recipe_without_a_preset_fits_the_text(tmp_path):
    path, counted = tmp_path / "recipe.toml", []

    def count(config):
        counted.append((config.corpus, config.language))
        return 30_000

    head = 'corpus = "mine.txt"\nlanguage = "de"\n'
    path.write_text(f"{head}[training]\nbatch = 9")
    found = recipe.load(path, count).experiment
    assert counted == [("mine.txt", "de")]
    assert found.name == "keyboard-tiny"
    assert found.model == preset("keyboard-tiny")
    expected = TRAINING_PRESETS["keyboard-tiny"]
    assert found.training == dataclasses.replace(expected, batch=9)


@pytest.mark.parametrize(
    "fields", [{}, {"tokenizer": "white space"}, {"deduplicate": "near"}]
)
def test_tokens_are_counted_as_the_text_is_read(corpus_file, tmp_path, fields):
    config = ExperimentConfig(corpus=str(corpus_file), **fields)
    text = stages.prepare_text(config, tmp_path / "ids")
    assert recipes.tokens(config) == len(text.train)


def test_a_complete_recipe_counts_nothing(tmp_path):
    recipe.save(Recipe(FULL), tmp_path)

    def count(config):
        raise AssertionError("it says all itself")

    assert recipe.load(tmp_path / "recipe.toml", count) == Recipe(FULL)
