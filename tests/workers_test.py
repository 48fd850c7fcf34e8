"""What is trained side by side is what one process trains, to the byte."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import sys

import numpy as np
import pytest

from tests import deadly_text
from tests.command import run_here
from tests.deadly_text import deadly, models
from tests.refusals import refusal
from tflm.compression import LowRank, QuantizeAware
from tflm.experiment import beforehand, recipe, run, stages
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.workspace import Trained
from tflm.scale import cluster
from tflm.scale.workers import Workers
from tflm.search import (
    candidates,
    decision_log,
    pipeline,
    sweep,
    varied,
)
from tflm.search.budget import Budget
from tflm.search.candidates import Candidate
from tflm.search.sensitivity import Sensitivity
from tflm.text.dataset import Text, prepare
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig

pytestmark = pytest.mark.usefixtures("converts_here")
QUICK = TrainingConfig(
    *(1.0, 8, 5), learning_rate=0.01, reset=0.0, checkpoint_seconds=0.05
)
SHAPE = ModelConfig(24, 16, (LayerConfig("lstm", 32, 16),))


@pytest.fixture(scope="module")
def two():
    """Two processes of Ray, of which none is left when the tests are done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_STORE_BYTES", 40 << 20)
        patch.setenv("RAY_worker_niceness", "0")
        workers = Workers(2)
        with workers.connected():
            import ray

            for module in (sys.modules[__name__], deadly_text):
                ray.cloudpickle.register_pickle_by_value(module)
            yield workers


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("text") / "text.txt"
    things = np.random.default_rng(0).integers(0, 12, (2, 300))
    lines = [f"we saw thing{a} by thing{b} ." for a, b in things.T]
    path.write_text("\n".join(lines))
    return str(path)


@pytest.fixture(scope="module")
def text(corpus, tmp_path_factory) -> Text:
    return prepare(corpus, tmp_path_factory.mktemp("ids"), 24)


# Jobs


def _write(job, content):
    path, others = job
    if not path.exists():
        path.write_text(content)
        if others:
            os.kill(os.getpid(), signal.SIGKILL)
    with open(path, "a") as file:
        file.write(content)


def _refuse(job):
    raise ValueError(f"{job} is refused")


def test_a_job_whose_process_dies_is_begun_again(two, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    two.carry_out(_write, {"one": (one, True), "other": (other, False)}, "a")
    assert one.read_text() == other.read_text() == "aa"


def test_what_a_job_refuses_is_raised(two):
    assert refusal(two.carry_out, _refuse, {"one": 5}) == "5 is refused"


def test_workers_have_the_algebra_of_this_process(two, tmp_path):
    two.carry_out(_threads, {"one": tmp_path / "threads"})
    assert (tmp_path / "threads").read_text() == str(os.cpu_count())


def _threads(path):
    path.write_text(os.environ["OMP_NUM_THREADS"])


def test_more_processors_than_a_machine_has_are_refused(two):
    said = refusal(Workers(2, cpus=3).connected().__enter__)
    assert said.endswith("give 1 to 2")
    assert "--cpus=3 goes with --ray" in refusal(Workers(2, cpus=3).check)


# Search


@pytest.fixture(scope="module")
def trained(text) -> Trained:
    shape = dataclasses.replace(SHAPE, vocabulary_size=len(text.vocabulary))
    return Trained(build_model(shape), text.vocabulary, text.origin)


def chosen(model, costs, file_format, budget) -> Candidate:
    """Returns what is chosen here, so that no time goes by with choosing."""
    changes = {"layer_0/input": LowRank(rank=2)}
    rounding = float(file_format == "int4")
    return Candidate(file_format, 0.0, changes, 0.0, 0.0, rounding)


def test_a_search_whose_worker_is_killed_finds_the_same(
    two, trained, text, tmp_path, monkeypatch
):
    monkeypatch.setattr(candidates, "best", chosen)
    monkeypatch.setattr(decision_log, "write", lambda *of: "")
    monkeypatch.setattr(Sensitivity, "matrices", lambda self: {})
    limit = Budget(10**6)
    formats = ("int8", "int4")
    many = tmp_path / "many"
    asked = (deadly(text, many), limit, QUICK, many, "", formats)
    found = pipeline.run(trained, *asked, workers=two)
    assert (many / "killed-0").exists()
    for each in formats:
        methods = chosen(None, None, each, 0).methods
        place = tmp_path / "one" / each
        stages.compress_model(place, trained, methods, QUICK, text)
    assert {*models(tmp_path / "one").values()} < {*models(many).values()}
    assert len(models(many)) == 3  # And that before any method.
    assert all(row.latency["p50_ms"] > 0 for row in found.rows)


# The table


@pytest.fixture(scope="module")
def experiments(corpus, tmp_path_factory):
    """A model, and one that learns from it, each with a smaller one."""
    teacher = tmp_path_factory.mktemp("table") / "plain/models/full"
    plain = ExperimentConfig(
        corpus=corpus,
        vocabulary_size=24,
        name="plain",
        model=SHAPE,
        training=QUICK,
        tuning=dataclasses.replace(QUICK, epochs=0.4),
        variants=(
            Variant("float32"),
            Variant("int8"),
            Variant("int8", (LowRank(rank=2, scope="layer_.*"),)),
        ),
        shipped=Variant("int8"),
        has_baselines=False,
    )
    lesson = DistillationConfig(teacher=str(teacher), words=4)
    taught = dataclasses.replace(
        plain,
        name="taught",
        training=dataclasses.replace(QUICK, distillation=lesson),
        variants=(
            Variant("int8"),
            Variant("int4", (QuantizeAware(4, 4),)),
        ),
    )
    return {"plain": plain, "taught": taught}


def test_models_of_the_table_are_those_of_one_process(
    two, experiments, tmp_path
):
    teacher = experiments["taught"].training.distillation.teacher
    place = pathlib.Path(teacher).parents[2]
    beforehand.train(experiments, place, two)
    many = models(place)
    assert len(many) == 4
    for name, config in experiments.items():
        run.begin(config, tmp_path / name)
        for variant in config.variants:
            run.train(config, tmp_path / name, variant)
    assert models(tmp_path) == many


# Commands


@pytest.fixture
def apart(monkeypatch):
    """Has a test connect by itself, and leave the workers of others alone."""
    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setattr("ray.shutdown", lambda: None)


@pytest.fixture(scope="module")
def mine(trained, tmp_path_factory) -> pathlib.Path:
    place = tmp_path_factory.mktemp("mine")
    workspace.save(trained, place)
    return place


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        ("--budget_bytes=9kB --workers=0", "give one of them", 2),
        ("--budget_bytes=9kB --ray=nowhere", "give HOST:PORT, or auto", 2),
        ("--budget_bytes=9kB --workers=2 --cpus=2", "goes with --ray", 2),
        ("--methods=Prune() --workers=2", "go with --budget_bytes", 2),
    ],
)
def test_compress_takes_workers_in_one_way(
    arguments, message, code, mine, tmp_path, capsys, apart
):
    asked = (mine, "--output", tmp_path / "x", *arguments.split())
    assert run_here("compress", *asked) == code
    [line] = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize(
    "command", ["compress {mine} --budget_bytes=9kB", "ptb --models=short"]
)
def test_no_ray_is_told_with_its_extra(
    command, mine, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "ray", None)
    asked = command.format(mine=mine).split()
    asked += ["--workers=2", f"--output={tmp_path / 'x'}"]
    assert run_here(*asked) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "pip install 'tflm-toolkit[ray]'" in line


# Sweep


@pytest.fixture(scope="module")
def base(text, corpus) -> ExperimentConfig:
    size = len(text.vocabulary)
    shape = ModelConfig(size, 4, (LayerConfig("lstm", 8, 4),))
    how = dataclasses.replace(QUICK, epochs=2.0)
    return ExperimentConfig(
        corpus=corpus, vocabulary_size=size, model=shape, training=how
    )


VARY = ("learning_rate=0.0003..0.1", "batch=4,8")


@pytest.fixture(scope="module")
def swept(two, base, text, tmp_path_factory):
    """A sweep of trials one after another, and its directory."""
    place = tmp_path_factory.mktemp("one")
    vary = [varied.parse(each) for each in VARY]
    one = Workers(2, cpus=2)
    return sweep.run(base, text, vary, place, one, 6, batch=3), place


def test_a_sweep_leaves_the_models_that_train_would(
    swept, base, text, tmp_path
):
    found, place = swept
    states = [each.state for each in found.trials]
    assert len(states) == 6 and {*states} == {"done", "stopped"}
    best = found.best
    assert best.best == min(each.best for each in found.trials)
    config = varied.applied(base, best.values)
    how = config.training
    assert found.config == config and how.batch == best.values["batch"]
    again = stages.train_model(tmp_path, base.name, config.model, how, text)
    [kept] = models(tmp_path).values()
    assert kept == models(place)[f"trials/{best.number:03}/model.npz"]
    assert again.model.parameters == found.trained.model.parameters


def test_a_sweep_that_was_killed_with_a_worker_finds_the_same(
    two, swept, base, text, tmp_path
):
    found, one = swept
    shutil.copytree(one / "trials/000", tmp_path / "trials/000")
    shutil.copytree(one / "trials/001", tmp_path / "trials/001")
    (tmp_path / "trials/001/model.npz").unlink(missing_ok=True)
    vary = [varied.parse(each) for each in VARY]
    asked = (base, deadly(text, tmp_path), vary, tmp_path, two, 6)
    again = sweep.run(*asked, batch=3)
    assert (tmp_path / "killed-0").exists()
    assert again.trials == found.trials and again.best == found.best
    assert models(tmp_path) == models(one)


def test_a_finished_sweep_gets_more_trials(two, swept, base, text, tmp_path):
    found, one = swept
    shutil.copytree(one, tmp_path, dirs_exist_ok=True)
    vary = [varied.parse(each) for each in VARY]
    more = sweep.run(base, text, vary, tmp_path, two, 7, batch=3)
    assert more.trials[:6] == found.trials and len(more.trials) == 7
    assert models(one).items() <= models(tmp_path).items()


def test_the_command_leaves_a_model_a_recipe_and_a_table(
    swept, corpus, tmp_path, capsys, monkeypatch
):
    found, _ = swept
    monkeypatch.setattr(sweep, "run", lambda *asked, **fields: found)
    asked = ["sweep", "--corpus", corpus, "--output", tmp_path]
    asked += [f"--vary={each}" for each in VARY]
    assert run_here(*asked, "--workers=2") == 0
    printed = capsys.readouterr().out
    assert f"{found.best.best:.4f}" in printed and "stopped" in printed
    kept = workspace.load(tmp_path)
    assert kept.model.config == found.trained.model.config
    way = recipe.load(tmp_path / "recipe.toml")
    assert way.experiment.training == found.config.training
    assert len(json.loads((tmp_path / "trials.json").read_text())) == 6
    assert run_here(*asked, "--trials=6") == 2
    assert "give more --trials, or --overwrite" in capsys.readouterr().err
    assert run_here(*asked, "--trials=7") == 0
