"""Many processes make of a text what one process makes, to the byte."""

import contextlib
import dataclasses
import gzip
import hashlib
import io
import os
import pathlib
import random
import signal
import socket
import sys

import numpy as np
import pytest

from tests.command import run_here
from tests.refusals import refusal
from tflm import __version__, files
from tflm.evaluation.ngram import kneser_ney, merged
from tflm.scale import cluster, map_reduce, ngrams, readings
from tflm.scale.passes import ManyProcesses
from tflm.text import dataset
from tflm.text.shard import Shard

WORDS = ["the", "Anna", "ANNA", "anna", "Éva", "éva", "😀", "a", "5"]
WORDS += [f"word{n}" for n in range(40)]
FILES = ("vocabulary.txt", "train.ids", "valid.ids", "text.json")


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> pathlib.Path:
    """A folder of three files, one of which is compressed."""
    folder, chance = tmp_path_factory.mktemp("texts"), random.Random(0)
    for name in "abc":
        lines = [
            " ".join(chance.choices(WORDS, k=chance.randint(0, 6)))
            for _ in range(700)
        ]
        (folder / f"{name}.txt").write_text("\n".join(lines), "utf-8")
    content = (folder / "c.txt").read_bytes()
    (folder / "c.txt.gz").write_bytes(gzip.compress(content))
    (folder / "c.txt").unlink()
    return folder


@pytest.fixture(scope="module")
def workers():
    """Two processes of Ray, of which none is left when the tests are done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_STORE_BYTES", 40 << 20)
        patch.setenv("RAY_worker_niceness", "0")
        with cluster.connected(workers=2):
            import ray

            ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
            yield


@dataclasses.dataclass(frozen=True)
class Dying(Shard):
    """A shard whose first reader is killed in the middle of it."""

    mark: str = ""

    def lines(self, split):
        for number, line in enumerate(super().lines(split)):
            if number == 20 and self.mark and not os.path.exists(self.mark):
                pathlib.Path(self.mark).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            yield line


def digests(directory: pathlib.Path) -> list[str]:
    return [
        hashlib.sha256((directory / name).read_bytes()).hexdigest()
        for name in FILES
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("{0}", {}),
        ("{0}/a.txt:2.3,{0}/b.txt:0.7,{0}/c.txt.gz", {}),
        ("{0}", {"deduplicate": "exact"}),
        ("{0}/b.txt:1.5,{0}", {"deduplicate": "near"}),
    ],
    ids=["folder", "mixture", "exact", "near"],
)
def test_many_processes_write_the_bytes_of_one(
    workers, texts, tmp_path, name, options
):
    name = name.format(texts)
    dataset.prepare(name, tmp_path / "one", 30, **options)
    for size in (3_000, 1 << 20):
        many = tmp_path / f"many-{size}"
        dataset.prepare(name, many, 30, passes=ManyProcesses(size), **options)
        assert digests(many) == digests(tmp_path / "one")


def test_a_vocabulary_larger_than_the_text_is_the_same(
    workers, texts, tmp_path
):
    passes = ManyProcesses(3_000)
    one = dataset.prepare(str(texts), tmp_path / "one", 500)
    many = dataset.prepare(str(texts), tmp_path / "many", 500, passes=passes)
    assert one.vocabulary == many.vocabulary


def test_workers_that_are_killed_lose_nothing(
    workers, texts, tmp_path, monkeypatch
):
    dataset.prepare(str(texts), tmp_path / "one", 30, deduplicate="exact")
    chance, marks = random.Random(1), []

    def dying(corpus, size):
        """Has two shards of each pass kill who reads them first."""
        found = readings.cut(corpus, size)
        shards = [*found.shards]
        for number in chance.sample(range(len(shards)), 2):
            mark = str(tmp_path / f"killed-{len(marks)}")
            marks.append(mark)
            fields = dataclasses.asdict(shards[number]) | {"mark": mark}
            shards[number] = Dying(**fields)
        return dataclasses.replace(found, shards=tuple(shards))

    monkeypatch.setattr("tflm.scale.passes.cut", dying)
    passes = ManyProcesses(3_000)
    many = tmp_path / "many"
    dataset.prepare(str(texts), many, 30, deduplicate="exact", passes=passes)
    assert digests(many) == digests(tmp_path / "one")
    killed = [mark for mark in marks if os.path.exists(mark)]
    assert len(killed) >= 4


def test_what_a_worker_refuses_is_told_as_one_process_tells_it(
    workers, tmp_path
):
    (tmp_path / "text.txt").write_bytes(b"good\n" * 900 + b"\xff\n")
    name = str(tmp_path / "text.txt")
    one = refusal(dataset.prepare, name, tmp_path / "one", 30)

    def many():
        with cluster.explained():
            passes = ManyProcesses(1 << 20)
            dataset.prepare(name, tmp_path / "many", 30, passes=passes)

    said = refusal(many)
    assert said == one and "line 901 is not UTF-8" in one


def test_conversations_are_left_to_one_process(workers, tmp_path):
    said = refusal(
        *(dataset.prepare, "chitchat", tmp_path, 30), passes=ManyProcesses()
    )
    assert "'chitchat' is no text with a message a line" in said
    assert "leave --workers and --ray out" in said


def test_the_command_prepares_and_train_goes_on(
    workers, texts, tmp_path, capsys
):
    place = tmp_path / "ids"
    asked = ("corpus", "prepare", texts, "--output", place)
    asked += ("--vocabulary_size", 30)
    assert run_here(*asked, "--workers", 2) == 0
    assert "train_tokens" in capsys.readouterr().out
    assert run_here(*asked) == 2
    assert "give --overwrite" in capsys.readouterr().err
    text, said = dataset.load(place)
    assert said["vocabulary_size"] == 30 and said["corpus"] == str(texts)
    dataset.prepare(str(texts), tmp_path / "one", 30)
    assert digests(place) == digests(tmp_path / "one")


# N-grams


@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_ngrams_of_many_processes_are_those_of_one(workers, tmp_path, size):
    ids = np.random.default_rng(0).integers(0, 7, 900, np.int32)
    ids[-1] = 0
    files.write(tmp_path / "train.ids", ids.tobytes())
    ends = np.flatnonzero(ids == 0)
    sentences = [part[:-1] for part in np.split(ids, ends + 1)[:-1]]
    one = kneser_ney.train(sentences, 9, 4)
    if size == 1:  # As many shards as sentences: this process merges them.
        parts = ngrams.shards(tmp_path / "train.ids", 0, size)
        found = [ngrams._count(part, 1, 9, 4, 0)[0] for part in parts]
        levels = merged.levels_of(ngrams._added(found), 9)
        many = kneser_ney.of_levels(levels, 9)
    else:
        many = ngrams.train(tmp_path / "train.ids", 9, 4, 0, size)
    for level, other in zip(one.levels, many.levels, strict=True):
        for field in dataclasses.fields(level):
            name = field.name
            np.testing.assert_array_equal(
                getattr(level, name), getattr(other, name), name
            )


# Order


def test_results_come_in_the_order_of_their_jobs(workers):
    found = [*map_reduce.in_order(_slow_first, range(9), 1)]
    assert found == [*range(1, 10)]


def test_a_terminal_is_told_how_many_parts_are_left(workers, monkeypatch):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr", terminal)
    [*map_reduce.in_order(_slow_first, range(9), 1, title="counting")]
    assert "counting" in terminal.getvalue() and "0/9" in terminal.getvalue()


def _slow_first(job, more):
    return 0 * sum(range((9 - job) * 10_000)) + job + more


# What is refused


@pytest.fixture
def apart(monkeypatch):
    """Has a test connect by itself, and leave the workers of others alone."""
    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setattr("ray.shutdown", lambda: None)


def refused(capsys, *arguments, code=2) -> str:
    """Returns the one line that a command says which fails."""
    assert run_here("corpus", "prepare", *arguments) == code
    [line] = capsys.readouterr().err.splitlines()
    return line


def test_no_ray_is_told_with_its_extra(monkeypatch, tmp_path, capsys, texts):
    monkeypatch.setitem(sys.modules, "ray", None)
    said = refused(
        *(capsys, texts, "--output", tmp_path / "x", "--workers", 2), code=1
    )
    assert "pip install 'tflm-toolkit[ray]'" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--workers=0", "give one of them"),
        ("--workers=2 --ray=auto", "give one of them"),
        ("--ray=nowhere", "give HOST:PORT, or auto"),
        ("--ray=ray://host:10001", "give HOST:PORT, or auto"),
        ("--workers=2 --curated", "leave --workers and --ray out"),
        ("--workers=2 --shard_megabytes=0", "give 1 or more"),
    ],
)
def test_workers_are_asked_for_in_one_way(
    arguments, message, texts, tmp_path, capsys, apart
):
    asked = (texts, "--output", tmp_path / "x", *arguments.split())
    assert message in refused(capsys, *asked)


def test_an_address_that_does_not_answer_is_left_soon(
    texts, tmp_path, capsys, monkeypatch, apart
):
    monkeypatch.setattr(cluster, "_SECONDS", 0.2)
    with contextlib.closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # It takes calls, and says nothing.
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        asked = (texts, "--output", tmp_path / "x", f"--ray={address}")
        said = refused(capsys, *asked, code=1)
    assert f"no Ray answers at {address}" in said


@pytest.mark.parametrize("version", ["0.0.1", ""])
def test_a_machine_with_another_version_is_named(version):
    found = {"10.0.0.1": __version__, "10.0.0.2": version}
    said = refusal(cluster.check_versions, found)
    assert f"10.0.0.2 has {'tflm 0.0.1' if version else 'no tflm'}" in said


def test_a_ray_of_another_python_is_told_in_one_line(monkeypatch, apart):
    import ray

    def init(*arguments, **fields):
        raise RuntimeError("Version mismatch:\n  Python: 3.9\n  here 3.11")

    monkeypatch.setattr(ray, "init", init)
    monkeypatch.setattr(cluster, "_check_answer", lambda address: None)
    with pytest.raises(RuntimeError) as error:
        with cluster.connected(address="host:6379"):
            pass
    said = "Ray at host:6379: Version mismatch: Python: 3.9 here 3.11"
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ObjectStoreFullError", "smaller shards, fewer workers"),
        ("OutOfDiskError", "smaller shards, fewer workers"),
        ("OutOfMemoryError", "took more memory than its machine has"),
        ("WorkerCrashedError", "Ray failed: "),
    ],
)
def test_what_ray_lacks_is_one_line(name, message):
    import ray

    with pytest.raises(RuntimeError, match=message) as error:
        with cluster.explained():
            raise getattr(ray.exceptions, name)("a\nb")
    assert "\n" not in str(error.value)


def test_machines_of_a_cluster_have_this_version(workers):
    import ray

    cluster._check_answer(ray.get_runtime_context().gcs_address)
    assert {*cluster._versions(ray).values()} == {__version__}
