"""Shells complete commands, options and names, without TensorFlow."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
TFLM = [sys.executable, "-m", "tflm"]


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("tflm exp", ["export"]),
        ("tflm train --vocab", ["--vocabulary_size"]),
        ("tflm train --preset ptb-s", ["ptb-small"]),
        ("tflm train --schedule co", ["constant", "cosine"]),
        ("tflm train --corpus my", ["my_text.txt"]),
        ("tflm sweep --vary ba", ["batch="]),
        ("tflm export small --format int", ["int8", "int4"]),
        ("tflm compress mi", ["mine/"]),
        ("tflm compress mine --methods 'LowRank(rank=4), Pr",
         ["LowRank(rank=4), Prune("]),
        ("tflm compress mine --methods 'Prune(block=4, sp",
         ["Prune(block=4, sparsity="]),
    ],
)  # fmt: skip
def test_offers(typed, offered, tmp_path):
    (tmp_path / "my_text.txt").touch()
    (tmp_path / "mine").mkdir()
    assert answer(tmp_path, typed) == offered


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("tflm train --preset ptb-s", "ptb-small"),
        ("tflm export small --format full", "full_int8"),
    ],
)
def test_offers_in_fish_which_shows_descriptions(typed, offered, tmp_path):
    fish = {"_ARGCOMPLETE_SHELL": "fish", "_ARGCOMPLETE_DFS": "\t"}
    assert answer(tmp_path, typed, **fish) == [offered]


def answer(directory: pathlib.Path, typed: str, **shell: str) -> list[str]:
    """Returns what a shell is given to offer after what was typed."""
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(directory / "answer"),
        "COMP_LINE": typed,
        "COMP_POINT": str(len(typed)),
    }
    environment = ENVIRONMENT | asked | shell
    subprocess.run(TFLM, cwd=directory, env=environment, check=True)
    lines = (directory / "answer").read_text().split("\n")
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(shell, tmp_path):
    script = subprocess.check_output(
        [*TFLM, "completion", shell], env=ENVIRONMENT, text=True
    )
    assert "_ARGCOMPLETE" in script
    if program := shutil.which(shell):
        path = tmp_path / "script"
        path.write_text(script)
        subprocess.run([program, "-n", path], check=True)
