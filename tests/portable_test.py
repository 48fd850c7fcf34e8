"""The net in whole numbers: near the runtime's, and the same everywhere."""

import dataclasses
import math
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from tests import portable_net, tflite_files
from tflm.archive.portable import fixed_point, functions, operations
from tflm.archive.portable.fixed_point import ONE
from tflm.archive.portable.matrix import Matrix
from tflm.archive.portable.net import Net
from tflm.archive.portable.predictor import PortablePredictor
from tflm.archive.portable.program import Operation
from tflm.archive.portable.read import read
from tflm.tflite.flatbuffer import sparse_encoding
from tflm.tflite.quantize import quantize

WORDS = tflite_files.WORDS


@pytest.fixture(scope="module")
def int8():
    return quantize(tflite_files.file(True), "int8")


@pytest.fixture(scope="module")
def program(int8):
    return read(int8)


def said(net, streams):
    """Returns logits after each of some words of every stream."""
    state = net.initial_state(len(streams))
    found = []
    for words in np.transpose(streams):
        logits, state = net(words, state)
        found.append(logits)
    return np.stack(found, 1)


@pytest.mark.parametrize(
    "kind, near",
    [
        ("float32", 1e-4),
        ("float16", 1e-4),
        ("int8", 0.02),
        ("int4", 0.04),
        ("full_int8", 0.2),
    ],
)
def test_logits_are_near_those_of_the_runtime(kind, near):
    if kind in ("int8", "int4"):
        content = quantize(tflite_files.file(True), kind)
    else:
        content = tflite_files.file(True, kind)
    expected = tflite_files.logits(content)
    found = said(Net(read(content)), [tflite_files.WORD_IDS])[0] / ONE
    assert np.abs(expected).max() > 1
    np.testing.assert_allclose(found, expected, atol=near)


def test_sums_are_those_of_integers(program, monkeypatch):
    streams = np.arange(20).reshape(2, 10) * 7 % WORDS
    found = said(Net(program), streams)

    def times(self, x):
        whole = self._turned.astype(np.int64)
        assert np.abs(x).max() < self._largest
        y = (x.astype(np.int64) @ whole).astype(np.float64)
        return np.rint(y * self._scales)

    monkeypatch.setattr(Matrix, "times", times)
    np.testing.assert_array_equal(said(Net(program), streams), found)


def test_streams_do_not_know_of_each_other(program):
    net = Net(program)
    streams = np.arange(330).reshape(33, 10) * 7 % WORDS
    found = said(net, streams)
    np.testing.assert_array_equal(said(net, streams[::-1])[::-1], found)
    np.testing.assert_array_equal(said(net, streams[5:6]), found[5:6])


def test_sums_stay_exact_however_large_what_is_added():
    matrix = Matrix(np.full([2, 1000], 127, np.int8), np.array([1.0]))
    huge = np.full([1, 1000], 1e300)
    first = matrix.times(huge)
    assert (first <= 2.0**52).all() and (first > 2.0**51).all()


def test_weights_are_softmax_in_whole_numbers(program):
    predictor = PortablePredictor(program, 2, [3])
    predictor.feed(np.array([5, 9], np.int32))
    weights = predictor.weights()
    assert weights.dtype == np.int64 and weights.shape == (2, WORDS)
    assert weights.min() >= 1 and weights.max() == 2**24
    logits = said(Net(program), [[3, 5], [3, 9]])[:, -1] / ONE
    softmax = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    shares = weights / weights.sum(1, keepdims=True)
    np.testing.assert_allclose(shares, softmax, rtol=4e-3, atol=1e-6)


def test_begins_every_stream_anew(program):
    predictor = PortablePredictor(program, 2, [3])
    before = predictor.weights().copy()
    predictor.feed(np.array([5, 9], np.int32))
    assert (predictor.weights() != before).any()
    predictor.start()
    np.testing.assert_array_equal(predictor.weights(), before)


def test_a_text_may_begin_with_nothing_read(program):
    predictor = PortablePredictor(program, 1, [])
    assert (predictor.weights() == 2**24).all()


def test_weights_are_the_same_as_ever():
    # If they have to change, `predictor.VERSION` has to change with them.
    assert portable_net.digest() == "3360e4fdc0bc4d44"


def test_weights_are_the_same_on_one_thread_and_without_other_packages():
    script = (
        "import sys; from tests import portable_net; "
        "print(portable_net.digest(), {'flatbuffers', 'tensorflow'} & "
        "{*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        cwd=pathlib.Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [portable_net.digest(), "set()"]


@pytest.mark.parametrize(
    "function, expected, places",
    [
        (functions.sigmoid, lambda x: 1 / (1 + math.exp(-x)), (-20, 20)),
        (functions.tanh, math.tanh, (-20, 20)),
        (functions.exp, math.exp, (-16, 0)),
        (functions.log, math.log, (1e-3, 1000)),
        (fixed_point.inverse_root, lambda x: x**-0.5, (1, 90)),
    ],
    ids=["sigmoid", "tanh", "exp", "log", "inverse root"],
)
def test_functions_are_near_those_of_mathematics(function, expected, places):
    x = fixed_point.from_real(np.linspace(*places, 1237))
    near = [expected(v) for v in x / ONE]
    np.testing.assert_allclose(function(x) / ONE, near, atol=4 / ONE, rtol=1e-5)


def run(name, *inputs, shape=(6,), **options):
    """Returns what an operation makes of real numbers of one text."""
    op = Operation(name, (), (0,), (shape,), options)
    arrays = [
        fixed_point.from_real(x)[np.newaxis]
        if np.asarray(x).dtype == np.float64
        else np.asarray(x)[np.newaxis]
        for x in inputs
    ]
    (output,) = operations.run(op, arrays)
    assert (output == np.rint(output)).all()
    return output[0] / ONE


ROW = np.array([[-7.5, -1.25, -0.5, 0.0, 0.75, 8.0]])
OTHER = np.array([[0.25, 2.0, 4.0, 0.5, 8.0, 1.0]])
OF_ONE = {
    "ABS": np.abs,
    "NEG": np.negative,
    "RELU": lambda x: np.maximum(x, 0),
    "RELU6": lambda x: np.clip(x, 0, 6),
    "RELU_N1_TO_1": lambda x: np.clip(x, -1, 1),
    "SOFTMAX": lambda x: np.exp(x) / np.exp(x).sum(),
}
OF_TWO = {
    "ADD": np.add,
    "DIV": np.divide,
    "MAXIMUM": np.maximum,
    "MINIMUM": np.minimum,
    "MUL": np.multiply,
    "SUB": np.subtract,
}
OF_AXES = {"MEAN": np.mean, "REDUCE_MAX": np.max, "SUM": np.sum}


@pytest.mark.parametrize("name", [*OF_ONE, *OF_TWO, *OF_AXES])
def test_operation(name):
    if name in OF_TWO:
        found = run(name, ROW, OTHER, shape=(1, 6))
        expected = OF_TWO[name](ROW, OTHER)
    elif name in OF_AXES:
        found = run(name, ROW, np.array([-1]), shape=(1, 1))
        expected = OF_AXES[name](ROW, axis=-1, keepdims=True)
    else:
        found = run(name, ROW, shape=(1, 6))
        expected = OF_ONE[name](ROW)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    "name, arguments, options, expected",
    [
        ("SLICE", ([0, 1], [1, -1]), {}, ROW[:, 1:]),
        ("STRIDED_SLICE", ([0, 4], [1, 0], [1, -2]), {}, ROW[:, 4:0:-2]),
        (
            "STRIDED_SLICE",
            ([0, 2], [0, 0], [1, 1]),
            {"beginMask": 1, "endMask": 3},
            ROW[:, 2:],
        ),
        ("STRIDED_SLICE", ([0, 5], [1, 6], [1, 1]), {"shrinkAxisMask": 2}, [8]),
        ("TRANSPOSE", ([1, 0],), {}, ROW.T),
        ("PAD", ([[0, 0], [1, 2]],), {}, np.pad(ROW, [(0, 0), (1, 2)])),
    ],
)
def test_operation_that_moves_numbers(name, arguments, options, expected):
    expected = np.array(expected, np.float64)
    found = run(name, ROW, *arguments, shape=expected.shape, **options)
    np.testing.assert_array_equal(found, expected)


def test_an_unknown_operation_is_refused_by_its_name(program):
    first = dataclasses.replace(program.operations[0], name="BATCH_MATMUL")
    other = dataclasses.replace(
        program, operations=(first, *program.operations[1:])
    )
    with pytest.raises(ValueError, match="no operation BATCH_MATMUL"):
        PortablePredictor(other, 1, [0])


def test_an_unknown_option_is_refused_by_its_name():
    with pytest.raises(ValueError, match="no ADD of fusedActivationFunction 5"):
        run("ADD", ROW, ROW, fusedActivationFunction=5)


@pytest.mark.parametrize("length", [1, 4])
def test_a_matrix_without_its_zeros_is_read(length):
    matrix = np.arange(48, dtype=np.float32).reshape(4, 12)
    matrix *= np.kron(np.eye(4, 3), np.ones(4)).astype(np.float32)
    sparsity, kept = sparse_encoding.encode(matrix, length)
    found = sparse_encoding.decode([4, 12], sparsity, kept)
    np.testing.assert_array_equal(found, matrix)
