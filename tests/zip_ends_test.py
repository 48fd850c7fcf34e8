"""How `tflm zip` and `tflm unzip` end where something is in the way."""

import io
import os
import resource
import signal
import subprocess
import sys
import zlib

import pytest

from tests.command import run_here
from tflm.archive import byte_archive
from tflm.archive.records import MAGIC, Kind, Record

TFLM = (sys.executable, "-m", "tflm")
TEXT = b"round and round\r\n" * 9


def stored(content):
    """Returns an archive whose one block is as it was."""
    block = Record(Kind.STORED, 0, len(content), zlib.crc32(content), content)
    target = io.BytesIO()
    byte_archive.write(content, target, [block])
    return target.getvalue()


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tflmz").write_bytes(stored(TEXT))
    return tmp_path


@pytest.fixture
def refused(place, capsys):
    """Tells whether `tflm` says one line and leaves all as it was."""

    def refused(said, code, *arguments):
        before = sorted(place.iterdir())
        capsys.readouterr()
        assert run_here(*arguments) == code
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1
        assert sorted(place.iterdir()) == before

    return refused


def test_a_full_disk_is_named(refused):
    unzip = ("unzip", "bytes", "a.tflmz")
    refused("/dev/full: No space", 1, *unzip, "--output=/dev/full")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        refused("a: File too large", 1, *unzip)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_is_no_whole_archive_is_named(place, refused):
    content = (place / "a.tflmz").read_bytes()
    (place / "cut.tflmz").write_bytes(content[:-30])
    refused("is damaged", 1, "unzip", "bytes", "cut.tflmz")
    (place / "none.tflmz").write_bytes(b"")
    refused("is no archive", 2, "unzip", "bytes", "none.tflmz")
    later = MAGIC + bytes([2, 2, 1])
    (place / "later.tflmz").write_bytes(later)
    refused("is of format 2", 2, "unzip", "bytes", "later.tflmz")


def test_an_output_that_cannot_be_is_named(place, refused):
    (place / "a").write_bytes(b"mine")
    unzip = ("unzip", "bytes", "a.tflmz")
    refused("a exists: give --overwrite", 2, *unzip)
    refused("Is a directory", 2, *unzip, "--output=.", "--overwrite")
    refused("no/a: No such", 2, *unzip, "--output=no/a")
    refused("both want", 2, *unzip, "--output=-", "--json")
    assert (place / "a").read_bytes() == b"mine"


def test_options_of_bundles_are_refused_without_one(refused):
    refused("--line is of", 2, "unzip", "bytes", "a.tflmz", "--line=1")
    refused("--lines is of", 2, "zip", "bytes", "a.tflmz", "--lines")
    refused("--streams is", 2, "zip", "bytes", "a.tflmz", "--streams=2")


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_a_standard_stream_that_is_closed_is_named(
    refused, monkeypatch, stream
):
    monkeypatch.setattr(sys, stream, None)
    said = stream.replace("std", "standard ") + "put"
    refused(f"{said}: is closed", 1, "zip", "bytes", "-")


def test_a_device_stays_one(place):
    os.mkfifo(place / "pipe")
    reader = os.open(place / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert run_here("unzip", "bytes", "a.tflmz", "--output=pipe") == 0
    assert os.read(reader, 1 << 10) == TEXT
    os.close(reader)


def test_standard_streams_go_and_come_back_until_nobody_reads():
    made = subprocess.run(
        [*TFLM, "zip", "bytes", "-"], input=TEXT, capture_output=True
    )
    assert (made.returncode, made.stderr) == (0, b"")
    back = io.BytesIO()
    byte_archive.unpack_bytes(io.BytesIO(made.stdout), back)
    assert back.getvalue() == TEXT
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*TFLM, "unzip", "bytes", "-"],
        input=made.stdout,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_leaves_nothing(tmp_path):
    process = subprocess.Popen(
        [*TFLM, "zip", "bytes", "-", f"--output={tmp_path / 'b'}"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # More than a pipe holds: once it is gone, some was read.
    process.stdin.write(bytes(1 << 18))
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130
    assert error == b"tflm: stopped; nothing written\n"
    assert not [*tmp_path.iterdir()]
