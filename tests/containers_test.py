"""The step in other containers, run by the runtimes that these are for."""

import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf

from tests.refusals import refusal
from tflm.containers import export as containers
from tflm.containers import onnx_model
from tflm.model.foreign import onnx_file
from tflm.model.keras_step import KerasStep

IDS = (3, 1, 4, 1, 5)


def assert_answers_as(model, step):
    """Reads some words with both, each with its own states."""
    own = KerasStep(model)
    state = other_state = own.initial_state()
    for token in IDS:
        expected, state = own(token, state)
        logits, other_state = step(np.array([token], np.int32), other_state)
        np.testing.assert_allclose(logits[0], expected, atol=1e-5)
        np.testing.assert_allclose(other_state, state, atol=1e-5)


def onnx_step(path):
    session = onnxruntime.InferenceSession(path)
    names = ["logits", "new_state"]
    return lambda t, s: session.run(names, {"token": t, "state": s})


MODELS = {
    "lstm": {"kind": "lstm"},
    "cifg, untied": {"kind": "cifg", "tied": False},
    "gru": {"kind": "gru", "layers": 2},
    "factors": {"maps": {"embedding": {"kind": "low_rank", "rank": 3}}},
}


@pytest.mark.parametrize("name", MODELS)
def test_onnx_runtime_answers_as_the_model(name, make_model, tmp_path):
    model = make_model(**MODELS[name])
    onnx_model.write(model, tmp_path / "model.onnx")
    assert_answers_as(model, onnx_step(tmp_path / "model.onnx"))


def test_onnx_stores_a_tied_table_once(model, tmp_path):
    onnx_model.write(model, tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx").graph
    sizes = [int(np.prod(each.dims)) for each in graph.initializer]
    assert sum(sizes) < model.parameters + 10


def test_onnx_of_a_step_is_not_read_again(model, tmp_path):
    onnx_model.write(model, tmp_path / "model.onnx")
    message = refusal(onnx_file.load, tmp_path / "model.onnx")
    assert "a step that tflm export --to=onnx has written: give" in message


def test_tensorflow_answers_as_the_model(model, words, tmp_path):
    name = containers.export(model, words, tmp_path / "x", "savedmodel")
    loaded = tf.saved_model.load(str(tmp_path / "x" / name))
    assert [*loaded.signatures] == ["step"]

    def step(token, state):
        token, state = tf.constant(token), tf.constant(state)
        found = loaded.signatures["step"](token=token, state=state)
        return found["logits"], found["state"]

    assert_answers_as(model, step)


def test_a_container_lies_beside_its_words(model, words, tmp_path):
    output = tmp_path / "x"
    assert containers.export(model, words, output, "onnx") == "model.onnx"
    names = {path.name for path in output.iterdir()}
    assert names == {"model.onnx", "vocabulary.txt"}
    with pytest.raises(FileExistsError):
        containers.export(model, words, output, "onnx")


def test_what_answers_otherwise_is_not_written(
    model, words, tmp_path, monkeypatch
):
    monkeypatch.setattr(containers, "_TOLERANCE", -1.0)
    message = refusal(
        containers.export, model, words, tmp_path / "x", "savedmodel"
    )
    assert "of their range from the model's" in message
    assert not (tmp_path / "x").exists()


def test_without_its_package_it_says_what_to_install(
    model, words, tmp_path, monkeypatch
):
    modules = __import__("sys").modules
    monkeypatch.delitem(modules, "tflm.containers.onnx_model")
    monkeypatch.setitem(modules, "tf2onnx", None)
    message = refusal(containers.export, model, words, tmp_path / "x", "onnx")
    assert "onnx needs tf2onnx: pip install 'tflm-toolkit[onnx]'" in message
