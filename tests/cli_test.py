"""The command is run as a user runs it, in a process of its own.

Where only what it says counts it runs here, which spares 2 s each; the README's
commands go the whole way in processes of their own.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import termios

import numpy as np
import pytest

from tests.command import run_here
from tests.rows import row
from tflm import cli
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.commands import compress
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.report.rows import save_rows
from tflm.text.dataset import Origin
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import convert
from tflm.training.config import TUNING

ROOT = pathlib.Path(__file__).parents[1]


def tflm(*arguments, cwd, text=None):
    return subprocess.run(
        [sys.executable, "-m", "tflm", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        input=text if text is not None else "",
    )


@pytest.fixture
def tflm_here(monkeypatch, capfd):
    """Runs the command in this process, which has TensorFlow by now."""

    def run(*arguments, cwd):
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        code = run_here(*arguments)
        said = capfd.readouterr()
        return subprocess.CompletedProcess(arguments, code, *said)

    return run


def refused(done, message, code=2):
    """Tells whether a command ended with one line of error and `code`."""
    lines = [x for x in done.stderr.splitlines() if x.startswith("tflm: ")]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1, done.stderr
    assert message in lines[0]
    assert "Traceback" not in done.stderr
    return True


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def bundle_path(place, words):
    from tflm.model.build import build_model
    from tflm.model.config import LayerConfig, ModelConfig

    layers = (LayerConfig("cifg", 16, 8),)
    model = build_model(ModelConfig(60, 8, layers, init_scale=0.4))
    workspace.save(Trained(model, words, Origin("chitchat")), place / "model")
    content = convert.convert_here(model)
    write_bundle(
        place / "bundle", content, words, About("a", "", "chitchat", "")
    )
    words.save(place / "words.txt")
    return place / "bundle"


def test_the_whole_way(place, corpus_file, tflm_here, converts_here):
    done = tflm_here(
        *("train", "--corpus", corpus_file, "--vocabulary_size", 45),
        *("--epochs", 2, "--batch", 8, "--steps", 8, "--output", "mine"),
        "--json",
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    trained = json.loads(done.stdout)
    assert trained["best_perplexity"] < 45
    done = tflm_here(
        *("compress", "mine", "--methods", "LowRank(rank=20, scope='emb.*')"),
        *("--epochs", 0.2, "--batch", 8, "--steps", 8),
        *("--output", "small", "--json"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    sizes = json.loads(done.stdout)
    assert sizes["parameters"] < sizes["parameters_before"]
    done = tflm_here("export", "small", "--output", "out", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "minimum_runtime" in done.stdout
    done = tflm_here(
        *("evaluate", "out", "--corpus", corpus_file, "--sentences", 20),
        *("--reference", "small", "--json"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    scored = json.loads(done.stdout)
    assert scored["perplexity"] < 45
    assert scored["top1_agreement"] > 0.8
    refused(
        tflm_here("export", "small", "--output", "out", cwd=place),
        "--overwrite",
    )


def test_suggest_answers_lines(place, bundle_path):
    done = tflm("suggest", bundle_path, cwd=place, text="see \nwh\n")
    first, second = done.stdout.splitlines()
    assert first.count("|") == 2
    assert set(second.split(" | ")) == {"what", "who"}


def test_inspect_takes_a_bundle_and_a_file(place, bundle_path):
    done = tflm("inspect", bundle_path, cwd=place)
    assert "FULLY_CONNECTED" in done.stdout
    done = tflm("inspect", bundle_path / "model.tflite", "--json", cwd=place)
    assert json.loads(done.stdout)["signatures"][0]["name"] == "step"


def test_benchmark_prints_percentiles(place, bundle_path):
    done = tflm("benchmark", bundle_path, "--runs", 50, "--json", cwd=place)
    [found] = json.loads(done.stdout)["results"]
    assert (found["model"], found["device"]) == ("a", "host")
    times = found["latency"]
    assert 0 < times["p50_ms"] <= times["p90_ms"] <= times["max_ms"]
    assert times["median_ms"] == times["p50_ms"]


def test_benchmark_compares_files_and_keeps_what_it_found(place, bundle_path):
    file = bundle_path / "model.tflite"
    done = tflm(
        *("benchmark", bundle_path, file, "--runs", 200),
        *("--precision", 0.5, "--output", "found.json"),
        *("--csv", "found.csv", "--plot", "found.png"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    assert f"{file} / {bundle_path}" in done.stdout
    found = json.loads((place / "found.json").read_text())
    [ratio] = found["ratios"]
    assert ratio["low"] <= ratio["ratio"] <= ratio["high"]
    assert found["command"].startswith("tflm benchmark ")
    assert (place / "found.csv").read_text().count("\n") == 3
    assert (place / "found.png").read_bytes().startswith(b"\x89PNG")


def test_report_takes_the_times_of_a_benchmark(place, bundle_path):
    tflm("benchmark", bundle_path, "--output", "times.json", cwd=place)
    [times] = json.loads((place / "times.json").read_text())["results"]
    sha256 = times["latency"]["file_sha256"]
    old = {"file_sha256": sha256, "p50_ms": 123.0}
    saved = [row("mine", 1, 50.0, latency=old), row("other", 2, 40.0)]
    save_rows(saved, place / "rows.json")
    done = tflm(
        *("report", "rows.json", "--latency", "times.json"),
        *("--cost", "ms", "--output", "page.html"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    assert "123.000" not in done.stdout
    assert f"{times['latency']['p50_ms']:.3f}" in done.stdout
    assert "Time against perplexity" in (place / "page.html").read_text()


def test_a_keras_file_is_exported(place, bundle_path, tflm_here, converts_here):
    import tf_keras as keras

    stock = keras.Sequential(
        [
            keras.layers.Embedding(60, 6),
            keras.layers.LSTM(7, return_sequences=True),
            keras.layers.Dense(60, activation="softmax"),
        ]
    )
    stock(np.zeros([1, 2]))
    stock.save(place / "own.keras")
    done = tflm_here(
        *("export", "own.keras", "--vocabulary", "words.txt"),
        *("--format", "float32", "--output", "own"),
        cwd=place,
    )
    assert done.returncode == 0, done.stderr
    Bundle.load(place / "own").check()


@pytest.mark.parametrize("split", ["test", "valid"])
def test_a_table_of_compressed_files_says_what_text_it_is_of(split, capsys):
    quality = {"perplexity": 90.0, "tokens": 1221}
    made = {"corpus": "my_text.txt", "split": split}
    rows = [row(name, quality=quality, provenance=made) for name in "ab"]
    compress._show({"parameters": 9}, rows, as_json=False)
    shown = capsys.readouterr().out.split("\n\n")
    assert shown[1] == f"my_text.txt, {split} split, 1,221 tokens"
    assert len(shown[2].splitlines()) == 3


def test_compressing_may_leave_out_training():
    line = ["tflm", "compress", "mine", "--methods=Prune()", "--output=small"]
    for given, tuned in (([], True), (["--no-training"], False)):
        arguments = cli._parse([*line, *given])
        assert bool(compress._tuned(arguments, TUNING)) == tuned


def test_doctor_finds_the_pinned_set_sound(place):
    done = tflm("doctor", cwd=place)
    assert done.returncode == 0
    assert "no problem found" in done.stdout


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("train --corpus empty.txt --output x", "is empty"),
        ("train --corpus binary.txt --output x", "is binary"),
        ("train --corpus latin.txt --output x", "is not UTF-8"),
        ("train --corpus word.txt --output x", "give it more lines"),
        ("compress model --methods LowRank(rank=99) --epochs 0 --output x",
         "give 1 to 8"),
        ("compress model --methods Prune() --no_training --epochs 1 --output x",
         "leave out --epochs"),
        ("export empty.txt --output new", "holds no model"),
        ("evaluate zero.tflite --vocabulary words.txt", "zero.tflite"),
        ("inspect zero.tflite", ""),
        ("inspect random.tflite", ""),
        ("inspect cut.tflite", ""),
        ("benchmark cut.tflite", ""),
        ("benchmark", "nothing to measure"),
        ("benchmark bundle --device=usb", "give host, adb"),
        ("benchmark bundle --device=qemu", "such as qemu:cortex-a76"),
        ("benchmark bundle --device=host:3", "there is no device"),
        ("benchmark bundle --device=qemu:max --device=host", "alone"),
        ("benchmark bundle --precision=0", "precision must be above 0"),
        ("benchmark bundle --runs=3", "runs must be at least 50"),
        ("benchmark bundle --plot=a.pdf", "neither a .png nor a .svg"),
        ("benchmark bundle --output=no/a.json", "in no folder that exists"),
        ("benchmark bundle --package=aws", "needs the folder"),
        ("benchmark bundle --results=nowhere --output=a.json", "nowhere"),
        ("report results.json --latency=empty.txt", "holds no measurements"),
        ("suggest nowhere", "is missing: give a workspace"),
        ("suggest ..", "is no model: give a workspace"),
        ("suggest random.tflite", "give --vocabulary"),
        ("evaluate model --format full_int8", "needs a text"),
        ("evaluate bundle --format int4",
         "is of workspaces, which are converted, and not of bundle: leave it"),
        ("evaluate bundle --reference bundle --format int4", "not of bundle"),
        ("evaluate zero.tflite --vocabulary words.txt --format int4",
         "and not of zero.tflite: leave it out"),
        ("benchmark bundle words.txt --format int4", "not of bundle, words"),
        ("benchmark bundle --format int4 --package aws --output x",
         "--format is of workspaces"),
        ("play bundle --format int4", "--format is of workspaces"),
        ("inspect bundle --vocabulary words.txt", "not of bundle: leave it"),
        ("suggest model --vocabulary words.txt", "not of model: leave it out"),
        ("compress model --methods Prune() --map a=relu --output x",
         "--map is of PyTorch's files, and not of model: leave it out"),
        ("evaluate bundle --beam 4", "--beam is of taggers: leave it out"),
        ("evaluate bundle --reference others",
         "others has other words than bundle: give a model of the same"),
        ("benchmark model --device=adb", "no bundle, which a phone needs"),
        ("suggest changed", "was changed"),
        ("corpus fetch ptp", "there is ptb"),
        ("report empty.txt", ""),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_code_two(
    bad_files, tflm_here, arguments, message
):
    left = bad_files / "x"
    shutil.rmtree(left, ignore_errors=True)
    assert refused(tflm_here(*arguments.split(), cwd=bad_files), message)
    assert not left.exists() or not (left / "model.npz").exists()


@pytest.fixture(scope="module")
def bad_files(place, bundle_path):
    good = (bundle_path / "model.tflite").read_bytes()
    contents = {
        "empty.txt": b"",
        "results.json": b"[]",
        "binary.txt": b"\x7fELF\0\0\0\1",
        "latin.txt": "caf\xe9 au lait\n".encode("latin-1"),
        "word.txt": b"hello\n" * 50,
        "zero.tflite": b"",
        "random.tflite": np.random.default_rng(0).bytes(5000),
        "cut.tflite": good[: len(good) // 2],
    }
    for name, content in contents.items():
        (place / name).write_bytes(content)
    others = place / "others"
    if not others.exists():  # As many words, in another order.
        content, words = good, Bundle.load(bundle_path).vocabulary.words
        words = Vocabulary((*words[:3], *reversed(words[3:])))
        write_bundle(others, content, words, About("b", "", "chitchat", ""))
    changed = place / "changed"
    if not changed.exists():
        changed.mkdir()
        for path in bundle_path.iterdir():
            data = bytearray(path.read_bytes())
            if path.name == "vocabulary.txt":
                data[-2] ^= 1
            (changed / path.name).write_bytes(data)
    return place


def test_a_missing_file_is_one_line(place, bundle_path):
    refused(tflm("inspect", "nowhere.tflite", cwd=place), "nowhere")


def test_verbose_has_the_same_exit_code(tflm_here):
    done = tflm_here("evaluate", "nowhere", "--verbose", cwd=".")
    assert done.returncode == 2
    assert "Traceback" in done.stderr and "nowhere is missing" in done.stderr


@pytest.mark.parametrize(
    "given, said",
    [
        (["train", "--output=x"], "tflm: stopped; the same command"),
        (
            ["corpus", "prepare", "a", "--output=x"],
            "; the same command goes on",
        ),
        (["zip", "a", "b"], "tflm: stopped\n"),
    ],
)
def test_only_what_goes_on_says_so_when_it_is_stopped(given, said, capsys):
    def stop(arguments):
        raise KeyboardInterrupt

    arguments = cli._parse(["tflm", *given])
    arguments.run = stop
    assert cli._main(arguments) == 130
    assert said in capsys.readouterr().err


def test_misuse_is_exit_code_two(place):
    assert tflm("exprot", cwd=place).returncode == 2
    assert tflm("export", cwd=place).returncode == 2


def at_a_terminal(command, cwd, typed):
    """Types at a command; returns its exit code and what a terminal shows."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tflm", *map(str, command)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    shown = b""
    for text in typed:
        # What is typed before the prompt is not lost, but Ctrl-C would be.
        while not shown.endswith(b"> "):
            shown += os.read(ours, 1000)
        os.write(ours, text.encode())
        shown += b"\n"
    with contextlib.suppress(OSError):  # Linux says so when it was closed.
        while True:
            if not select.select([ours], [], [], 2)[0]:
                # A Ctrl-C between the prompt and the wait for keys is lost:
                # one presses it again.
                os.write(ours, typed[-1].encode())
            elif more := os.read(ours, 1000):
                shown += more
            else:
                break
    os.close(ours)
    return process.wait(), shown.decode()


@pytest.mark.parametrize("leave", ["\x04", "\x03"], ids=["Ctrl-D", "Ctrl-C"])
def test_suggest_has_a_prompt_on_a_terminal(place, bundle_path, leave):
    code, shown = at_a_terminal(
        ["suggest", bundle_path], place, ["wh\n", leave]
    )
    assert code == 0
    hint, *lines = shown.splitlines()
    assert hint.startswith("a: type, Enter shows suggestions")
    assert "Ctrl-D leaves" in hint
    assert {"what | who", "who | what"} & {*lines}
    assert "Traceback" not in shown
