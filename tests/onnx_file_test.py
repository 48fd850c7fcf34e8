"""ONNX models that PyTorch wrote, against what PyTorch has answered."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper

from tests import pytorch_models
from tests.command import run_here
from tests.refusals import refusal
from tflm.model.foreign import onnx_file

IDS = pytorch_models.IDS


def exported(case="gru"):
    """Returns a model as torch.onnx.export has written it."""
    with np.load(pytorch_models.ONNX_VECTORS) as found:
        return onnx.load_from_string(found[case].tobytes())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


def cell(model):
    [found] = [x for x in model.graph.node if x.op_type in ("LSTM", "GRU")]
    return found


@pytest.mark.parametrize("case", pytorch_models.ONNX)
def test_logits_are_those_of_pytorch(case, path):
    onnx.save(exported(case), path)
    ours = onnx_file.load(path).model
    with np.load(pytorch_models.VECTORS) as arrays:
        logits = arrays[f"{case}/"]
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)
    assert ours.config.tied == (case == "word_language_model")


def test_a_gru_may_reset_before(path):
    model = exported()
    for setting in cell(model).attribute:
        if setting.name == "linear_before_reset":
            setting.i = 0
    onnx.save(model, path)
    [logits] = onnxruntime.InferenceSession(path).run(None, {"ids": IDS})
    ours = onnx_file.load(path).model
    assert ours.config.layers[0].kind == "gru_reset_before"
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


@pytest.mark.parametrize(
    "name, value",
    [
        ("direction", "reverse"),
        ("clip", 3.0),
        ("activations", ["HardSigmoid", "Tanh"]),
    ],
)
def test_another_cell_is_refused(path, name, value):
    model = exported()
    cell(model).attribute.append(helper.make_attribute(name, value))
    onnx.save(model, path)
    assert "only a forward one of GRU's own" in refusal(onnx_file.load, path)


def test_what_is_on_the_way_is_named(path):
    model = exported("hidden linear")
    for node in model.graph.node:
        if node.op_type == "Relu":
            node.op_type = "Erf"
    onnx.save(model, path)
    assert "is a Erf of the words' vectors" in refusal(onnx_file.load, path)


def test_a_model_without_cells_and_a_damaged_file_are_refused(path):
    model = exported()
    del model.graph.node[3:]
    onnx.save(model, path)
    assert "a language model has an embedding" in refusal(onnx_file.load, path)
    path.write_bytes(b"\xff" * 99)
    assert "torch.onnx.export" in refusal(onnx_file.load, path)


def test_weights_outside_of_the_folder_are_not_read(path):
    model = exported()
    weight = model.graph.initializer[0]
    weight.data_location = onnx.TensorProto.EXTERNAL
    weight.ClearField("raw_data")
    weight.external_data.add(key="location", value="../secret")
    path.with_name("inside").mkdir()
    (path.parent / "secret").write_bytes(bytes(10**6))
    path = path.parent / "inside" / path.name
    path.write_bytes(model.SerializeToString())
    assert "is no ONNX model that can be read" in refusal(onnx_file.load, path)


def test_the_command_takes_it(path):
    onnx.save(exported(), path)
    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(18))]
    path.with_name("words.txt").write_text("\n".join(words))
    flags = "--vocabulary", path.with_name("words.txt"), "--to", "onnx"
    assert run_here("export", path, *flags, "--output", f"{path}.other") == 0
