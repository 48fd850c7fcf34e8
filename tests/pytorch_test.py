"""Models of PyTorch, against what PyTorch itself has answered."""

import io
import os
import pathlib
import re
import zipfile

import numpy as np
import pytest

from tests import pytorch_models
from tests.command import run_here
from tests.refusals import refusal
from tflm import arrays
from tflm.bundle.bundle import Bundle
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.pytorch import from_pytorch as module
from tflm.model.foreign.pytorch import tensors
from tflm.model.foreign.pytorch.from_pytorch import from_pytorch
from tflm.model.foreign.pytorch.to_pytorch import state_dict, to_pytorch
from tflm.tflite import inspect

ROOT = pathlib.Path(__file__).parents[1]
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


def named(layers, width=6):
    """Returns a model of these layers, and its state dict with their names."""
    shape = ModelConfig(20, width, tuple(layers.values()), tied=False)
    model = build_model(shape, seed=1)
    weights = state_dict(model)
    for k, name in enumerate(layers):
        weights = {
            key.replace(f"layers.{k}.", f"{name}."): weight
            for key, weight in weights.items()
        }
    return model, weights


def in_a_file(weights):
    """Returns a state dict as a safetensors file has it."""
    return dict(sorted(weights.items()))


LSTM, GRU = LayerConfig("lstm", 6), LayerConfig("gru", 6)
RELU = LayerConfig("dense", 6, activation="relu")


@pytest.mark.parametrize(
    "layers",
    [
        {"lstm": LSTM, "gru": GRU},
        {"second": LSTM, "first": LSTM},
        {"fc": RELU, "lstm": LSTM},
        {"lstm": LSTM, "fc": RELU, "gru": GRU},
    ],
    ids="-".join,
)
def test_layers_of_one_width_stay_as_they_were_registered(layers):
    model, weights = named(layers)
    names = {"fc": "relu"} if "fc" in layers else {}
    again = from_pytorch(weights, names)
    np.testing.assert_allclose(again(IDS), model(IDS), atol=1e-6)


@pytest.mark.parametrize(
    "layers, names, cure",
    [
        (
            {"lstm": LSTM, "gru": GRU},
            {},
            "order gru, lstm are: say it, as in --map=gru=1 --map=lstm=2",
        ),
        (
            {"fc": RELU, "lstm": LSTM},
            {"fc": "relu"},
            "order lstm, fc are: say it, as in --map=lstm=1 --map=fc=2:relu",
        ),
    ],
)
def test_an_order_that_a_file_does_not_tell_is_asked_for(layers, names, cure):
    model, weights = named(layers)
    assert cure in says(in_a_file(weights), names)
    places = {
        name: ":".join(filter(None, (str(place), names.get(name))))
        for place, name in enumerate(layers, start=1)
    }
    again = from_pytorch(in_a_file(weights), places)
    np.testing.assert_allclose(again(IDS), model(IDS), atol=1e-6)


def test_a_safetensors_file_has_no_order(tmp_path):
    from safetensors.numpy import save_file

    save_file(named({"lstm": LSTM, "gru": GRU})[1], tmp_path / "a.safetensors")
    assert "say it, as in" in refusal(module.load, tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    "layers",
    [
        {"lstm": LayerConfig("lstm", 7), "gru": LayerConfig("gru", 6)},
        {"lstm": LayerConfig("lstm", 7), "fc": LayerConfig("dense", 6)},
        {"fc": LayerConfig("dense", 7), "a": LayerConfig("lstm", 5)},
        {"rnn2": LSTM, "rnn10": GRU},
        {"lstm": LSTM, "lstm_1": LSTM, "gru": LayerConfig("gru", 5)},
    ],
    ids="-".join,
)
def test_widths_and_numbers_may_tell_an_order(layers):
    model, weights = named(layers)
    names = {"fc": "linear"} if "fc" in layers else {}
    again = from_pytorch(in_a_file(weights), names)
    np.testing.assert_allclose(again(IDS), model(IDS), atol=1e-6)


def test_a_place_is_one_of_a_layer_and_of_one_alone():
    weights = in_a_file(named({"lstm": LSTM, "gru": GRU})[1])
    for places in ({"lstm": "1"}, {"lstm": "1", "gru": "1"}):
        assert "needs a place of its own" in says(weights, places)
    assert "no layer" in says(weights, {"decoder": "1"})


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


def wrapped(weights):
    """Returns weights of cells as a wrapper such as WeightDrop names them."""
    return {
        name.replace("rnns.0.", "rnns.0.module."): weight
        for name, weight in weights.items()
    }


@pytest.mark.parametrize("name", ["rnns.0", "rnns.0.module"])
def test_a_cell_in_a_wrapper_has_the_name_that_is_asked_for(name):
    weights, logits = recorded("relu")
    assert "--map=rnns.0=tanh or relu" in says(wrapped(weights))
    ours = from_pytorch(wrapped(weights), {name: "relu"})
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_a_cell_in_a_wrapper_may_be_left_out():
    weights, logits = recorded()
    more = {f"aux.module.{k[7:]}": w for k, w in weights.items() if "rnns" in k}
    for name in ("aux", "aux.module"):
        ours = from_pytorch(weights | more, {name: "none"})
        np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


@pytest.mark.parametrize("case, kind", [("lstm", "LSTM"), ("gru", "GRU")])
@pytest.mark.parametrize("name", ["rnns.0", "rnns.0.weight_ih_l0"])
def test_an_activation_of_a_cell_that_has_its_own_is_refused(case, kind, name):
    message = says(recorded(case)[0], {name: "relu"})
    assert f"rnns.0 is an nn.{kind}, which has its own activations" in message


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
            module.load(path).model(IDS), logits, atol=1e-5
        )


def test_a_table_that_safetensors_stored_once_has_both_names(tmp_path):
    from safetensors.numpy import save_file

    weights, logits = recorded("word_language_model")
    path = tmp_path / "model.safetensors"
    del weights["encoder.weight"]
    save_file(weights, path, {"encoder.weight": "decoder.weight"})
    assert "encoder.weight" in tensors.load(path)
    np.testing.assert_allclose(module.load(path).model(IDS), logits, atol=1e-5)


def test_an_archive_of_arrays_is_read(tmp_path):
    weights, logits = recorded()
    np.savez(tmp_path / "model.npz", **weights)
    ours = module.load(tmp_path / "model.npz").model
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, a=np.array([object()], object))
    assert "holds no tensors" in refusal(module.load, path)


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "_FREE_BYTES", 0)
    path = tmp_path / "model.npz"
    np.savez_compressed(path, a=np.zeros(10**6))
    assert "unpacks to 8000" in refusal(module.load, path)


def test_an_array_that_says_it_is_larger_takes_no_memory(tmp_path):
    path, head = tmp_path / "model.npz", io.BytesIO()
    shape = {"descr": "<f4", "fortran_order": False, "shape": (2**45,)}
    np.lib.format.write_array_header_1_0(head, shape)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.npy", head.getvalue())
    assert "is damaged" in refusal(module.load, path)


def test_a_member_that_is_no_array_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.npy", b"a")
    assert "a is no array" in refusal(module.load, path)


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_a_pipe_is_not_opened(tmp_path, suffix):
    path = tmp_path / f"model.{suffix}"
    os.mkfifo(path)
    assert "is a pipe" in refusal(module.load, path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 99, b"\x08" + b"\0" * 20])
def test_a_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    assert "holds no tensors" in refusal(module.load, path)


@pytest.mark.parametrize("kind", ["lstm", "cifg", "gru", "rnn"])
@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_there_and_back_are_the_same_logits(make_model, kind, tied):
    model = make_model(kind, tied, layers=2)
    names = {"rnn": {"layers.0": "tanh", "layers.1": "tanh"}}.get(kind, {})
    if kind in ("gru", "rnn"):  # Which have no projection in PyTorch.
        names["layers.2"] = "linear"
    again = from_pytorch(state_dict(model), names)
    np.testing.assert_allclose(again(IDS), model(IDS), atol=1e-5)


def test_what_pytorch_has_not_is_refused():
    kinds = (
        LayerConfig("lstm", 8, state_activation="relu"),
        LayerConfig("gru_reset_before", 8),
    )
    for kind in kinds:
        model = build_model(ModelConfig(9, 8, (kind,)))
        assert f"torch.nn has no {kind.kind}" in refusal(state_dict, model)


def test_without_pytorch_it_says_what_is_missing(model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    assert "pip install torch" in refusal(to_pytorch, model)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a file of PyTorch and its words, which is where we are."""
    from safetensors.numpy import save_file

    words = ["<eos>", "<unk>", *(f"w{n}" for n in range(18))]
    (tmp_path / "words.txt").write_text("\n".join(words))
    save_file(recorded("hidden linear")[0], tmp_path / "own.safetensors")
    np.savez(tmp_path / "weights.npz", **recorded()[0])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_exported_with_its_metadata(place, converts_here):
    own = "own.safetensors", "--vocabulary", "words.txt", "--map", "fc=relu"
    assert run_here("export", *own, "--output", "bundle") == 0
    found = Bundle.load(place / "bundle")
    found.check()
    assert found.manifest["recipe"].startswith("from_pytorch('own")
    assert "vocabulary.txt" in inspect.inspect(found.model).archived
    assert run_here("export", *own, "--to", "onnx", "--output", "other") == 0
    assert (place / "other" / "model.onnx").exists()


def test_metadata_may_be_left_out(place, converts_here):
    own = "weights.npz", "--vocabulary", "words.txt", "--no_metadata"
    assert run_here("export", *own, "--output", "bundle") == 0
    found = inspect.inspect(Bundle.load(place / "bundle").model)
    assert found.metadata is None and not found.archived


def test_what_a_tensor_is_has_to_be_said(place, capsys):
    own = "own.safetensors", "--vocabulary", "words.txt"
    assert run_here("export", *own, "--output", "bundle") == 2
    assert "give --map=fc=linear (or relu" in capsys.readouterr().err


def test_the_python_of_the_page_runs(place, capsys):
    page = (ROOT / "docs/bring.md").read_text("utf-8")
    [code] = [
        block
        for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL)
        if "from_pytorch" in block
    ]
    exec(code, {})
    ours, smaller = map(int, capsys.readouterr().out.split()[-2:])
    assert smaller < ours
