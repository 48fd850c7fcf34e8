"""Nothing is replaced that others wrote, and two commands share no place."""

import os
import subprocess
import sys

import pytest

from tests.command import run_here as tflm
from tflm import directories
from tflm.experiment.claim import claim


@pytest.fixture
def old(tmp_path):
    """A directory as a command leaves it, with a manifest."""
    place = tmp_path / "bundle"
    write(place, "old", '{"files": {"model": {}}}')
    return place


def write(place, model, manifest="", overwrite=False):
    with directories.writing(place, overwrite) as new:
        (new / "model").write_text(model)
        if manifest:
            (new / "manifest.json").write_text(manifest)


def content(place):
    return {p.name: p.read_text() for p in place.iterdir() if p.is_file()}


def test_a_directory_is_replaced_by_files_of_other_names(old):
    with directories.writing(old, overwrite=True) as new:
        (new / "saved").write_text("x")
    assert content(old) == {"saved": "x"}
    assert [*old.parent.iterdir()] == [old]


def test_one_without_a_manifest_is_replaced_by_the_same_files(tmp_path):
    place = tmp_path / "onnx"
    write(place, "old")
    write(place, "new", overwrite=True)
    assert content(place) == {"model": "new"}


@pytest.mark.parametrize("name", ["notes.txt", "model.bak", "mine/notes.txt"])
def test_a_file_of_the_user_is_not_lost(old, name):
    (old / name).parent.mkdir(exist_ok=True)
    (old / name).write_text("mine")
    before = content(old)
    with pytest.raises(FileExistsError, match=f"did not write {name} in it"):
        write(old, "new", overwrite=True)
    assert content(old) == before and (old / name).read_text() == "mine"
    assert [*old.parent.iterdir()] == [old]


def test_a_directory_of_the_user_is_not_lost(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/model").write_text("mine")
    (tmp_path / "home/other").write_text("mine")
    with pytest.raises(FileExistsError, match="did not write model"):
        write(tmp_path / "home", "new", overwrite=True)


def test_empty_directories_and_links_of_the_user_are_not_lost(old):
    (old / "empty").mkdir()
    with pytest.raises(FileExistsError, match="did not write empty"):
        write(old, "new", overwrite=True)
    (old / "empty").rmdir()
    (old / "link").symlink_to(old.parent)
    with pytest.raises(FileExistsError, match="did not write link"):
        write(old, "new", overwrite=True)


def test_links_pipes_and_files_are_no_directories(old, tmp_path):
    (tmp_path / "link").symlink_to(old)
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "pipe")
    for name, why in [
        ("link", "is a symbolic link"),
        ("file", "is no directory"),
        ("pipe", "is no directory"),
    ]:
        with pytest.raises(FileExistsError, match=why):
            write(tmp_path / name, "new", overwrite=True)
    assert content(old)["model"] == "old"


def test_what_came_while_it_was_written_stays(tmp_path):
    place = tmp_path / "bundle"
    with pytest.raises(FileExistsError, match="--overwrite"):
        with directories.writing(place) as new:
            (new / "model").write_text("second")
            write(place, "first")
    assert content(place) == {"model": "first"}


def test_an_old_directory_stays_until_the_new_one_is_there(old, monkeypatch):
    rename = type(old).rename

    def full(self, target):
        if target == old and (self / "model").read_text() == "new":
            raise OSError("no room")
        return rename(self, target)

    monkeypatch.setattr(type(old), "rename", full)
    monkeypatch.setattr(directories, "_swap", lambda *_: False)
    with pytest.raises(OSError, match="no room"):
        write(old, "new", '{"files": {"model": {}}}', overwrite=True)
    assert content(old)["model"] == "old"
    assert [*old.parent.iterdir()] == [old]


@pytest.mark.parametrize("swaps", [True, False])
def test_the_new_one_takes_the_place_of_the_old(old, swaps, monkeypatch):
    if not swaps:  # As where the system cannot.
        monkeypatch.setattr(directories, "_swap", lambda *_: False)
    write(old, "new", overwrite=True)
    assert content(old) == {"model": "new"}
    assert [*old.parent.iterdir()] == [old]


@pytest.mark.parametrize("name", ["checkpoints/mine", "vocabulary.txt"])
def test_a_run_takes_no_directory_with_files_in_its_way(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ValueError, match="is in the way"):
        claim(tmp_path, {}, overwrite=True)
    assert (tmp_path / name).read_text() == "mine"


def test_a_run_leaves_other_files_of_the_user_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    claim(tmp_path, {})
    claim(tmp_path, {"epochs": 2}, overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    directories.release()


_HOLDER = """
import sys
from tflm import directories
directories.hold(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_command_is_refused_until_the_first_dies(tmp_path, capsys):
    first = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout.readline() == "held\n"
    (tmp_path / "words.txt").write_text("a b a b\n" * 50)
    train = ("train", f"--corpus={tmp_path}/words.txt", f"--output={tmp_path}")
    assert tflm(*train) == 2
    assert "another command is at work in" in capsys.readouterr().err
    first.kill()
    first.communicate()
    directories.hold(tmp_path)
    directories.hold(tmp_path)  # A process may hold it twice.
    directories.release()
    assert [path.name for path in tmp_path.iterdir()] == ["words.txt"]
