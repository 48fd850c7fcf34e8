import numpy as np
import pytest

from tflm.compress import LowRank, skip_training
from tflm.run import perplexity


def test_error_is_that_of_the_truncated_svd(model):
    matrix = model.maps["lstm_0/input"].matrix()
    smaller = LowRank(rank=3, scope="lstm_0/input")(model, skip_training)
    error = np.linalg.norm(smaller.maps["lstm_0/input"].matrix() - matrix)
    dropped = np.linalg.svd(matrix, compute_uv=False)[3:]
    assert error == pytest.approx(np.linalg.norm(dropped), rel=1e-4)


def test_weight_count(model):
    smaller = LowRank(rank=3, scope="embedding")(model, skip_training)
    assert smaller.maps["embedding"].parameters == 3 * (60 + 8)


def test_keeps_a_map_that_would_grow(model):
    # 7 (8 + 48) weights are fewer than 8 * 48 for no map but the table.
    smaller = LowRank(rank=7)(model, skip_training)
    kinds = {n: type(m).__name__ for n, m in smaller.maps.items()}
    assert kinds["embedding"] == "LowRankMap"
    assert kinds["lstm_0/input"] == "DenseMap"


def test_from_scratch_forgets_the_trained_matrix(model):
    method = LowRank(rank=3, scope="embedding", initial="random")
    smaller = method(model, skip_training)
    matrix = model.maps["embedding"].matrix()
    found = smaller.maps["embedding"].matrix()
    assert abs(np.corrcoef(matrix.ravel(), found.ravel())[0, 1]) < 0.3


def test_training_wins_back_quality(make_model, ids, fit):
    model = make_model()
    fit(model)
    without = LowRank(rank=2)(model, skip_training)
    retrained = LowRank(rank=2)(model, fit)
    assert perplexity(retrained, ids) < perplexity(without, ids)
