"""What is trained side by side is what one process trains, to the byte."""

import dataclasses
import hashlib
import os
import pathlib
import signal
import sys
import threading
import time

import numpy as np
import pytest

from tests.command import run_here
from tests.refusals import refusal
from tflm.compression import LowRank, QuantizeAware
from tflm.experiment import beforehand, run, stages
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.experiment.tasks.language_modelling import LanguageModelling
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.workspace import Trained
from tflm.scale import cluster
from tflm.scale.workers import Workers
from tflm.search import pipeline
from tflm.search.budget import Budget
from tflm.text.dataset import Text, prepare
from tflm.tflite import convert
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig

pytestmark = pytest.mark.usefixtures("converts_here")
QUICK = TrainingConfig(
    *(1.0, 8, 5), learning_rate=0.01, reset=0.0, checkpoint_seconds=0.0
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

            ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
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


@dataclasses.dataclass(frozen=True)
class Deadly(Text):
    """A text whose first readers are killed when they have a checkpoint.

    Attributes:
        place: above the checkpoints.
        reader: the process that none kills.
        lives: how many are killed.
    """

    place: str = ""
    reader: int = 0
    lives: int = 1

    def __getattribute__(self, name):
        if name == "train" and os.getpid() != self.reader:
            threading.Thread(target=_kill, args=[self], daemon=True).start()
        return super().__getattribute__(name)


def _kill(text):
    place = pathlib.Path(text.place)
    marks = [place / f"killed-{life}" for life in range(text.lives)]
    while not [*place.rglob("checkpoints/**/*.npz")]:
        time.sleep(0.01)
    for mark in marks:
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(text: Text, place: pathlib.Path) -> Text:
    fields = {f.name: getattr(text, f.name) for f in dataclasses.fields(Text)}
    return Deadly(**fields, place=str(place), reader=os.getpid())


def models(directory: pathlib.Path) -> dict[str, str]:
    """Returns the SHA-256 of each model below a directory, by its path."""
    return {
        str(path.relative_to(directory)): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(directory.rglob("model.npz"))
    }


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


def of_norms(task, text):
    """Returns what costs are measured by here: it takes no time."""

    def losses(model):
        weights = model.named_weights().values()
        return lambda: -sum(float(np.abs(w.numpy()).sum()) for w in weights)

    return losses


def test_a_search_whose_worker_is_killed_finds_the_same(
    two, trained, text, tmp_path, monkeypatch
):
    monkeypatch.setattr(LanguageModelling, "losses", of_norms)
    limit = Budget(len(convert.convert(trained.model, "int8")) * 8 // 10)
    formats = ("int8", "int4")
    one, many = tmp_path / "one", tmp_path / "many"
    alone = pipeline.run(trained, text, limit, QUICK, one, "", formats)
    asked = (deadly(text, many), limit, QUICK, many, "", formats)
    found = pipeline.run(trained, *asked, workers=two)
    assert (many / "killed-0").exists()
    assert found.content == alone.content
    assert found.candidate == alone.candidate
    assert models(one).items() <= models(many).items()
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
    two, experiments, tmp_path, monkeypatch
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

    monkeypatch.setattr(stages, "train_by", None)
    rows = run.run(experiments["plain"], place / "plain", "a command")
    assert len(rows) == 4  # With the stock converter's.


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
