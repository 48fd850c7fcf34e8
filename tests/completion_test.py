"""Shells complete commands, options and names, without TensorFlow."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
TFLM = [sys.executable, "-m", "tflm.cli"]


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("tflm exp", ["export"]),
        ("tflm train --vocab", ["--vocabulary_size"]),
        ("tflm train --preset ptb-s", ["ptb-small"]),
        ("tflm train --schedule co", ["constant", "cosine"]),
        ("tflm train --corpus my", ["my_text.txt"]),
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
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "answer"),
        "COMP_LINE": typed,
        "COMP_POINT": str(len(typed)),
    }
    subprocess.run(TFLM, cwd=tmp_path, env=ENVIRONMENT | asked, check=True)
    answer = (tmp_path / "answer").read_text().split("\n")
    assert [line.rstrip() for line in answer] == offered


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
