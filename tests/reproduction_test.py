"""A row of the results, made anew by the command that stands beside it."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tflm.latency.machine import machine
from tflm.report.rows import load_rows

ROOT = pathlib.Path(__file__).parents[1]
CLI = "from tflm import cli; cli.run()"


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """The Penn Treebank: where TFLM_PTB says, or downloaded."""
    if "TFLM_PTB" in os.environ:
        return os.environ["TFLM_PTB"]
    place = tmp_path_factory.mktemp("ptb")
    run(["-c", CLI, "corpus", "fetch", "ptb", "--output", place])
    return str(place)


def run(arguments):
    command = [sys.executable, *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def make(text, place):
    run(
        [
            "-m",
            "export.ptb",
            f"--text={text}",
            "--nets=short",
            f"--output={place / 'models'}",
            f"--results={place}",
        ]
    )
    return load_rows(place / "short.json")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_file(text, tmp_path):
    rows = [make(text, tmp_path / name) for name in ("one", "two")]
    for one, two in zip(*rows, strict=True):
        assert one.latency["file_sha256"] == two.latency["file_sha256"]
        assert one.quality == two.quality


@pytest.mark.slow
def test_the_committed_row_is_made_again(text, tmp_path):
    committed = load_rows(ROOT / "results/ptb/short.json")
    found = make(text, tmp_path)
    for old, new in zip(committed, found, strict=True):
        # Other processors add in another order: then scores are only near.
        near = pytest.approx(old.quality["perplexity"], rel=0.02)
        assert new.quality["perplexity"] == near
        if old.provenance["hardware"]["cpu"] == machine()["cpu"]:
            assert new.latency["file_sha256"] == old.latency["file_sha256"]
            assert json.dumps(new.quality) == json.dumps(old.quality)
