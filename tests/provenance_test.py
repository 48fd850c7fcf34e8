"""What is kept of how a number came about."""

import json
import pathlib
import re
import subprocess

from tflm.latency.machine import machine
from tflm.report import provenance


def test_provenance_says_what_made_a_number():
    found = provenance.provenance("tflm evaluate", "ptb", "ab12")
    assert json.loads(json.dumps(found)) == found
    assert found["command"] == "tflm evaluate"
    assert (found["corpus"], found["corpus_sha256"]) == ("ptb", "ab12")
    assert {"python", "numpy", "tensorflow"} <= found["versions"].keys()
    assert found["hardware"] == machine()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["date"])
    assert found["commit"] is None or re.fullmatch(
        "[0-9a-f]{40}(-dirty)?", found["commit"]
    )


def test_provenance_does_not_tell_whose_machine_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = (
        f"/home/ada/venv/bin/tflm compress {tmp_path}/models/a.keras "
        f"--corpus=ptb:/home/ada/ptb --output={tmp_path}/b.tflite "
        "--method='LowRank(rank=8, scope=\".*/input\")' ../c https://x.org/y"
    )
    found = provenance.provenance(command, corpus="ptb:/home/ada/ptb")
    assert found["command"] == (
        "tflm compress models/a.keras --corpus=ptb:ptb --output=b.tflite "
        "'--method=LowRank(rank=8, scope=\".*/input\")' ../c https://x.org/y"
    )
    assert found["corpus"] == "ptb:ptb"


def test_commit_is_that_of_a_tracked_file(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(
            ["git", "-C", tmp_path, *who, *arguments],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    source = pathlib.Path(tmp_path, "code.py")
    source.write_text("1\n")
    assert provenance.commit(source) is None
    git("init", "--quiet")
    assert provenance.commit(source) is None
    git("add", "code.py")
    git("commit", "--quiet", "--message=first")
    assert provenance.commit(source) == git("rev-parse", "HEAD")
    source.write_text("2\n")
    assert provenance.commit(source) == git("rev-parse", "HEAD") + "-dirty"
