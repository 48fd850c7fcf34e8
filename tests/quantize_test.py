"""Integer weights, and what an older runtime gets of them."""

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tests import tflite_files
from tests.tflite_files import UNITS, WIDTH, WORDS
from tflm.tflite import formats, quantize
from tflm.tflite.flatbuffer import content, verify
from tflm.tflite.inspect import inspect

# How far logits (up to 1.5) may move, and the bits of a weight in the table.
RECIPES = {"int8": (0.05, 8), "mixed": (0.3, 4), "int4": (0.5, 4)}
TABLE = WORDS * WIDTH


@pytest.fixture(params=[True, False], ids=["tied", "untied"])
def tied(request):
    return request.param


@pytest.fixture(params=RECIPES)
def recipe(request):
    return request.param


def weights(flatbuffer):
    """Returns the element type of each constant matrix, by its shape."""
    model = verify.read(flatbuffer)
    return {
        tuple(content.shape(tensor)): content.type_name(tensor.type)
        for tensor in model.subgraphs[0].tensors
        if model.buffers[tensor.buffer].data is not None
        and len(content.shape(tensor)) == 2
    }


def versions(flatbuffer):
    return {o.name: o.version for o in inspect(flatbuffer).operations}


def test_every_recipe_is_here():
    # What fitted makes of a matrix has its tests in fitted_test.
    assert {*RECIPES, "fitted"} == {*formats.DYNAMIC}


def test_logits_stay_close(recipe, tied):
    before = tflite_files.file(tied)
    after = quantize.quantize(before, recipe)
    np.testing.assert_allclose(
        tflite_files.logits(after),
        tflite_files.logits(before),
        atol=RECIPES[recipe][0],
    )


def test_delegate_and_plain_kernels_agree(recipe, tied):
    file = quantize.quantize(tflite_files.file(tied), recipe)
    with_delegate = tflite_files.logits(file, xnnpack=True)
    without = tflite_files.logits(file, xnnpack=False)
    np.testing.assert_allclose(with_delegate, without, atol=0.05)


def test_embeddings_are_looked_up(recipe, tied):
    file = quantize.quantize(tflite_files.file(tied), recipe)
    assert "EMBEDDING_LOOKUP" in versions(file)
    assert "GATHER" not in versions(file)


def test_no_matrix_stays_float(recipe, tied):
    file = quantize.quantize(tflite_files.file(tied), recipe)
    assert not {*weights(file).values()} & {"FLOAT32", "FLOAT16"}


@pytest.mark.parametrize(
    "recipe, layers, tied_table, untied_tables",
    [
        ("int8", "INT8", ["INT8"], ["INT8", "INT8"]),
        ("int4", "INT4", ["INT4"], ["INT4", "INT4"]),
        ("mixed", "INT8", ["INT4"], ["INT4", "INT8"]),
    ],
)
def test_weights_have_the_bits_of_the_recipe(
    recipe, layers, tied_table, untied_tables
):
    tied = quantize.quantize(tflite_files.file(True), recipe)
    untied = quantize.quantize(tflite_files.file(False), recipe)
    for file in (tied, untied):
        assert weights(file)[3 * UNITS, WIDTH + UNITS] == layers
        assert weights(file)[WIDTH, UNITS] == layers
    assert tflite_files.tables(tied) == tied_table
    assert tflite_files.tables(untied) == untied_tables


def test_a_tied_table_is_stored_once(recipe):
    tied = quantize.quantize(tflite_files.file(True), recipe)
    untied = quantize.quantize(tflite_files.file(False), recipe)
    assert len(untied) - len(tied) >= TABLE * RECIPES[recipe][1] // 8
    assert inspect(tied).repeated_bytes == 0


def test_versions_are_those_that_the_weights_need(recipe, tied):
    """A 2.16.1 runtime reads the first scale only, without an error."""
    file = quantize.quantize(tflite_files.file(tied), recipe)
    assert versions(file)["FULLY_CONNECTED"] == 12
    assert versions(file)["EMBEDDING_LOOKUP"] == 4
    assert inspect(file).runtime == inspect(file).declared_runtime == "2.18.0"


@pytest.mark.parametrize("runtime", ["2.16", "2.16.1", "2.17.1"])
def test_an_older_runtime_gets_one_scale_a_matrix(runtime, tied):
    before = tflite_files.file(tied)
    after = quantize.quantize(before, "int8", runtime)
    assert versions(after)["FULLY_CONNECTED"] == 3
    assert versions(after)["EMBEDDING_LOOKUP"] == 1
    assert inspect(after).declared_runtime == "1.14.0"
    np.testing.assert_allclose(
        tflite_files.logits(after), tflite_files.logits(before), atol=0.05
    )


@pytest.mark.parametrize("recipe", ["int4", "mixed"])
def test_an_older_runtime_has_no_4_bit_tables(recipe):
    with pytest.raises(ValueError, match="2.18.0 or newer, not 2.16.1; use"):
        quantize.quantize(tflite_files.file(True), recipe, "2.16.1")


@pytest.mark.parametrize("runtime", ["2.18", "2.18.0", "2.20.0"])
def test_a_newer_runtime_gets_what_the_current_one_gets(runtime):
    file = tflite_files.file(True)
    expected = quantize.quantize(file, "int4")
    assert quantize.quantize(file, "int4", runtime) == expected


def test_constants_lie_at_multiples_of_16():
    file = quantize.quantize(tflite_files.file(True), "int8")
    for buffer in verify.read(file).buffers:
        if buffer.data is not None and len(buffer.data):
            assert file.index(buffer.data.tobytes()) % 16 == 0


def test_quantizing_is_repeatable(recipe):
    file = tflite_files.file(True)
    first, second = (quantize.quantize(file, recipe) for _ in range(2))
    assert first == second


def test_an_unknown_recipe_is_refused():
    with pytest.raises(ValueError, match="'int3'; choose one of"):
        quantize.quantize(tflite_files.file(True), "int3")


def test_an_unknown_runtime_is_refused():
    with pytest.raises(ValueError, match="'new' is no runtime version"):
        quantize.quantize(tflite_files.file(True), "int8", "new")


@pytest.mark.parametrize(
    "kind, dtype", [("full_int8", "INT8"), ("float16", "FLOAT16")]
)
def test_a_file_that_is_smaller_already_is_refused(kind, dtype):
    with pytest.raises(ValueError, match=f"has {dtype} weights already"):
        quantize.quantize(tflite_files.file(True, kind), "int4")


def test_a_file_is_quantized_once():
    file = quantize.quantize(tflite_files.file(True), "int4")
    with pytest.raises(ValueError, match="INT4 weights already"):
        quantize.quantize(file, "int4")


def test_a_sparse_file_is_refused():
    model = verify.read(tflite_files.file(True))
    model.subgraphs[0].tensors[5].sparsity = schema.SparsityParametersT()
    with pytest.raises(ValueError, match="sparse"):
        quantize.quantize(content.write(model), "int8")


def test_an_odd_width_is_refused_in_4_bits():
    """EMBEDDING_LOOKUP would give parts of two rows, without an error."""
    file = tflite_files.file(True, width=15)
    with pytest.raises(ValueError, match="even width, not 15; change"):
        quantize.quantize(file, "mixed")
    np.testing.assert_allclose(
        tflite_files.logits(quantize.quantize(file, "int8")),
        tflite_files.logits(file),
        atol=0.05,
    )


def test_a_large_constant_that_stays_float_is_refused():
    """A table that is not read by rows is no embedding."""
    model = verify.read(tflite_files.file(False))
    for op in model.subgraphs[0].operators:
        code = model.operatorCodes[op.opcodeIndex]
        if content.op_name(code) == "GATHER":
            op.builtinOptions.axis = 1
    with pytest.raises(ValueError, match=r"\[200, 16\] in FLOAT32, 12800 of"):
        quantize.quantize(content.write(model), "int8")
