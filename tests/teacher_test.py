"""A teacher by its path: for commands, stages, recipes and methods."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from benchmarks import distillation_table
from tests.command import run_here as tflm
from tests.refusals import refusal
from tflm import compression
from tflm.bundle.bundle import write_bundle
from tflm.bundle.manifest import About
from tflm.compression import skip_training
from tflm.experiment import lineage, stages, teachers
from tflm.experiment.config import ExperimentConfig
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.report.rows import Row
from tflm.search.budget import Budget
from tflm.search.compress_to_budget import compress_to_budget
from tflm.tflite import convert
from tflm.training.config import TrainingConfig
from tflm.training.distillation import soft_targets
from tflm.training.distillation.config import DistillationConfig
from tflm.training.perplexity import perplexity
from tflm.training.train import make_fit

pytestmark = pytest.mark.usefixtures("converts_here")

RECIPE = """
corpus = "text.txt"
vocabulary_size = 60

[model]
embedding_size = 8
layers = [{kind = "cifg", units = 16, projection = 8}]

[training]
epochs = 3
learning_rate = 0.02
batch = 20
steps = 5
loss = "full"
"""
TAUGHT = '\n[training.distillation]\nteacher = "big"\nwords = 4\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A directory with a text, and a teacher that has learnt of it."""
    place = tmp_path_factory.mktemp("teacher")
    random = np.random.default_rng(0)
    lines = [
        f"we see the thing{random.integers(30)} and thing{n % 7} , line {n} ."
        for n in range(600)
    ]
    (place / "text.txt").write_text("\n".join(lines), "utf-8")
    (place / "recipe.toml").write_text(RECIPE, "utf-8")
    (place / "taught.toml").write_text(RECIPE + TAUGHT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert tflm("train", "--recipe=recipe.toml", "--output=big") == 0
    return place


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    return place


@pytest.fixture(scope="module")
def text(place):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        config = ExperimentConfig("text.txt", vocabulary_size=60)
        return stages.prepare_text(config, place / "text")


def said(directory):
    [path] = (directory / "text").glob("*.topk")
    return path


def test_train_learns_from_a_teacher_and_says_so(here):
    taught = "--teacher=big", "--teacher_words=4", "--teacher_gate=target"
    arguments = "train", "--recipe=recipe.toml", "--output=flags", *taught
    assert tflm(*arguments) == 0
    left = lineage.of("flags").experiment.training.distillation
    assert left == DistillationConfig("big", 4, gate="target")
    header = soft_targets.load(said(here / "flags")).header
    assert (header.words, header.teacher) == (4, "big")
    plain, learnt = (workspace.load(x).model for x in ("big", "flags"))
    bias = [m.softmax.bias.numpy() for m in (plain, learnt)]
    assert (bias[0] != bias[1]).any()


def test_a_recipe_and_the_file_of_what_was_said_give_the_same(here):
    """And flags change what a recipe says of its teacher."""
    assert tflm("train", "--recipe=taught.toml", "--output=recipe") == 0
    shutil.copy(said(here / "recipe"), "said.topk")
    arguments = "--recipe=taught.toml", "--output=file", "--teacher=said.topk"
    assert tflm("train", *arguments) == 0
    assert not [*(here / "file" / "text").glob("*.topk")]
    found = [workspace.load(x).model for x in ("recipe", "file")]
    weights = [model.named_weights() for model in found]
    for name, weight in weights[0].items():
        np.testing.assert_array_equal(weight, weights[1][name])


@pytest.mark.parametrize(
    "more, message",
    [
        (("--vocabulary_size=30",), "the teacher big has another vocabulary ("),
        (("--vocabulary_size=30", "--teacher=said.topk"), "another vocabulary"),
        (("--corpus=other.txt", "--teacher=said.topk"), "about another text ("),
        (("--teacher=said.topk,big",), "is what a teacher said, which is not"),
    ],
)
def test_a_teacher_of_another_text_is_refused_before_training(
    here, more, message, capsys
):
    lines = (here / "text.txt").read_text("utf-8").splitlines()
    (here / "other.txt").write_text("\n".join(lines[::-1]), "utf-8")
    if not (here / "said.topk").exists():
        how = DistillationConfig("big", 4)
        config = ExperimentConfig("text.txt", vocabulary_size=60)
        known = stages.prepare_text(config, here / "text")
        shutil.copy(teachers.targets(how, known).path, "said.topk")
    arguments = "train", "--recipe=taught.toml", "--output=no", "--overwrite"
    assert tflm(*arguments, *more) == 2
    told = capsys.readouterr().err
    assert message in told and told.count("\n") <= 2
    assert not (here / "no" / "checkpoints").exists()


def test_several_teachers_and_a_bundle_are_averaged(here, text):
    trained = workspace.load("big")
    content = convert.convert(trained.model, "float32")
    about = About("a bundle", rules=trained.origin.rules)
    write_bundle("bundle", content, trained.vocabulary, about)
    alone, both = (
        teachers.targets(DistillationConfig(paths, 60), text)
        for paths in ("big", "big, bundle")
    )
    assert both.header.teacher == "0.5 big + 0.5 bundle"
    assert both.path != alone.path
    difference = both.header.train_perplexity - alone.header.train_perplexity
    assert abs(difference) < 0.01  # They are the same model.


def test_methods_learn_from_a_teacher_in_stages(here, text, tmp_path):
    tuning = TrainingConfig(
        *(1, 20, 5),
        learning_rate=0.02,
        distillation=DistillationConfig("big", 4, weight=1, final_weight=1),
    )
    method = compression.LowRank(rank=3, initial="random")
    trained = workspace.load("big")
    arguments = tmp_path, trained, [method], tuning, text
    smaller = stages.compress_model(*arguments)
    untrained = method(trained.model, skip_training)
    reached = [perplexity(m, text.valid) for m in (smaller.model, untrained)]
    assert reached[0] < 0.9 * reached[1]


# Whose products, or whose softmax, are other than a plain model's.
METHODS = {
    "QuantizeAware": compression.QuantizeAware(),
    "Adaptive": compression.Adaptive(cutoffs=(10, 30), hierarchical=True),
}


@pytest.mark.parametrize("name", METHODS)
def test_what_a_method_makes_learns_from_the_teacher_alone(here, text, name):
    targets = teachers.targets(DistillationConfig("big", 60), text)
    how = DistillationConfig(words=30, weight=1, final_weight=1)
    fit = make_fit(
        *(text.train, text.valid),
        TrainingConfig(
            *(1, 20, 5),
            learning_rate=0.02,
            loss="sampled",
            samples=40,
            distillation=how,
        ),
        targets=targets,
    )
    config = dataclasses.replace(workspace.load("big").model.config, tied=False)
    student = build_model(config)
    method = METHODS[name]
    before = perplexity(method(student, skip_training), text.valid)
    assert perplexity(method(student, fit), text.valid) < 0.95 * before


def test_a_search_looks_at_its_teacher_before_it_begins(here, tmp_path):
    trained = workspace.load("big")
    tuning = TrainingConfig(distillation=DistillationConfig("nowhere"))
    asked = trained, Budget(10_000), tmp_path
    told = refusal(compress_to_budget, *asked, tuning=tuning)
    assert told.startswith("nowhere is missing")
    assert not (tmp_path / "search").exists()


@pytest.mark.parametrize("teacher", ["", "big,", " "])
def test_no_path_is_no_teacher(teacher, text):
    told = refusal(teachers.check, DistillationConfig(teacher))
    assert told.endswith("names no model: give a path, or several by comma")


def test_the_table_of_the_comparison_has_the_mean_of_seeds():
    rows = [
        Row(
            name=f"{lesson} {seed}",
            bytes=1,
            zip_bytes=1,
            quality={"perplexity": test + seed, "valid_perplexity": test + 5},
            provenance={"lesson": lesson, "training_seconds": 90.0},
            recipe="",
        )
        for lesson, test in (("alone", 90.0), ("target", 87.0))
        for seed in (0, 1)
    ]
    lines = distillation_table.table(rows).splitlines()
    assert lines[2:] == [
        "| the text alone | 95.0 | 90.5 | +0.0 | 90.0, 91.0 | 2 |",
        "| a teacher, gate target | 92.0 | 87.5 | -3.0 | 87.0, 88.0 | 2 |",
    ]


def test_a_claim_of_a_run_without_a_teacher_does_not_speak_of_one(here):
    said_of = json.loads((here / "big" / "run.json").read_text("utf-8"))
    assert "distillation" not in said_of["training"]
