"""`tflm zip` and `tflm unzip`, with a file that the runtime runs."""

import dataclasses
import json
import random
import types

import pytest

from tests.command import run_here
from tflm.archive import file_predictor
from tflm.bundle.bundle import Bundle, write_bundle
from tflm.bundle.manifest import About
from tflm.experiment import opening
from tflm.tflite import convert

_CHOOSE = random.Random(0)
_KNOWN = ["i", "see", "you", "there", "The", "then", "they", "w3", "w4"]
# Two lines to look at, and words in no order, which LZMA is no good at.
TEXT = b"i see\nWho, what?\r\n\xff zebra\n" + b"".join(
    " ".join(_CHOOSE.choices(_KNOWN, k=9)).encode() + b"\n" for _ in range(160)
)


@pytest.fixture
def place(model, words, tmp_path, converts_here):
    write_bundle(tmp_path / "b", convert.convert(model), words, About("one"))
    (tmp_path / "text").write_bytes(TEXT)
    return tmp_path


def test_a_file_goes_and_comes_back(place, capsys):
    assert run_here("zip", place / "b", place / "text", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    archive = place / "text.tflmz"
    assert made["archive_bytes"] == archive.stat().st_size < len(TEXT) / 3
    again = f"--output={place / 'again'}"
    assert run_here("unzip", place / "b", archive, again) == 0
    assert (place / "again").read_bytes() == TEXT
    assert run_here("zip", place / "b", place / "text") == 2
    assert "exists: give --overwrite" in capsys.readouterr().err


def test_a_tagger_zips_nothing(place, capsys, monkeypatch):
    tagger = dataclasses.replace(Bundle.load(place / "b"), tagging=object())
    opened = types.SimpleNamespace(bundle=lambda: tagger)
    monkeypatch.setattr(opening, "open_model", lambda path: opened)
    assert run_here("zip", place / "b", place / "text") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tflm: {place / 'b'} is a tagger's, which predic")
    assert not (place / "text.tflmz").exists()


def test_what_cannot_be_read_leaves_nothing(place, capsys, monkeypatch):
    run_here("zip", place / "b", place / "text", "--no_check")
    archive, again = place / "text.tflmz", place / "again"
    content = archive.read_bytes()

    def refused(code, said):
        capsys.readouterr()
        assert (
            run_here("unzip", place / "b", archive, f"--output={again}") == code
        )
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1
        assert not again.exists()

    archive.write_bytes(TEXT)
    refused(2, "is no archive of tflm zip")
    archive.write_bytes(content[:-30])
    refused(1, "--recover")
    archive.write_bytes(content)
    monkeypatch.setattr(file_predictor, "_instructions", lambda: "others")
    refused(2, "--portable")


def test_a_portable_archive_is_read_on_another_machine(place, monkeypatch):
    run_here("zip", place / "b", place / "text", "--portable", "--no_check")
    monkeypatch.setattr(file_predictor, "_instructions", lambda: "others")
    archive, again = place / "text.tflmz", place / "portable"
    assert run_here("unzip", place / "b", archive, f"--output={again}") == 0
    assert again.read_bytes() == (place / "text").read_bytes()


def test_a_line_is_had_alone(place, capfdbinary):
    run_here("zip", place / "b", place / "text", "--lines", "--no_check")
    capfdbinary.readouterr()
    archive = place / "text.tflmz"
    assert run_here("unzip", place / "b", archive, "--line=2") == 0
    assert capfdbinary.readouterr().out == b"Who, what?\r\n"


def test_a_line_goes_to_the_file_that_is_named(place, capfdbinary):
    run_here("zip", place / "b", place / "text", "--lines", "--no_check")
    capfdbinary.readouterr()
    line = "unzip", place / "b", place / "text.tflmz", "--line=2"
    assert run_here(*line, f"--output={place / 'line'}") == 0
    assert (place / "line").read_bytes() == b"Who, what?\r\n"
    assert capfdbinary.readouterr().out == b""
    assert run_here(*line, f"--output={place / 'line'}") == 2
    for flag in ("--json", "--recover"):
        assert run_here(*line, flag) == 2
        said = capfdbinary.readouterr().err
        assert f"{flag} is of whole archives: leave it out".encode() in said
