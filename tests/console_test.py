"""Standard error holds our lines, and of others' only what explains an end."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
NOISE = "F0000 cuInit: what a library writes"


def ended(code):
    """Runs code in a process whose descriptor 2 got NOISE."""
    lines = [
        "import logging, os, sys, warnings",
        "from tflm import console",
        "console.own_lines()",
        f"os.write(2, b'{NOISE}\\n')",
        code,
    ]
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "sys.exit(3)",
        "warnings.warn('old')",
        "logging.getLogger('tensorflow').warning('retracing')",
        "from absl import logging; logging.error('others')",
        "os.system('echo a child >&2')",
    ],
)
def test_what_others_write_is_kept_aside(code):
    assert ended(code).stderr == ""


# As if a module of ours did it: absl and Python find the caller's file.
LOGS = """
from absl import logging
def log():
    exec(compile("logging.info('epoch %d', 1)", console.__file__, "exec"))
"""


def test_our_lines_are_plain():
    assert ended(f"{LOGS}log()").stderr == "epoch 1\n"


@pytest.mark.parametrize(
    "code, returncode", [("os.abort()", -6), ("os.kill(os.getpid(), 9)", -9)]
)
def test_a_process_that_a_signal_ends_leaves_what_was_said(code, returncode):
    done = ended(code)
    assert done.returncode == returncode
    assert done.stderr == f"{NOISE}\n"


def test_an_exception_that_nothing_catches_comes_after_what_was_said():
    lines = ended("1 / 0").stderr.splitlines()
    assert lines[0] == NOISE
    assert lines[-1].startswith("ZeroDivisionError")


def test_a_log_line_stands_above_the_bar():
    code = """
import io
from tqdm import tqdm
sys.stderr = io.StringIO()
bar = tqdm(total=2, mininterval=0)
log()
shown = sys.stderr.getvalue().split("\\r")
assert "epoch 1\\n" in shown, shown
assert "0/2" in shown[-1], shown
"""
    assert ended(LOGS + code).returncode == 0
