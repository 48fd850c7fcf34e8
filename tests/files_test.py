import os
import resource
import signal
import subprocess
import sys

import pytest

from tflm import files

KILLED = """
import os, signal, sys
from tflm import files
with files.writing(sys.argv[1]) as file:
    file.write(b"new")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path):
    """A file that holds `old`, alone in its folder."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


def assert_untouched(path):
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_writes_text_as_utf8(path):
    files.write(path, "é😀\n")
    assert path.read_bytes() == "é😀\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_sees_the_old_content_until_all_is_written(path):
    with files.writing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_the_old_content(path, error):
    with pytest.raises(error), files.writing(path) as file:
        file.write(b"new")
        raise error
    assert_untouched(path)


def test_a_killed_writer_leaves_the_old_content(path):
    done = subprocess.run([sys.executable, "-c", KILLED, path])
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"


def test_a_disk_that_takes_no_more_leaves_the_old_content(path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match=f"large: '{path}'"):
            files.write(path, bytes(1001))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert_untouched(path)


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "missing" / "file"
    with pytest.raises(FileNotFoundError, match=f"directory: '{path}'"):
        files.write(path, b"")


def test_a_folder_is_not_replaced(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        files.write(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_another_error_in_the_block_keeps_its_own_name(path):
    with pytest.raises(FileNotFoundError, match="'nowhere'"):
        with files.writing(path):
            open("nowhere")
    with pytest.raises(ConnectionError, match="^no network$"):
        with files.writing(path):
            raise ConnectionError("no network")


def test_permissions_are_those_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    files.write(tmp_path / "ours", b"")
    modes = {os.stat(path).st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_sha256_of_abc(tmp_path):
    files.write(tmp_path / "abc", "abc")
    assert files.sha256(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
