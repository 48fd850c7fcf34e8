"""Files as steps, and which files are none."""

import copy
import subprocess
import sys

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tests import tflite_files
from tests.refusals import refusal
from tflm.tflite.flatbuffer import verify
from tflm.tflite.interpreter import check_step, load_step, open_interpreter


@pytest.fixture(scope="module")
def good():
    return tflite_files.file(tied=True)


def test_step_is_the_tensorflow_function(good):
    function, step = tflite_files.step(tied=True), load_step(good)
    state = step.initial_state()
    for word in tflite_files.WORD_IDS:
        expected = function(np.array([word], np.int32), state)
        logits, state = step(word, state)
        np.testing.assert_allclose(logits, expected["logits"][0], atol=1e-5)
        np.testing.assert_allclose(state, expected["state"], atol=1e-5)


def test_step_knows_its_sizes(good):
    step = load_step(good)
    assert step.vocabulary_size == tflite_files.WORDS
    assert step.state_size == 2 * tflite_files.UNITS
    assert step.initial_state().shape == (1, step.state_size)
    assert step.initial_state().dtype == np.float32
    assert not step.initial_state().any()


def test_results_stay_valid_after_the_next_step(good):
    step = load_step(good)
    logits, state = step(3, step.initial_state())
    kept = logits.copy(), state.copy()
    step(77, state)
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(state, kept[1])


def test_xnnpack_and_threads_do_not_change_the_logits(good):
    plain = tflite_files.logits(good, xnnpack=False)
    np.testing.assert_allclose(tflite_files.logits(good), plain, atol=1e-5)
    step = load_step(good, threads=2)
    logits, _ = step(tflite_files.WORD_IDS[0], step.initial_state())
    np.testing.assert_allclose(logits, plain[0], atol=1e-5)


@pytest.mark.parametrize("word", [-1, tflite_files.WORDS, 2**40])
def test_a_word_without_a_row_is_refused(good, word):
    step = load_step(good)
    with pytest.raises(ValueError, match=f"no word has id {word};"):
        step(word, step.initial_state())


@pytest.mark.parametrize(
    "state", [np.zeros([1, 3], np.float32), np.zeros([1, 64])]
)
def test_a_state_of_another_form_is_refused(good, state):
    with pytest.raises(ValueError, match="Cannot set tensor"):
        load_step(good)(3, state)


def test_import_brings_no_tensorflow():
    program = (
        "import sys, tflm.tflite.interpreter, tflm.tflite.inspect;"
        "import tflm.evaluation.score, tflm.evaluation.cache;"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_any_sound_file_opens_without_being_a_step(good):
    other = tflite_files.renamed(good, b"other")
    verify.check(other)
    assert open_interpreter(other).get_signature_list().keys() == {"other"}
    message = refusal(load_step, other)
    assert "['other']" in message and "tflm export" in message


def rename_input(model):
    model.signatureDefs[0].inputs[0].name = b"ids"


def retype_token(model):
    names = {i.name: i.tensorIndex for i in model.signatureDefs[0].inputs}
    tensor = model.subgraphs[0].tensors[names[b"token"]]
    tensor.type = schema.TensorType.INT64


def widen_state(model):
    names = {i.name: i.tensorIndex for i in model.signatureDefs[0].inputs}
    tensor = model.subgraphs[0].tensors[names[b"state"]]
    tensor.shape = np.array([1, 65], np.int32)


def batch_logits(model):
    names = {i.name: i.tensorIndex for i in model.signatureDefs[0].outputs}
    tensor = model.subgraphs[0].tensors[names[b"logits"]]
    tensor.shape = np.array([2, tflite_files.WORDS], np.int32)


@pytest.mark.parametrize(
    "change, words",
    [
        (rename_input, "its inputs are"),
        (retype_token, "'token' is INT64 [1], not INT32 [1]"),
        (widen_state, "'state' is FLOAT32 [1, 64], not FLOAT32 [1, 65]"),
        (batch_logits, "'logits' is FLOAT32 [2, 200], not FLOAT32 [1, 200]"),
    ],
)
def test_a_step_of_another_form_is_refused(good, change, words):
    assert words in refusal(check_step, tflite_files.changed(good, change))


@pytest.mark.parametrize(
    "name, words",
    [
        (b"hidden", "'hidden' is int32 [1] when it runs"),
        (b"logits", "'logits' is int32 [1] when it runs"),
        (b"probabilities", "'logits' is missing"),
    ],
)
def test_a_hidden_vector_of_another_form_is_refused(good, name, words):
    def offer_the_token(model):
        step = model.signatureDefs[0]
        token = next(i for i in step.inputs if i.name == b"token")
        offered = schema.TensorMapT(name=name, tensorIndex=token.tensorIndex)
        kept = {b"state", b"logits"} if name == b"hidden" else {b"state"}
        outputs = [o for o in step.outputs if o.name in kept]
        hidden = copy.copy(step)
        hidden.signatureKey = b"step_hidden"
        hidden.outputs = [*outputs, offered]
        model.signatureDefs.append(hidden)

    file = tflite_files.changed(good, offer_the_token)
    assert check_step(file) == 1
    assert words in refusal(load_step, file)


def test_an_operation_that_the_runtime_lacks_is_refused(good):
    def raise_version(model):
        model.operatorCodes[0].version = 99

    message = refusal(load_step, tflite_files.changed(good, raise_version))
    assert "the runtime refuses the file" in message
