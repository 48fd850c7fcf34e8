"""What a .tflite file says of itself, read by others and by us."""

import io
import pathlib
import subprocess
import zipfile

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from android_demo.build import compiler, downloads, tools
from tests import tflite_files
from tests.refusals import refusal
from tflm.bundle.described import described
from tflm.bundle.manifest import About
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import inspect, inspection_table
from tflm.tflite.flatbuffer import metadata, verify
from tflm.tflite.interpreter import load_step

ROOT = pathlib.Path(__file__).parents[1]
NAMES = ["<eos>", "<unk>", "café", "ش"]
NAMES += [f"w{n}" for n in range(tflite_files.WORDS - len(NAMES))]
LINES = "".join(f"{name}\n" for name in NAMES)
ABOUT = About("Löwe", "keyboard, float32", licence="MIT")


@pytest.fixture(scope="module")
def plain():
    return tflite_files.file(True)


@pytest.fixture(scope="module")
def full(plain):
    return described(plain, Vocabulary(tuple(NAMES)), ABOUT)


def test_androids_own_reader_finds_all_of_it(full, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(full)
    class_path = downloads.paths(["tensorflow-lite-metadata", "flatbuffers"])
    said = subprocess.check_output(
        [tools.tool("java"), *compiler.SHORT, "-Dfile.encoding=UTF-8"]
        + ["-Dstdout.encoding=UTF-8", "-cp", ":".join(map(str, class_path))]
        + [ROOT / "tests/ReadMetadata.java", path],
        text=True,
        encoding="utf-8",
    )
    head, _, words = said.partition("file\tvocabulary.txt\n")
    assert words == LINES
    assert {*head.splitlines()} == {
        "readable\ttrue",
        "model\tLöwe\tMIT",
        "in\ttoken\t1\t5 vocabulary.txt",
        "in\tstate\t64",
        "out\tlogits\t200\t2 vocabulary.txt",
        "out\tstate\t64",
    }


def test_the_words_are_a_zip_behind_the_model(full):
    with zipfile.ZipFile(io.BytesIO(full)) as archive:
        [entry] = archive.infolist()
        assert archive.read("vocabulary.txt").decode() == LINES
        assert archive.testzip() is None
    assert entry.compress_type == zipfile.ZIP_STORED


def test_the_same_file_each_time(plain, full):
    words = Vocabulary(tuple(NAMES))
    assert described(plain, words, ABOUT) == full
    assert described(full, words, ABOUT) == full


def test_it_costs_the_words_and_little_more(plain, full):
    assert len(full) - len(plain) - len(LINES.encode()) < 2_000


def test_constants_can_be_mapped(full):
    model = schema.Model.GetRootAs(full)
    buffers = [model.Buffers(i) for i in range(model.BuffersLength())]
    starts = [
        b._tab.Vector(b._tab.Offset(4)) for b in buffers if b.DataLength()
    ]
    assert len(starts) > 5
    assert {start % 16 for start in starts} == {0}


def test_answers_are_those_of_the_file_without(plain, full):
    steps = [load_step(content) for content in (plain, full)]
    answers = [step(7, step.initial_state()) for step in steps]
    for before, after in zip(*answers, strict=True):
        np.testing.assert_array_equal(after, before)


def test_inspect_shows_it(full, plain):
    found = inspect.inspect(full)
    assert found.archived == {"vocabulary.txt": len(LINES.encode())}
    assert found.metadata.licence == "MIT"
    text = inspection_table.text(found)
    assert "metadata: Löwe" in text
    assert "Before a text it reads <eos>." in text
    assert "out  logits: For each word of vocabulary.txt" in text
    assert "file vocabulary.txt, " in text
    assert "metadata" not in inspection_table.text(inspect.inspect(plain))


def test_damaged_metadata_is_refused_in_one_line(full):
    model = verify.read(full)
    [entry] = [e for e in model.metadata if e.name == metadata.ENTRY]
    buffer, refused = model.buffers[entry.buffer], 0
    sound = buffer.data
    for i in range(len(sound)):
        buffer.data = sound.copy()
        buffer.data[i] ^= 0xC3
        try:
            metadata.read(model)
        except ValueError as error:
            refused += 1
            assert str(error).startswith("damaged .tflite file: ")
    assert refused > 50
    buffer.data = sound[:20]
    assert "in its metadata" in refusal(metadata.read, model)


def test_a_damaged_archive_is_refused_in_one_line(full):
    at = full.rindex(b"PK\x01\x02")  # Where the list of files begins.
    broken = full[:at] + b"PK\x09\x09" + full[at + 4 :]
    assert "in its archive" in refusal(inspect.inspect, broken)


def test_a_file_that_is_no_step_is_refused(plain):
    model = verify.read(plain)
    model.signatureDefs = []
    other = tflite_files.content.write(model)
    words = Vocabulary(tuple(NAMES))
    assert "no signature 'step'" in refusal(described, other, words, ABOUT)
