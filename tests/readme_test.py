"""The README's commands are run, and its table is that of the results."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

from tflm.experiment import ptb, ptb_table
from tflm.report.rows import load_rows
from tflm.report.text_table import markdown

ROOT = pathlib.Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


# What needs a phone, or does not end: tests of their own run them.
ELSEWHERE = (
    "tflm benchmark build/bundle --device=adb",
    "tflm play build/bundle",
)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands(program):
    lines = [
        line.partition(" #")[0] for b in blocks("sh") for line in b.splitlines()
    ]
    return [x.strip() for x in lines if re.search(rf"(^|\| ){program} ", x)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A directory as the README's reader has it: a text, a Keras model."""
    import tf_keras as keras

    place = tmp_path_factory.mktemp("readme")
    lines = [
        f"see you in town{n % 50} , friend{n % 30} , at number {n} ."
        for n in range(2000)
    ]
    (place / "my_text.txt").write_text("\n".join(lines))
    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(70))]
    (place / "my_words.txt").write_text("\n".join(words) + "\n")
    model = keras.Sequential(
        [
            keras.layers.Embedding(72, 200),
            keras.layers.LSTM(200, return_sequences=True),
            keras.layers.Dense(72),
        ]
    )
    model.build([None, None])
    model.save(place / "my_model.keras")
    return place


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    names = [shlex.split(line)[1] for line in commands("make")]
    assert names == ["demo", "test", "apk"]
    assert all(f"\n{name}: " in makefile for name in names)


def test_commands_run_from_top_to_bottom(place):
    lines = [x for x in commands("tflm") if x not in ELSEWHERE]
    assert len(lines) == 9
    for line in lines:
        # The text is smaller than the reader's, and an hour is too long.
        line = line.replace("10000", "80").replace("rank=48", "rank=30")
        if line.startswith(("tflm train", "tflm compress")):
            line += " --epochs=1 --batch=8 --steps=10"
        line = line.replace("tflm ", f"{sys.executable} -m tflm.cli ", 1)
        if "| tflm" in line:
            line = line.replace("| tflm", f"| {sys.executable} -m tflm.cli")
        done = subprocess.run(
            line,
            shell=True,
            cwd=place,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout


def test_python_runs(place):
    (source,) = blocks("python")
    # The text is smaller than the reader's, and an hour is too long.
    for theirs, ours in {"10_000": "80", "epochs=5": "epochs=0.2"}.items():
        assert theirs in source
        source = source.replace(theirs, ours)
    source = source.replace("rank=48", "rank=30")
    statements = source.strip().partition("\n\n")[2].splitlines()
    assert len(statements) == 10
    (place / "readme.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "readme.py"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "perplexity=" in done.stdout


def test_tables_are_those_of_the_results():
    rows = load_rows(ROOT / "results/chitchat/keyboard.json")
    assert markdown(rows) in README
    nets = ptb.experiments("anywhere")
    assert ptb_table.budgets(ROOT / "results/ptb", nets) in README


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(targets) > 5
    assert [t for t in targets if not (ROOT / t).exists()] == []
