import dataclasses
import os
import signal

import numpy as np
import pytest

from tflm.compression import Prune, skip_training
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.keras_step import KerasStep
from tflm.tflite import check as checks
from tflm.tflite import child, convert, formats, inspect
from tflm.tflite.child import ConversionError
from tflm.tflite.flatbuffer import runtimes, sparsify
from tflm.tflite.interpreter import load_step

WORDS, WIDTH = 1000, 32
TABLE_BYTES = {
    "float32": 4 * WORDS * WIDTH,
    "float16": 2 * WORDS * WIDTH,
    "int8": WORDS * WIDTH,
    "full_int8": WORDS * WIDTH,
    "int4": WORDS * WIDTH // 2,
    "mixed": WORDS * WIDTH // 2,
}
# The others; what is sparse in a file has its tests below, and what is fitted
# in fitted_test.
FORMATS = [
    file_format
    for file_format in formats.FORMATS
    if file_format not in ("sparse", "fitted")
]
# A softmax of its own in "mixed" is a layer, of 8 bits.
SOFTMAX_BYTES = TABLE_BYTES | {"mixed": WORDS * WIDTH}


def net(tied, width=WIDTH, kind="cifg", units=64):
    layers = (LayerConfig(kind, units, width),)
    return build_model(
        ModelConfig(WORDS, width, layers, tied=tied, init_scale=0.3)
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
        (file_format, tied): convert.convert_here(
            model, file_format, calibration=calibration
        )
        for file_format in FORMATS
        for tied, model in nets.items()
    }


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_every_format_passes_the_checks(files, nets, file_format, tied):
    convert.check(files[file_format, tied], nets[tied], file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_tied_table_is_stored_once(files, file_format):
    saved = len(files[file_format, False]) - len(files[file_format, True])
    # A matrix has a scale and a zero point a row at most, in 12 bytes, and an
    # untied file an op or two more.
    assert SOFTMAX_BYTES[file_format] - 500 <= saved
    assert saved <= SOFTMAX_BYTES[file_format] + 12 * WORDS + 2000


@pytest.mark.parametrize("file_format", FORMATS)
def test_files_need_no_custom_operation(files, file_format):
    found = inspect.inspect(files[file_format, True])
    assert found.custom_operations == ()
    assert found.runtime != "unknown"


def test_conversion_in_a_child_gives_the_same_bytes(nets, files):
    content = convert.convert(nets[True], "int8")
    step, other = load_step(content), load_step(files["int8", True])
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


def test_an_int8_file_with_a_wrong_matrix_is_refused(nets, files):
    other = build_model(nets[False].config)
    table = other.named_weights()["softmax/kernel"]
    table.assign(table.numpy()[::-1])
    message = "QuantizeAware.. before"
    with pytest.raises(ConversionError, match=message):
        convert.check(files["int8", False], other, "int8")


def changed(monkeypatch, by):
    """Has files say other logits than they do."""
    read = checks._read

    def reads(*given):
        expected, found = read(*given)
        return expected, by(found)

    monkeypatch.setattr(checks, "_read", reads)


def test_words_that_never_follow_may_be_rounded(nets, monkeypatch):
    model = build_model(nets[False].config)
    model.softmax.bias.assign(np.where(np.arange(WORDS) < 500, 0, -40.0))
    content = convert.convert_here(model, "int8")

    def rounded(logits):
        return logits + np.where(np.arange(WORDS) == 600, 10, 0)

    changed(monkeypatch, rounded)
    convert.check(content, model, "int8")  # By a quarter of the range.
    content = convert.convert_here(model, "float32")
    with pytest.raises(ConversionError, match="0.2.. of their range"):
        convert.check(content, model, "float32")


def test_what_is_lost_is_a_share():
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, (4, 12, 50))
    assert checks.lost_share(logits, logits + 7) == pytest.approx(0)
    assert checks.lost_share(logits, 0 * logits) == pytest.approx(1)
    assert checks.lost_share(logits, logits[..., ::-1]) > 1


def test_unknown_format_is_refused(nets):
    with pytest.raises(ValueError, match="give one of float32"):
        convert.convert(nets[True], "int7")


def test_full_int8_asks_for_calibration(nets):
    with pytest.raises(ValueError, match="needs calibration"):
        convert.convert(nets[True], "full_int8")


def test_a_killed_converter_is_an_error_that_says_so(tmp_path, monkeypatch):
    source = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
    (tmp_path / "dying.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConversionError, match="killed by SIGKILL while"):
        child.run("dying", tmp_path, "the int8 file")


def test_a_failing_converter_is_quoted(tmp_path, monkeypatch):
    (tmp_path / "failing.py").write_text("raise RuntimeError('no such op')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConversionError, match="failed on.*no such op"):
        child.run("failing", tmp_path, "the int8 file")


@pytest.fixture
def main(tmp_path, monkeypatch):
    """Returns a function that has a child run a line, as `main`."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(line):
        name = f"work_{abs(hash(line))}"
        source = f"import os, time\ndef main(directory):\n    {line}\n"
        (tmp_path / f"{name}.py").write_text(source)
        return child.run(name, tmp_path, "the int8 file")

    return run


def test_one_process_forks_for_all_and_another_when_it_has_died(main):
    parent = "(directory / 'model.tflite').write_text(str(os.getppid()))"
    first = main(parent)
    assert main(parent) == first
    os.kill(int(first), signal.SIGKILL)
    child._FORKS._process.wait()
    assert main(parent) != first


def test_a_conversion_without_an_end_is_ended(main, monkeypatch):
    monkeypatch.setattr(child, "_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(ConversionError, match="more than 0.1 seconds for the"):
        main("time.sleep(600)")
    assert child._FORKS._process is None


def check_logits(content, model):
    """Compares states and logits with Keras', with XNNPACK and without."""
    keras_step = KerasStep(model)
    for xnnpack in (True, False):
        step = load_step(content, xnnpack=xnnpack)
        state = other = step.initial_state()
        for word in (0, 5, 17, 59):
            logits, state = step(word, state)
            expected, other = keras_step(word, other)
            np.testing.assert_allclose(logits, expected, atol=1e-6)
            np.testing.assert_allclose(state, other, atol=1e-6)


def sparse_bytes(content):
    """Returns the bytes of the matrices that are stored without zeros."""
    found = inspect.inspect(content)
    assert "DENSIFY" not in [o.name for o in found.operations]
    return [s.sparse_bytes for s in found.sparsity if s.sparse_bytes]


# Rows of 30 weights, and of 66, end in the middle of a run.
@pytest.mark.parametrize("width, units", [(32, 64), (30, 66)])
@pytest.mark.parametrize("kind", ["lstm", "cifg", "gru"])
@pytest.mark.parametrize("block", [4, 16, 1])
def test_a_sparse_file_runs_without_its_zeros(width, units, kind, block):
    model = net(False, width, kind, units)
    pruned = Prune(sparsity=0.9, block=block)(model, skip_training)
    dense = convert.convert_here(pruned)
    content = sparsify.sparsify(dense)  # What "sparse" does with it.
    convert.check(content, pruned, "sparse")
    check_logits(content, pruned)
    matrices = len(sparse_bytes(content))
    assert matrices == (4 if kind == "gru" else 3)  # All but the table.
    assert len(content) < 0.55 * len(dense)


def test_a_table_that_is_read_by_rows_too_stays_dense(nets):
    pruned = Prune(sparsity=0.9, block=4)(nets[True], skip_training)
    content = convert.convert(pruned, "sparse")
    check_logits(content, pruned)
    assert len(sparse_bytes(content)) == 2
    assert sum(sparse_bytes(content)) < 10_000


def test_a_sparse_file_of_a_model_that_is_not_pruned_is_refused(nets):
    with pytest.raises(ConversionError, match=r"Prune\(block=4\)"):
        convert.convert(nets[False], "sparse")


def test_zeros_that_would_cost_time_stay(nets):
    pruned = Prune(sparsity=0.7)(nets[False], skip_training)
    content = convert.convert_here(pruned, "sparse")
    assert sparse_bytes(content) == []


def test_a_file_that_unpacks_its_matrices_is_refused(nets, monkeypatch):
    found = inspect.inspect(convert.convert_here(nets[False]))
    unpacks = inspect.Operation("DENSIFY", 1, 1, "2.2.0")
    found = dataclasses.replace(found, operations=(unpacks,))
    monkeypatch.setattr(inspect, "inspect", lambda content: found)
    with pytest.raises(ConversionError, match="DENSIFY"):
        convert.check(b"", nets[False], "sparse")
