"""What needs PyTorch itself: `pytest -m torch` where that is installed."""

import shlex
import subprocess
import sys

import numpy as np
import pytest

from tests import pytorch_models
from tests.refusals import refusal
from tflm.model import location
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.foreign.pytorch.from_pytorch import from_pytorch, load
from tflm.model.foreign.pytorch.to_pytorch import to_pytorch

pytestmark = pytest.mark.torch

IDS = pytorch_models.IDS
each_case = pytest.mark.parametrize("case", pytorch_models.NAMES)


@each_case
def test_the_recorded_logits_are_those_of_this_pytorch(case):
    module = pytorch_models.model(case)
    with np.load(pytorch_models.VECTORS) as recorded:
        np.testing.assert_allclose(
            pytorch_models.logits(module), recorded[f"{case}/"], atol=1e-5
        )


@each_case
def test_a_module_is_read_as_it_is(case):
    module = pytorch_models.model(case)
    ours = from_pytorch(module, pytorch_models.NAMES[case])
    logits = pytorch_models.logits(module)
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("kind", ["lstm", "cifg", "gru", "rnn"])
def test_our_model_is_a_module_of_the_same_logits(make_model, kind, tied):
    import torch

    model = make_model(kind, tied, layers=2)
    module = to_pytorch(model)
    with torch.no_grad():
        whole, _ = module(torch.tensor(IDS))
        first, states = module(torch.tensor(IDS[:, :2]))
        rest, _ = module(torch.tensor(IDS[:, 2:]), states)
    np.testing.assert_allclose(whole, model(IDS), atol=1e-5)
    np.testing.assert_allclose(torch.cat([first, rest], 1), whole, atol=1e-6)
    shared = module.encoder.weight is module.decoder.weight
    assert shared == tied


def test_a_dense_layer_keeps_its_activation():
    import torch

    kinds = (LayerConfig("lstm", 7), LayerConfig("dense", 8, activation="relu"))
    model = build_model(ModelConfig(60, 8, kinds))
    with torch.no_grad():
        logits, _ = to_pytorch(model)(torch.tensor(IDS))
    np.testing.assert_allclose(logits, model(IDS), atol=1e-5)


def test_saved_by_safetensors_a_tied_model_is_read(tmp_path):
    from safetensors.torch import save_model

    module = pytorch_models.model("word_language_model")
    path = tmp_path / "model.safetensors"
    save_model(module, str(path))
    logits = pytorch_models.logits(module)
    np.testing.assert_allclose(load(path).model(IDS), logits, atol=1e-5)


@pytest.mark.parametrize("key", ["", "state_dict", "model"])
def test_the_line_that_refuses_a_pickle_converts_it(tmp_path, key):
    import torch

    module = pytorch_models.model("word_language_model")
    weights = module.state_dict()
    path = tmp_path / "it's mine.pt"
    torch.save({key: weights, "epoch": 3} if key else weights, path)
    message = refusal(location.check, path)
    [command] = [message[message.index("python -c") :]]
    arguments = [sys.executable, *shlex.split(command)[1:]]
    subprocess.run(arguments, check=True)
    ours = load(path.with_suffix(".safetensors")).model
    logits = pytorch_models.logits(module)
    np.testing.assert_allclose(ours(IDS), logits, atol=1e-5)
