import numpy as np
import pytest

from tests import pytorch_models
from tests.refusals import refusal
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign import pytorch, tensors
from tflm.model.foreign.pytorch import from_pytorch
from tflm.model.foreign.to_pytorch import state_dict, to_pytorch
from tflm.model.language_model import build_model

IDS = pytorch_models.IDS


def recorded(case="lstm"):
    """Returns a model's state dict, and its logits."""
    with np.load(pytorch_models.VECTORS) as arrays:
        found = {
            name.removeprefix(f"{case}/"): arrays[name]
            for name in arrays.files
            if name.startswith(f"{case}/")
        }
    return found, found.pop("")


def says(weights, names=None):
    """Returns what from_pytorch says of weights that it refuses."""
    return refusal(from_pytorch, weights, names)


@pytest.mark.parametrize("case", pytorch_models.NAMES)
def test_logits_are_those_of_pytorch(case):
    weights, logits = recorded(case)
    ours = from_pytorch(weights, pytorch_models.NAMES[case])
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


@pytest.mark.parametrize("case", ["word_language_model", "awd-lstm", "fastai"])
def test_a_tied_table_is_one_weight(case):
    assert from_pytorch(recorded(case)[0]).config.tied


def test_a_tied_table_may_be_there_once():
    weights, logits = recorded("word_language_model")
    for name in ("encoder.weight", "decoder.weight"):
        less = {k: v for k, v in weights.items() if k != name}
        ours = from_pytorch(less)
        assert ours.config.tied
        np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_wrappers_of_the_whole_model_change_nothing():
    weights, logits = recorded()
    for wrapper in ("module.", "_orig_mod.", "model.net."):
        wrapped = {wrapper + name: w for name, w in weights.items()}
        np.testing.assert_allclose(
            from_pytorch(wrapped)(IDS), logits, atol=1e-5
        )


def test_ten_layers_stay_in_order():
    config = ModelConfig(9, 3, (LayerConfig("lstm", 4),) * 11, tied=False)
    model = build_model(config, seed=1)
    again = from_pytorch(state_dict(model))
    np.testing.assert_allclose(again(IDS % 9), model(IDS % 9), atol=1e-6)


def test_names_that_say_nothing_are_given_by_the_user():
    weights, logits = recorded("two of a width")
    weights["a.weight"] = weights.pop("encoder.weight")
    weights["b.weight"] = weights.pop("decoder.weight")
    message = says(weights)
    assert "a, b may be the embedding" in message
    assert "--map=a=embedding" in message
    for names in ({"a": "embedding"}, {"a.weight": "embedding"}):
        ours = from_pytorch(weights, names)
        np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_what_is_not_of_the_model_is_named_and_may_be_left_out():
    weights, logits = recorded()
    weights["norm.weight"] = weights["norm.bias"] = np.ones(7, np.float32)
    assert "norm (bias [7], weight [7]) is no nn.Embedding" in says(weights)
    ours = from_pytorch(weights, {"norm": "none"})
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_an_activation_that_no_tensor_tells_is_asked_for():
    assert "--map=fc=linear (or relu" in says(recorded("hidden linear")[0])


def test_refusals_say_what_is_wrong():
    weights, _ = recorded()
    backwards = {f"{name}_reverse": w for name, w in weights.items()}
    lower = {k: v[:-1] if "decoder" in k else v for k, v in weights.items()}
    assert "bidirectional" in says(weights | backwards)
    assert "no nn.LSTM, nn.GRU or nn.RNN" in says({"a.weight": np.ones([3, 2])})
    assert "no tensor is called x" in says(weights, {"x": "embedding"})
    assert "decoder is an nn.Linear" in says(lower)
    assert "str is no PyTorch model" in says("model")
    plain = {k: v[:7] if "rnns" in k else v for k, v in weights.items()}
    assert "--map=rnns.0=tanh or relu" in says(plain)


def test_an_embedding_of_another_width_is_not_one():
    weights, _ = recorded()
    weights["encoder.weight"] = weights["encoder.weight"][:, :5]
    assert "rnns.0.l0 reads vectors of 6, and no matrix" in says(weights)


def test_numbers_of_all_widths_are_read(tmp_path):
    import tensorflow as tf
    from safetensors.numpy import save_file

    weights, logits = recorded()
    for dtype in (np.float16, np.float64, tf.bfloat16.as_numpy_dtype):
        path = tmp_path / "model.safetensors"
        stored = {name: w.astype(dtype) for name, w in weights.items()}
        save_file(stored | {"norm.num_batches_tracked": np.array(3)}, path)
        np.testing.assert_allclose(
            pytorch.load(path).model(IDS), logits, atol=1e-5
        )


def test_a_table_that_safetensors_stored_once_has_both_names(tmp_path):
    from safetensors.numpy import save_file

    weights, logits = recorded("word_language_model")
    path = tmp_path / "model.safetensors"
    del weights["encoder.weight"]
    save_file(weights, path, {"encoder.weight": "decoder.weight"})
    assert "encoder.weight" in tensors.load(path)
    np.testing.assert_allclose(pytorch.load(path).model(IDS), logits, atol=1e-5)


def test_an_archive_of_arrays_is_read(tmp_path):
    weights, logits = recorded()
    np.savez(tmp_path / "model.npz", **weights)
    ours = pytorch.load(tmp_path / "model.npz").model
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, a=np.array([object()], object))
    assert "holds no tensors" in refusal(pytorch.load, path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 99, b"\x08" + b"\0" * 20])
def test_a_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert "holds no tensors" in refusal(pytorch.load, path)


@pytest.mark.parametrize("kind", ["lstm", "cifg", "gru"])
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_there_and_back_are_the_same_logits(make_model, kind, tied):
    model = make_model(kind, tied, layers=2)
    linear = {"layers.2": "linear"}  # The projection that an nn.GRU has not.
    again = from_pytorch(state_dict(model), linear if kind == "gru" else {})
    np.testing.assert_allclose(again(IDS), model(IDS), atol=1e-5)


def test_without_pytorch_it_says_what_is_missing(model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    assert "pip install torch" in refusal(to_pytorch, model)
