"""Several processes train one model: what one process would have trained."""

import dataclasses
import importlib
import pathlib
import signal

import numpy as np
import pytest
import tensorflow as tf

from tests.refusals import refusal
from tflm.experiment import stages, together
from tflm.layers.part import Part
from tflm.model.config import LayerConfig, ModelConfig
from tflm.scale import cluster
from tflm.text import dataset
from tflm.text.ids import digest
from tflm.training import team
from tflm.training.config import TrainingConfig
from tflm.training.distillation.config import DistillationConfig
from tflm.training.distillation.soft_targets import Header, SoftTargets
from tflm.training.text_course import TextCourse
from tflm.training.trainer import Trainer

ROWS, WORKERS = 8, 3
HOW = TrainingConfig(
    epochs=1, batch=ROWS, steps=5, samples=20, reset=0.3, learning_rate=0.01
)


class One(team.Team):
    """One of several that do not exchange anything."""

    def __init__(self, number: int):
        self.number = number

    def part(self, batch: int) -> Part:
        return team.part(batch, self.number, WORKERS)


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_each_row_is_read_by_one_worker(workers):
    rows = np.arange(ROWS * 2)
    parts = [team.part(ROWS, number, workers) for number in range(workers)]
    np.testing.assert_array_equal(
        np.concatenate([part.of(rows) for part in parts]), rows
    )
    assert sum(part.share for part in parts) == pytest.approx(1)


def said(ids) -> SoftTargets:
    """What a teacher says who knows which words follow one another."""
    random = np.random.default_rng(0)
    words = random.integers(0, 60, [len(ids), 3])
    chances = random.dirichlet([3, 2, 1, 1], len(ids))[:, :3]
    header = Header(len(ids), 3, 60, "", digest(ids), "")
    return SoftTargets(
        pathlib.Path("said"), header, words.astype(np.uint16), chances
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"loss": "full"},
        {"loss": "sampled"},
        {"alone": 0.5},
        {"cache": 6},
        {"distillation": DistillationConfig(words=3, gate="max")},
    ],
    ids=lambda fields: "-".join(map(str, fields)),
)
def test_losses_and_gradients_of_parts_add_up(make_model, ids, fields):
    how = dataclasses.replace(HOW, **fields)
    model = make_model(input_dropout=0.3, state_dropout=0.3, word_dropout=0.2)
    targets = said(ids) if how.distillation else None

    def course(who: team.Team) -> TextCourse:
        return TextCourse(
            *(model, ids, ids[:60], how, targets), eos=3, team=who
        )

    whole = course(team.ALONE)
    for _ in zip(range(3), Trainer(model, whole, how), strict=False):
        pass  # So that there is something to carry on.
    parts = [course(One(number)) for number in range(WORKERS)]
    for part in parts:
        own = [*part.state, *part.weights]
        known = [*whole.state, *whole.weights]
        for variable, one in zip(own, known, strict=True):
            variable.assign(one)

    def learned(reader: TextCourse) -> list[np.ndarray]:
        kind, batch = reader.batch(3, 0.1)
        with tf.GradientTape() as tape:
            loss, _ = reader.losses(kind)(tf.constant([0, 3]), *batch)
        weights = model.trainable_variables
        gradients = map(tf.convert_to_tensor, tape.gradient(loss, weights))
        return [value.numpy() for value in (loss, *gradients)]

    sums = [sum(values) for values in zip(*map(learned, parts), strict=True)]
    for total, expected in zip(sums, learned(whole), strict=True):
        np.testing.assert_allclose(total, expected, rtol=1e-4, atol=1e-6)


def test_more_workers_than_rows_are_refused():
    told = refusal(team.part, ROWS, 0, 9)
    assert told == (
        "a batch of 8 rows is not enough for 9 workers: give fewer workers or "
        "a larger batch"
    )


def test_what_workers_fail_of_is_one_line():
    from ray.train import WorkerGroupError

    place = "Traceback: ...\n  File ...\nOSError: no space left on device\n"
    with pytest.raises(RuntimeError) as told, together.explained():
        raise WorkerGroupError("all of it", {1: RuntimeError(place)})
    assert str(told.value) == (
        "workers failed 11 times, in the end: OSError: no space left on device"
    )


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """A text of 40 words, each of which follows from the one before."""
    folder, word = tmp_path_factory.mktemp("team"), 1
    lines = []
    for length in range(1500):
        line = []
        for _ in range(3 + length % 5):
            word = word * 7 % 41
            line.append(f"w{word}")
        lines.append(" ".join(line))
    (folder / "text.txt").write_text("\n".join(lines))
    return dataset.prepare(str(folder / "text.txt"), folder / "ids", 50)


def test_a_worker_that_is_killed_changes_nothing(text, tmp_path, monkeypatch):
    shape = ModelConfig(
        vocabulary_size=len(text.vocabulary),
        embedding_size=6,
        layers=(LayerConfig("lstm", 8, 6),),
        output_dropout=0.2,
    )
    how = dataclasses.replace(
        HOW,
        epochs=3,
        batch=5,
        loss="sampled",
        samples=9,
        exact=0.3,
        alone=0.4,
    )
    alone = stages.train_model(tmp_path / "one", "one", shape, how, text)
    monkeypatch.setattr(cluster, "_STORE_BYTES", 40 << 20)
    monkeypatch.setenv("RAY_worker_niceness", "0")
    killed = []

    def kill_once(_) -> None:
        """Kills one of the workers after the first epoch that is told of."""
        psutil = importlib.import_module("psutil")  # Ray brings it along.
        for child in psutil.Process().children(recursive=True):
            if not killed and "RayTrainWorker" in " ".join(child.cmdline()):
                killed.append(child)
                child.send_signal(signal.SIGKILL)

    with cluster.connected(workers=2):
        together.train(tmp_path / "two", shape, how, text, 2, kill_once)
    assert killed
    found = stages.train_model(tmp_path / "two", "two", shape, how, text)
    [one], [two] = map(stages.progress, (tmp_path / "one", tmp_path / "two"))
    assert one["step"] == two["step"]
    assert two["best"] == pytest.approx(one["best"], rel=1e-4)
    weights = found.model.named_weights()
    for name, weight in alone.model.named_weights().items():
        np.testing.assert_allclose(weights[name], weight, atol=1e-4)
    assert not [*(tmp_path / "two").glob(".tflm-*")]
