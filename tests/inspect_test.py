import dataclasses
import json

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tests import tflite_files
from tests.tflite_files import UNITS, WIDTH, WORDS
from tflm.tflite import formats, inspect, inspection_table, quantize
from tflm.tflite.flatbuffer import content, runtimes, verify

KINDS = ["float32", "float16", "full_int8", "full_int8_per_tensor"]
MATRICES = (
    WORDS * WIDTH + 3 * UNITS * (WIDTH + UNITS) + WIDTH * UNITS
)  # of a tied model
VECTORS = 3 * UNITS + WORDS + 1


@pytest.fixture(scope="module")
def good():
    return tflite_files.file(True)


def by_dtype(inspection):
    return {w.dtype: w for w in inspection.weights}


def test_bytes_and_signature(good):
    inspection = inspect.inspect(good)
    (signature,) = inspection.signatures
    assert inspection.bytes == len(good)
    assert signature.name == "step"
    assert set(signature.inputs) == {
        inspect.TensorSpec("token", (1,), "INT32"),
        inspect.TensorSpec("state", (1, 2 * UNITS), "FLOAT32"),
    }
    assert set(signature.outputs) == {
        inspect.TensorSpec("logits", (1, WORDS), "FLOAT32"),
        inspect.TensorSpec("state", (1, 2 * UNITS), "FLOAT32"),
    }


def test_operations_are_counted(good):
    counts = {o.name: o.count for o in inspect.inspect(good).operations}
    assert counts["FULLY_CONNECTED"] == 3
    assert counts["LOGISTIC"] == counts["TANH"] == 2
    assert counts["GATHER"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_runtime_is_the_one_that_the_converter_declares(kind):
    inspection = inspect.inspect(tflite_files.file(False, kind))
    assert inspection.runtime == inspection.declared_runtime


def test_runtime_of_an_operation_that_the_table_lacks_is_unknown(good):
    model = verify.read(good)
    model.operatorCodes[0].version = 99
    inspection = inspect.inspect(content.write(model))
    assert inspection.runtime == runtimes.UNKNOWN
    assert inspection.declared_runtime == "1.14.0"


def test_weights_of_a_float_file(good):
    found = by_dtype(inspect.inspect(good))
    assert found["FLOAT32"].elements == MATRICES + VECTORS
    assert found["FLOAT32"].bytes == 4 * (MATRICES + VECTORS)


def test_weights_of_a_4_bit_file(good):
    found = by_dtype(inspect.inspect(quantize.quantize(good, "int4")))
    assert found["INT4"].elements == MATRICES
    assert found["INT4"].bytes == MATRICES // 2
    assert found["FLOAT32"].elements == VECTORS


def zeroed(flatbuffer):
    """Returns a file with every other element of its table set to 0."""
    model = verify.read(flatbuffer)
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if content.shape(tensor) == [WORDS, WIDTH] and data is not None:
            table = data.view(np.float32).copy()
            table[::2] = 0
            model.buffers[tensor.buffer].data = table.view(np.uint8)
    return content.write(model)


@pytest.mark.parametrize("recipe", [None, *formats.DYNAMIC])
def test_zeros_are_counted(good, recipe):
    file = zeroed(good)
    if recipe is not None:
        file = quantize.quantize(file, recipe)
    inspection = inspect.inspect(file)
    (table,) = [s for s in inspection.sparsity if s.elements == WORDS * WIDTH]
    # Rounding to 4 bits makes zeros of small weights.
    assert 0.5 <= table.zero_share < 0.65
    assert 0 < inspection.zero_share < table.zero_share


def test_what_a_sparse_encoding_leaves_out_is_zero(good):
    model = verify.read(good)
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        if content.shape(tensor) == [WORDS, WIDTH] and data is not None:
            model.buffers[tensor.buffer].data = data[: len(data) // 4]
            tensor.sparsity = schema.SparsityParametersT()
    inspection = inspect.inspect(content.write(model))
    (table,) = [s for s in inspection.sparsity if s.elements == WORDS * WIDTH]
    assert table.zero_share == pytest.approx(0.75)
    assert table.sparse_bytes == WORDS * WIDTH  # Of four bytes each, a fourth.


def test_repeated_constants_are_counted():
    untied = verify.read(tflite_files.file(False))
    tables = [
        tensor
        for tensor in untied.subgraphs[0].tensors
        if content.shape(tensor) == [WORDS, WIDTH]
    ]
    first, second = (untied.buffers[t.buffer] for t in tables)
    second.data = first.data
    inspection = inspect.inspect(content.write(untied))
    assert inspection.repeated_bytes == 4 * WORDS * WIDTH
    assert inspect.inspect(tflite_files.file(False)).repeated_bytes == 0


def test_custom_operations_are_named(good):
    model = verify.read(good)
    code = model.operatorCodes[0]
    code.builtinCode = schema.BuiltinOperator.CUSTOM
    code.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
    code.customCode = b"FlexTensorListReserve"
    inspection = inspect.inspect(content.write(model))
    assert inspection.custom_operations == ("FlexTensorListReserve",)
    assert inspection.runtime == runtimes.UNKNOWN
    assert "FlexTensorListReserve" in inspection_table.text(inspection)


def test_a_file_without_signatures_is_inspected(good):
    model = verify.read(good)
    model.signatureDefs, model.metadata = None, None
    inspection = inspect.inspect(content.write(model))
    assert inspection.signatures == ()
    assert inspection.declared_runtime == ""


def test_an_inspection_is_json(good):
    facts = dataclasses.asdict(inspect.inspect(good))
    assert json.loads(json.dumps(facts))["bytes"] == len(good)


def test_text_names_what_counts(good):
    text = inspection_table.text(inspect.inspect(zeroed(good)))
    for words in (
        f"{len(good):,} bytes",
        "needs TensorFlow Lite 1.14.0 or newer (the file says 1.14.0)",
        "signature step",
        "in   token: INT32 [1]",
        "FULLY_CONNECTED",
        "stored more than once: 0 bytes",
        "50.0%",
    ):
        assert words in text
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_a_damaged_file_is_refused(good):
    with pytest.raises(ValueError, match="damaged .tflite file"):
        inspect.inspect(good[:1000])
