"""ONNX models that PyTorch wrote, against what PyTorch has answered."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from tests import pytorch_models
from tests.command import run_here
from tests.refusals import refusal
from tflm.model.foreign import onnx_file

IDS = pytorch_models.IDS


def exported(case="gru"):
    """Returns a model as torch.onnx.export has written it."""
    with np.load(pytorch_models.ONNX_VECTORS) as found:
        return onnx.load_from_string(found[case].tobytes())


def recorded(case):
    """Returns what PyTorch has answered."""
    with np.load(pytorch_models.VECTORS) as arrays:
        return arrays[f"{case}/"]


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
    np.testing.assert_allclose(ours(IDS), recorded(case), atol=1e-5)
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


def node(kind, *inputs, output="made", **settings):
    return helper.make_node(kind, inputs, [output], **settings)


def add_before(model, kind, *nodes):
    """Puts nodes in front of the last one of a kind, which is returned."""
    at = max(k for k, x in enumerate(model.graph.node) if x.op_type == kind)
    for made in reversed(nodes):
        model.graph.node.insert(at, made)
    return model.graph.node[at + len(nodes)]


def add_array(model, name, array):
    model.graph.initializer.append(numpy_helper.from_array(array, name))


def says(model, path):
    """Returns what load says of a model that it refuses."""
    onnx.save(model, path)
    return refusal(onnx_file.load, path)


def check(model, path, logits=None):
    """Checks logits: against others, or those that the ONNX model gives."""
    onnx.save(model, path)
    if logits is None:
        session = onnxruntime.InferenceSession(path)
        [logits] = session.run(None, {"ids": IDS})
    ours = onnx_file.load(path).model
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_a_start_that_is_made_of_an_array_is_zeros_or_refused(path, value):
    model = exported()
    add_array(model, "h0", np.full([1, 1, 7], value, np.float32))
    add_array(model, "shape", np.array([1, len(IDS), 7]))
    add_before(model, "GRU", node("Expand", "h0", "shape")).input[5] = "made"
    if value:
        assert "does not start from zeros" in says(model, path)
    else:
        check(model, path)


def test_a_start_that_is_computed_is_refused(path):
    model = exported()
    add_array(model, "h0", np.ones([1, len(IDS), 7], np.float32))
    add_before(model, "GRU", node("Tanh", "h0")).input[5] = "made"
    assert "does not start from zeros" in says(model, path)


def test_a_start_may_be_what_a_caller_gives(path):
    model = exported()
    shape = helper.make_tensor_value_info("h0", 1, [1, len(IDS), 7])
    model.graph.input.append(shape)
    cell(model).input[5] = "h0"
    check(model, path, recorded("gru"))


def as_gemm(model):
    """Makes one Gemm of the last product and its bias; returns the latter."""
    *_, product, add = model.graph.node
    before, matrix = product.input
    name = next(x for x in add.input if x != product.output[0])
    [bias] = [x for x in model.graph.initializer if x.name == name]
    del model.graph.node[-2:]
    add_array(model, "form", np.array([len(IDS) * IDS.shape[1], -1]))
    add_array(model, "back", np.array([*IDS.shape, -1]))
    model.graph.node.extend(
        [
            node("Reshape", before, "form", output="rows"),
            node("Gemm", "rows", matrix, name, output="product"),
            node("Reshape", "product", "back", output="logits"),
        ]
    )
    return bias


def test_a_bias_may_be_a_constant(path):
    model = exported()
    bias = as_gemm(model)
    add_before(model, "Gemm", node("Constant", output="c", value=bias))
    model.graph.node[-2].input[2] = "c"
    check(model, path)


def test_a_bias_that_is_computed_is_refused(path):
    model = exported()
    bias = as_gemm(model)
    add_before(model, "Gemm", node("Neg", bias.name, output="c"))
    model.graph.node[-2].input[2] = "c"
    assert "product has the weight c, which is no initializer" in says(
        model, path
    )


@pytest.mark.parametrize("shape", [[5, 20], [20, 1]])
def test_what_is_added_to_units_alike_is_a_bias_alone(path, shape):
    model = exported()
    add_array(model, "more", np.ones(shape, np.float32))
    model.graph.node[-1].input[0] = "more"
    assert "is no bias" in says(model, path)


def test_what_is_added_behind_an_activation_is_no_bias(path):
    model = exported("hidden linear")
    add_array(model, "more", np.ones(5, np.float32))
    [relu] = [x for x in model.graph.node if x.op_type == "Relu"]
    last = add_before(
        model, "MatMul", node("Add", relu.output[0], "more", output="more_relu")
    )
    last.input[0] = "more_relu"
    assert "more_relu is a Add of the words' vectors" in says(model, path)


@pytest.mark.parametrize("kind", ["Softmax", "LogSoftmax"])
def test_a_softmax_is_behind_the_last_product(path, kind):
    model = exported("hidden linear")
    model.graph.node.append(node(kind, "logits", output="chances", axis=-1))
    check(model, path, recorded("hidden linear"))


@pytest.mark.parametrize("kind", ["Softmax", "LogSoftmax"])
def test_a_softmax_between_products_is_refused(path, kind):
    model = exported("hidden linear")
    for each in model.graph.node:
        if each.op_type == "Relu":
            each.op_type = kind
    message = says(model, path)
    assert "is a MatMul of the words' vectors" in message
    assert "at the end a Softmax" in message


@pytest.mark.parametrize("place", [1, 2, 3], ids=["W", "R", "B"])
def test_a_weight_of_a_cell_that_is_no_initializer_is_refused(path, place):
    model = exported()
    weight = cell(model).input[place]
    add_before(model, "GRU", node("Neg", weight)).input[place] = "made"
    assert "has the weight made, which is no initializer" in says(model, path)


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
