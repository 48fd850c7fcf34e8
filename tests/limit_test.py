"""The bytes that a step must read, counted from the file."""

import numpy as np
import pytest

from benchmarks import limit
from tests import tflite_files
from tests.tflite_files import UNITS, WIDTH, WORDS
from tflm.latency.statistics import Latency
from tflm.tflite import quantize
from tflm.tflite.flatbuffer import content, verify

CELL = 3 * UNITS * (WIDTH + UNITS) + WIDTH * UNITS  # Weights, no biases.
SMALL = 4 * (3 * UNITS + WORDS + 64)  # Biases, and what ops need in shapes.


def scales(file: bytes) -> int:
    """Returns how many scales there are for the weights of a file."""
    graph = verify.read(file).subgraphs[0]
    return sum(content.scales(t) for t in graph.tensors)


def test_a_tied_table_is_read_whole_and_once():
    touched = limit.touched_bytes(tflite_files.file(True))
    weights = 4 * (CELL + WORDS * WIDTH)
    assert weights < touched <= weights + SMALL


def test_of_a_table_that_is_looked_up_one_row_is_read():
    tied = limit.touched_bytes(tflite_files.file(True))
    untied = limit.touched_bytes(tflite_files.file(False))
    assert untied == tied + 4 * WIDTH


@pytest.mark.parametrize("file_format, bits", [("int8", 8), ("int4", 4)])
def test_packed_weights_are_counted_as_packed(file_format, bits):
    file = quantize.quantize(tflite_files.file(True, width=64), file_format)
    cell = 3 * UNITS * (64 + UNITS) + 64 * UNITS
    weights = (cell + WORDS * 64) * bits // 8
    touched = limit.touched_bytes(file)
    assert weights < touched <= weights + 4 * scales(file) + SMALL


def test_a_scale_for_each_row_is_read_too():
    wide = tflite_files.file(True, width=64)
    by_row = quantize.quantize(wide, "int8")
    whole = quantize.quantize(wide, "int8", runtime="2.16")
    more = scales(by_row) - scales(whole)
    assert more > WORDS
    found = limit.touched_bytes(by_row) - limit.touched_bytes(whole)
    assert found == 4 * more


def test_damaged_files_are_refused():
    with pytest.raises(ValueError, match="damaged"):
        limit.touched_bytes(tflite_files.file(True)[:-100])


@pytest.mark.parametrize("size, numbers", [(8, 1), (9, 2), (80_000, 10_000)])
def test_reading_reads_as_many_bytes(size, numbers, monkeypatch):
    read = []
    monkeypatch.setattr(np, "maximum", Listening(read))
    limit.Reading(size).open(threads=1).invoke()
    assert [array.nbytes for array in read] == [8 * numbers]


class Listening:
    def __init__(self, read):
        self.reduce = read.append


def test_files_and_backends_are_measured_with_the_readings():
    file = tflite_files.file(True)
    found = limit.interleave({"file": file, "other": limit.Reading(800)}, 50)
    latency, extra = found["file"]
    assert latency.file_bytes == len(file)
    assert extra["touched_bytes"] == limit.touched_bytes(file)
    assert extra["limit_ratio"] == pytest.approx(
        latency.p50_ms / extra["limit_ms"], rel=1e-3
    )
    assert extra["read_gb_per_second"] == pytest.approx(
        extra["touched_bytes"] / extra["limit_ms"] / 1e6, abs=0.01
    )
    latency, extra = found["other"]
    assert isinstance(latency, Latency)
    assert extra == {}
