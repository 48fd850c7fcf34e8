import numpy as np
import pytest

from tflm.model import LayerConfig, ModelConfig, build_model
from tflm.tflite import convert, inspect, load, runtimes
from tflm.tflite.convert import ConversionError

WORDS, WIDTH = 1000, 32
TABLE_BYTES = {
    "float32": 4 * WORDS * WIDTH,
    "float16": 2 * WORDS * WIDTH,
    "int8": WORDS * WIDTH,
    "full_int8": WORDS * WIDTH,
    "int4": WORDS * WIDTH // 2,
    "mixed": WORDS * WIDTH // 2,
}
# A softmax of its own in "mixed" is a layer, of 8 bits.
SOFTMAX_BYTES = TABLE_BYTES | {"mixed": WORDS * WIDTH}


def net(tied):
    layers = (LayerConfig("cifg", 64, WIDTH),)
    return build_model(
        ModelConfig(WORDS, WIDTH, layers, tied=tied, init_scale=0.3)
    )


@pytest.fixture(scope="module")
def nets():
    return {tied: net(tied) for tied in (True, False)}


@pytest.fixture(scope="module")
def calibration():
    return np.random.default_rng(0).integers(0, WORDS, 60).astype(np.int32)


@pytest.fixture(scope="module")
def files(nets, calibration):
    return {
        (format, tied): convert.convert_here(
            model, format, calibration=calibration
        )
        for format in convert.FORMATS
        for tied, model in nets.items()
    }


@pytest.mark.parametrize("format", convert.FORMATS)
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_every_format_passes_the_checks(files, nets, format, tied):
    convert.check(files[format, tied], nets[tied], format)


@pytest.mark.parametrize("format", convert.FORMATS)
def test_a_tied_table_is_stored_once(files, format):
    saved = len(files[format, False]) - len(files[format, True])
    # A matrix has a scale and a zero point a row at most, in 12 bytes, and an
    # untied file an op or two more.
    assert SOFTMAX_BYTES[format] - 500 <= saved
    assert saved <= SOFTMAX_BYTES[format] + 12 * WORDS + 2000


@pytest.mark.parametrize("format", convert.FORMATS)
def test_files_need_no_custom_operation(files, format):
    found = inspect.inspect(files[format, True])
    assert found.custom_operations == ()
    assert found.runtime != "unknown"


def test_conversion_in_a_child_gives_the_same_bytes(nets, files):
    content = convert.convert(nets[True], "int8")
    step, other = load.load(content), load.load(files["int8", True])
    logits, _ = step(3, step.initial_state())
    expected, _ = other(3, other.initial_state())
    np.testing.assert_array_equal(logits, expected)


def test_runtime_2_16_is_honoured(nets):
    content = convert.convert_here(nets[True], "int8", runtime="2.16")
    convert.check(content, nets[True], "int8", runtime="2.16")
    found = inspect.inspect(content).runtime
    assert runtimes.version_numbers(found) <= (2, 16)


def test_a_newer_file_than_the_runtime_is_refused(files, nets):
    with pytest.raises(ConversionError, match="above the 2.3"):
        convert.check(files["int4", True], nets[True], "int4", "2.3")


def test_a_file_of_other_weights_is_refused(files):
    other = build_model(net(True).config, seed=1)
    with pytest.raises(ConversionError, match="of their range from Keras'"):
        convert.check(files["float32", True], other, "float32")


def test_unknown_format_is_refused(nets):
    with pytest.raises(ValueError, match="give one of float32"):
        convert.convert(nets[True], "int7")


def test_full_int8_asks_for_calibration(nets):
    with pytest.raises(ValueError, match="needs calibration"):
        convert.convert(nets[True], "full_int8")


def test_a_killed_converter_is_an_error_that_says_so(tmp_path, monkeypatch):
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    (tmp_path / "dying.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ConversionError, match="killed by SIGKILL while"):
        convert.run_child("dying", tmp_path, "the int8 file")


def test_a_failing_converter_is_quoted(tmp_path, monkeypatch):
    (tmp_path / "failing.py").write_text("raise RuntimeError('no such op')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ConversionError, match="failed on.*no such op"):
        convert.run_child("failing", tmp_path, "the int8 file")
