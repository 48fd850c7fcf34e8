import pathlib
import subprocess

import pytest

from android_demo.build import downloads, pages, tools
from tflm.emulator import arm64


def library(processor: str) -> pathlib.Path:
    """Returns TensorFlow Lite's library, as its authors made it."""
    inside = f"jni/{processor}/libtensorflowlite_jni.so"
    return downloads.member("tensorflow-lite", inside)


@pytest.fixture(scope="module")
def original() -> bytes:
    return library("arm64-v8a").read_bytes()


def in_memory(content: bytes) -> bytes:
    """Returns what a loader makes of a library, before it links it."""
    size = max(s.end for s in pages._segments(content))
    memory = bytearray(size)
    for s in pages._segments(content):
        if s.kind == pages._LOAD:
            part = content[s.offset : s.offset + s.file_bytes]
            memory[s.address : s.address + len(part)] = part
    # The header and its table say where things are in the file: not the same.
    return bytes(memory[0x1000:])


def test_library_for_arm64_is_made_for_small_pages(original):
    assert pages.alignment(original) == 4096


def test_realigned_library_is_for_large_pages(original):
    assert pages.alignment(pages.realign(original)) == pages.PAGE


def test_realigned_library_is_the_same_in_memory(original):
    assert in_memory(pages.realign(original)) == in_memory(original)


def test_library_for_large_pages_stays_as_it_is(original):
    realigned = pages.realign(original)
    assert pages.realign(realigned) == realigned


def test_sections_are_where_their_table_says(original, tmp_path):
    (tmp_path / "library.so").write_bytes(pages.realign(original))
    sections = "readelf", "--sections", "--wide", "library.so"
    listed = subprocess.check_output(sections, cwd=tmp_path, text=True)
    [fields] = [x.split() for x in listed.splitlines() if " .data " in x]
    address, offset = fields[-8], fields[-7]
    assert int(address, 16) == int(offset, 16)


def test_code_and_data_on_one_page_are_refused():
    with pytest.raises(ValueError, match="share a page of 16384 bytes"):
        pages.realign(library("x86_64").read_bytes())


def test_library_of_32_bits_is_refused():
    with pytest.raises(ValueError, match="64 bits"):
        pages.realign(library("armeabi-v7a").read_bytes())


@pytest.mark.parametrize("page_bytes", [4096, pages.PAGE])
def test_realigned_library_loads(page_bytes, original, tmp_path):
    realigned = tmp_path / "libtensorflowlite_jni.so"
    realigned.write_bytes(pages.realign(original))
    assert "cannot be read" in answer(realigned, page_bytes, tmp_path / "made")


def test_original_library_does_not_load_with_large_pages(tmp_path):
    found = answer(library("arm64-v8a"), pages.PAGE, tmp_path)
    assert "error while loading shared libraries" in found


def answer(path: pathlib.Path, page_bytes: int, folder: pathlib.Path) -> str:
    """Returns what a program with that library says of a model of none."""
    tools.install("aarch64-linux-gnu-gcc", "qemu-aarch64")
    arm64.build(path, folder)
    command = arm64.command(folder, "none", page_bytes=page_bytes)
    return subprocess.run(command, capture_output=True, text=True).stderr
