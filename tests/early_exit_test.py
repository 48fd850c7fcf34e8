import numpy as np
import pytest

from benchmarks import head_first as benchmark
from tests.refusals import refusal
from tflm.compression import Adaptive, skip_training
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.surgery import replace_maps
from tflm.model.workspace import Trained
from tflm.text.dataset import Origin
from tflm.tflite import convert, inspect, quantize
from tflm.tflite.early_exit import EarlyExitStep
from tflm.tflite.flatbuffer import hidden_output, verify
from tflm.tflite.interpreter import load_step

WORDS = (0, 5, 17, 59, 3, 31)
HIERARCHICAL = Adaptive(cutoffs=(10, 30), hierarchical=True)


@pytest.fixture(scope="module")
def model():
    layers = (LayerConfig("cifg", 16, 32),)
    config = ModelConfig(60, 32, layers, init_scale=1.0)
    return HIERARCHICAL(build_model(config), skip_training)


@pytest.fixture(scope="module", params=["float32", "int8", "mixed"])
def file(request, model):
    content = convert.convert_here(model, request.param, early_exit=True)
    convert.check(content, model, request.param)
    return content


def head_weighs(model, bias):
    """Returns a file of `model` whose first words have another bias."""
    copy = replace_maps(model, {})
    copy.softmax.bias.assign([bias] * 10 + [0.0] * 50)
    return convert.convert_here(copy, early_exit=True)


@pytest.mark.parametrize("count", [1, 3, 15, 60])
def test_the_best_words_are_those_of_the_whole_step(file, count):
    whole, first = load_step(file), EarlyExitStep(file)
    state = other = whole.initial_state()
    for word in WORDS:
        logits, state = whole(word, state)
        ids, found, other = first.best(word, other, count)
        expected = np.sort(logits)[::-1][:count]
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_allclose(logits[ids], expected, atol=1e-5)
        np.testing.assert_allclose(other, state, atol=1e-5)
        assert len(set(ids)) == count


def test_a_tail_is_read_only_if_a_word_of_it_may_be_among_the_best(model):
    first = EarlyExitStep(head_weighs(model, 20.0))
    first.best(3, first.initial_state(), 10)
    assert first.tails_read == [0, 0]
    first.best(3, first.initial_state(), 11)
    assert sum(first.tails_read) >= 1
    assert first.words_read == 2


def test_all_tails_are_read_for_all_words(file):
    first = EarlyExitStep(file)
    first.best(3, first.initial_state(), 60)
    assert first.tails_read == [1, 1]


@pytest.fixture(scope="module", params=[True, False], ids=["tied", "untied"])
def float_files(request):
    """Two float32 files of a model: without its parts, and with them."""
    layers = (LayerConfig("lstm", 16, 64),)
    config = ModelConfig(2000, 64, layers, tied=request.param, init_scale=0.4)
    method = Adaptive(cutoffs=(500, 1000), hierarchical=True)
    model = method(build_model(config), skip_training)
    return [
        convert.convert_here(model, early_exit=parts) for parts in (False, True)
    ]


@pytest.mark.parametrize("file_format", ["float32", "int8", "int4", "mixed"])
def test_parts_share_the_weights_of_the_step(float_files, file_format):
    alone, parts = float_files
    if file_format != "float32":
        alone = quantize.quantize(alone, file_format)
        parts = quantize.quantize(parts, file_format)
    assert inspect.inspect(parts).repeated_bytes == 0
    assert len(parts) - len(alone) < 12_000


def test_the_step_is_the_first_subgraph(file):
    signatures = [s.name for s in inspect.inspect(file).signatures]
    parts = ["step_head", "step_tail_1", "step_tail_2"]
    assert signatures == ["step", *parts, "step_hidden"]
    assert load_step(file).vocabulary_size == 60


def test_a_page_gets_each_signature_with_all_outputs(file):
    """As LiteRT's compiled models want it."""
    served = hidden_output.left_out(file)
    read = verify.read(served)
    for signature in read.signatureDefs:
        graph = read.subgraphs[signature.subgraphIndex]
        named = {output.tensorIndex for output in signature.outputs}
        assert named == {*graph.outputs}
    assert len(read.signatureDefs) == len(verify.read(file).signatureDefs) - 1
    assert hidden_output.left_out(served) == served
    step, same = load_step(file), load_step(served)
    logits, _ = step(3, step.initial_state())
    assert np.array_equal(logits, same(3, same.initial_state())[0])


def test_a_file_without_its_parts_is_refused(model):
    message = refusal(EarlyExitStep, convert.convert_here(model))
    assert message.endswith("a hierarchical softmax with early_exit=True")


def test_a_plain_softmax_is_refused(make_model):
    message = refusal(convert.convert, make_model(), early_exit=True)
    assert message.startswith("early_exit needs a hierarchical softmax")


def test_calibration_is_refused(model, ids):
    fields = {"calibration": ids[:64], "early_exit": True}
    message = refusal(convert.convert, model, "full_int8", **fields)
    assert message.startswith("early_exit does not go with full_int8")


@pytest.mark.parametrize(
    "token, count, message",
    [
        (60, 3, "no word has id 60; ids are below 60"),
        (-1, 3, "no word has id -1; ids are below 60"),
        (3, 0, "count must be 1 to 60, got 0"),
        (3, 61, "count must be 1 to 60, got 61"),
    ],
)
def test_what_cannot_be_asked_is_refused(file, token, count, message):
    first = EarlyExitStep(file)
    found = refusal(first.best, token, first.initial_state(), count)
    assert found == message


def test_the_benchmark_says_how_often_it_was_spared_a_tail(
    make_model, words, tmp_path
):
    for part in ("train", "valid", "test"):
        text = "i see the w1\n you see what they see\n" * 40
        (tmp_path / f"ptb.{part}.txt").write_text(text)
    net = HIERARCHICAL(make_model(), skip_training)
    workspace.save(Trained(net, words, Origin()), tmp_path / "net")
    found = benchmark.measure(str(tmp_path / "net"), f"ptb:{tmp_path}", 50)
    assert found["cutoffs"] == [10, 30] and found["words"] == 50
    assert all(0 <= share <= 1 for share in found["tails_read_share"])
    assert found["all_logits_p50_ms"] > 0 < found["head_first_p50_ms"]
