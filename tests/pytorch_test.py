import numpy as np
import pytest

from tests import pytorch_models
from tflm.model.foreign.pytorch import from_pytorch


def recorded(case):
    """Returns a model's state dict, and its logits."""
    with np.load(pytorch_models.VECTORS) as arrays:
        found = {
            name.removeprefix(f"{case}/"): arrays[name]
            for name in arrays.files
            if name.startswith(f"{case}/")
        }
    return found, found.pop("")


@pytest.mark.parametrize("case", pytorch_models.NAMES)
def test_logits_are_those_of_pytorch(case):
    state_dict, logits = recorded(case)
    ours = from_pytorch(state_dict, pytorch_models.NAMES[case])
    np.testing.assert_allclose(ours(pytorch_models.IDS), logits, atol=1e-5)
