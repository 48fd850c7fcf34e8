"""Damaged and foreign files are refused before the runtime sees them."""

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tests import tflite_files
from tests.refusals import refusal
from tflm.tflite.flatbuffer import content, verify


@pytest.fixture(scope="module")
def good():
    return tflite_files.file(tied=True)


def test_an_empty_file_is_refused():
    assert "0 bytes" in refusal(verify.check, b"")


@pytest.mark.parametrize("text", [b"x", b"PK\3\4 a zip", b"\0" * 100])
def test_another_kind_of_file_is_refused(text):
    assert "not a .tflite file" in refusal(verify.check, text)


@pytest.mark.parametrize("head", [b"PK\3\4", b"\x89HDF\r\n\x1a\n"])
def test_of_a_keras_model_is_told_what_makes_a_file(head):
    message = refusal(verify.check, head + bytes(100))
    assert message.endswith("a Keras model: tflm export makes one of it")


@pytest.mark.parametrize("size", [8, 9, 50, 3000, 30_000])
def test_a_truncated_file_is_refused(good, size):
    assert "damaged" in refusal(verify.check, good[:size])


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes_behind_the_identifier_are_refused(seed):
    noise = np.random.default_rng(seed).bytes(4000)
    assert "damaged" in refusal(verify.check, noise[:4] + b"TFL3" + noise)


def test_damage_anywhere_is_refused_or_read(good):
    random = np.random.default_rng(0)
    # The structure is in the last part; most bytes before it are weights.
    ends = [0, len(good) - 4000]
    for _ in range(200):
        damaged = bytearray(good)
        for _ in range(random.integers(1, 6)):
            place = random.integers(random.choice(ends), len(good))
            damaged[place] = random.integers(0, 256)
        try:
            verify.check(bytes(damaged[: random.choice([len(good), place])]))
        except ValueError as error:
            assert "\n" not in str(error)


def bad_code(model):
    model.operatorCodes[0].builtinCode = 999


def bad_code_number(model):
    model.subgraphs[0].operators[0].opcodeIndex = 999


def bad_input(model):
    model.subgraphs[0].operators[0].inputs = np.array([999], np.int32)


def bad_output(model):
    model.subgraphs[0].operators[0].outputs = np.array([-1], np.int32)


def bad_buffer(model):
    model.subgraphs[0].tensors[0].buffer = 999


def bad_type(model):
    model.subgraphs[0].tensors[0].type = 99


def bad_shape(model):
    model.subgraphs[0].tensors[0].shape = np.array([-1], np.int32)


def huge_shape(model):
    model.subgraphs[0].tensors[0].shape = np.array([2**30, 8], np.int32)


def short_constant(model):
    buffer = next(b for b in model.buffers if b.data is not None)
    buffer.data = buffer.data[:-1]


def bad_appended_buffer(model):
    buffer = next(b for b in model.buffers if b.data is not None)
    buffer.data, buffer.offset, buffer.size = None, 10_000, 2**40


def bad_signature(model):
    model.signatureDefs[0].subgraphIndex = 9


def bad_metadata(model):
    model.metadata[0].buffer = 999


def bad_options(model):
    model.subgraphs[0].operators[0].builtinOptions.numSplits = 99


def bad_tensor_name(model):
    model.subgraphs[0].tensors[0].name = b"caf\xe9"


def bad_signature_name(model):
    model.signatureDefs[0].outputs[0].name = b"caf\xe9"


def no_subgraph(model):
    model.subgraphs = []


def bad_version(model):
    model.version = 2


@pytest.mark.parametrize(
    "change, words",
    [
        (bad_code, "no operation has code 999"),
        (bad_code_number, "operation 0 has code number 999"),
        (bad_input, "operation 0 names tensor 999"),
        (bad_output, "operation 0 names tensor -1"),
        (bad_buffer, "tensor 0 names buffer 999"),
        (bad_type, "tensor 0 has type 99"),
        (bad_shape, r"tensor 0 has shape [-1]"),
        (huge_shape, "tensor 0 has shape"),
        (short_constant, "bytes, its shape"),
        (bad_appended_buffer, "ends at byte"),
        (bad_signature, "names subgraph 9"),
        (bad_metadata, "metadata names buffer 999"),
        (bad_options, "99 parts"),
        (bad_tensor_name, r"tensor 0 is called b'caf\xe9', which is no UTF-8"),
        (
            bad_signature_name,
            r"a signature names b'caf\xe9', which is no UTF-8",
        ),
        (no_subgraph, "no subgraphs"),
        (bad_version, "schema version 2"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(good, change, words):
    message = refusal(verify.check, tflite_files.changed(good, change))
    assert words in message
    assert "convert or download it again" in message


def test_parts_that_overlap_are_refused():
    """Small files could otherwise unfold to more than the memory holds."""
    builder = flatbuffers.Builder()
    data = builder.CreateByteVector(bytes(10_000))
    schema.BufferStart(builder)
    schema.BufferAddData(builder, data)
    buffer = schema.BufferEnd(builder)
    schema.ModelStartBuffersVector(builder, 10_000)
    for _ in range(10_000):
        builder.PrependUOffsetTRelative(buffer)
    buffers = builder.EndVector()
    schema.ModelStart(builder)
    schema.ModelAddBuffers(builder, buffers)
    builder.Finish(schema.ModelEnd(builder), b"TFL3")
    assert "overlap" in refusal(verify.check, bytes(builder.Output()))


def test_a_constant_behind_the_flatbuffer_is_read(good):
    """ai-edge-quantizer writes large constants so."""
    model = verify.read(good)
    buffer = max(
        (b for b in model.buffers if b.data is not None),
        key=lambda b: len(b.data),
    )
    data = buffer.data.tobytes()
    buffer.data, buffer.offset, buffer.size = None, 2**40, len(data)
    buffer.offset = len(content.write(model))
    np.testing.assert_array_equal(
        tflite_files.logits(content.write(model) + data),
        tflite_files.logits(good),
    )


def test_a_file_without_weights_is_refused(good):
    """Keras 3 converts to variables that nothing sets."""

    def read_variables(model):
        for code in model.operatorCodes:
            if code.builtinCode == schema.BuiltinOperator.TANH:
                code.builtinCode = schema.BuiltinOperator.READ_VARIABLE

    message = refusal(verify.check, tflite_files.changed(good, read_variables))
    assert "reads 2 variables that nothing sets" in message
