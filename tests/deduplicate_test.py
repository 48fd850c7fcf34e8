"""Tied tables and equal constants are stored once."""

import numpy as np
import pytest

from tests import tflite_files
from tests.tflite_files import WIDTH, WORDS
from tflm.tflite.flatbuffer import content, deduplicate, verify
from tflm.tflite.inspect import inspect

TABLE = WORDS * WIDTH
# A tied table that the converter quantized twice costs these bytes more: two
# operations, one tensor and what is left of another.
TIE = 300


@pytest.mark.parametrize("kind, width", [("float32", 4), ("float16", 2)])
def test_the_converter_stores_a_tied_table_once_in_floats(kind, width):
    tied, untied = (tflite_files.file(t, kind) for t in (True, False))
    assert len(untied) - len(tied) >= TABLE * width
    assert deduplicate.deduplicate_constants(tied) == tied


@pytest.mark.parametrize("kind", ["full_int8", "full_int8_per_tensor"])
def test_a_table_that_was_quantized_twice_is_shared(kind):
    before = tflite_files.file(True, kind)
    after = deduplicate.deduplicate_constants(before)
    untied = tflite_files.file(False, kind)
    assert tflite_files.tables(before) == ["INT8", "INT8"]
    assert tflite_files.tables(after) == ["INT8"]
    assert len(untied) - len(after) >= TABLE - TIE
    np.testing.assert_allclose(
        tflite_files.logits(after), tflite_files.logits(before), atol=0.1
    )


def test_sharing_needs_an_old_runtime_with_one_scale_a_matrix_only():
    runtimes = {
        kind: inspect(
            deduplicate.deduplicate_constants(tflite_files.file(True, kind))
        ).runtime
        for kind in ("full_int8", "full_int8_per_tensor")
    }
    assert runtimes == {"full_int8": "2.18.0", "full_int8_per_tensor": "1.14.0"}


def test_tables_that_differ_are_not_shared():
    file = tflite_files.file(False, "full_int8")
    assert deduplicate.deduplicate_constants(file) == file


def test_equal_constants_are_shared():
    model = verify.read(tflite_files.file(False))
    for tensor in model.subgraphs[0].tensors:
        if content.shape(tensor) == [WORDS, WIDTH]:
            data = model.buffers[tensor.buffer].data
            if data is not None:
                model.buffers[tensor.buffer].data = np.arange(
                    len(data), dtype=np.int32
                ).astype(np.uint8)
    twice = content.write(model)
    once = deduplicate.deduplicate_constants(twice)
    assert inspect(twice).repeated_bytes == TABLE * 4
    assert inspect(once).repeated_bytes == 0
    assert len(twice) - len(once) >= TABLE * 4
    np.testing.assert_array_equal(
        tflite_files.logits(once), tflite_files.logits(twice)
    )
