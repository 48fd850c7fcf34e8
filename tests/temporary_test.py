"""What killed processes left is removed, and nothing else is."""

import os
import signal
import subprocess
import sys

import pytest

from tflm import temporary

_KILLED = """
import os, signal, sys
from tflm import temporary
with getattr(temporary, sys.argv[1])(sys.argv[2]) as path:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(kind, place):
    """Has a process die with a temporary one in its hands; returns its path."""
    done = subprocess.run([sys.executable, "-c", _KILLED, kind, place])
    assert done.returncode == -signal.SIGKILL
    [left] = place.iterdir()
    return left


@pytest.mark.parametrize("kind", ["file", "directory"])
@pytest.mark.parametrize("next_kind", ["file", "directory"])
def test_the_next_removes_what_a_killed_process_left(kind, next_kind, tmp_path):
    left = killed(kind, tmp_path)
    with getattr(temporary, next_kind)(tmp_path) as path:
        assert [*tmp_path.iterdir()] == [path] != [left]
    assert not [*tmp_path.iterdir()]


def test_what_is_held_stays(tmp_path):
    with temporary.file(tmp_path) as first:
        with temporary.directory(tmp_path) as second:
            with temporary.directory(tmp_path):
                assert first.exists() and second.exists()


def test_files_links_and_pipes_of_the_user_stay(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in (".tflm-notes", ".tflm-notes.part", ".tflm-Meetings.part"):
        (tmp_path / name).write_text("mine")
    (tmp_path / ".tflm-00000000.part").symlink_to(mine)
    os.mkfifo(tmp_path / ".tflm-11111111.part")
    before = {*tmp_path.iterdir()}
    with temporary.directory(tmp_path):
        pass
    assert {*tmp_path.iterdir()} == before


def test_one_that_is_swept_before_it_is_held_is_made_anew(
    tmp_path, monkeypatch
):
    hold, swept = temporary._hold, []

    def late(path):
        if not swept:
            swept.append(path)
            temporary._sweep(tmp_path)
        return hold(path)

    monkeypatch.setattr(temporary, "_hold", late)
    with temporary.directory(tmp_path) as path:
        assert path.exists() and path != swept[0]


def test_what_was_renamed_stays(tmp_path):
    with temporary.file(tmp_path) as path:
        path.rename(tmp_path / "kept")
    assert [*tmp_path.iterdir()] == [tmp_path / "kept"]
