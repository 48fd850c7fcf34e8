import math

import numpy as np
import pytest

from tflm.compress import TensorTrain, skip_training
from tflm.compress.tensor_train import split


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 7, 60, 670, 2010, 10_000])
def test_factors_multiply_to_the_size(size, order):
    factors = split(size, order)
    assert math.prod(factors) == size
    assert len(factors) == order


def test_factors_are_as_equal_as_there_are():
    assert split(10_000, 2) == (100, 100)
    assert split(60, 2) == (6, 10)
    assert split(670, 2) == (10, 67)


def test_error_falls_as_the_rank_grows(model):
    name = "lstm_0/projection"
    error = []
    for rank in (1, 3, 5):
        method = TensorTrain(rank=rank, scope=name)
        smaller = method(model, skip_training)
        matrix = model.maps[name].matrix()
        error.append(np.linalg.norm(smaller.maps[name].matrix() - matrix))
    assert error[0] > error[1] > error[2]


def test_given_dimensions_are_used(model):
    method = TensorTrain(
        rank=2, in_dims=(4, 15), out_dims=(4, 2), scope="embedding"
    )
    smaller = method(model, skip_training)
    shapes = [c.shape for c in smaller.maps["embedding"].cores]
    assert shapes == [(1, 4, 4, 2), (2, 15, 2, 1)]
