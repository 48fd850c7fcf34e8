"""What factorisations of one matrix promise, in NumPy alone."""

import math

import numpy as np
import pytest
import tensorly.decomposition

from tflm.layers.low_rank import factorize
from tflm.layers.tensor_train import TensorTrainMap
from tflm.layers.tt_svd import core_shapes, decompose, ranks_within


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape)


def test_full_rank_factors_reproduce_the_matrix():
    matrix = normal(6, 4)
    left, right = factorize(matrix, rank=4)
    np.testing.assert_allclose(left @ right, matrix, atol=1e-12)


def test_error_is_the_norm_of_the_dropped_singular_values():
    left, right = factorize(np.diag([4.0, 3.0, 2.0, 1.0]), rank=2)
    error = np.linalg.norm(np.diag([4.0, 3.0, 2.0, 1.0]) - left @ right)
    assert error == pytest.approx(math.hypot(2, 1))


def test_factors_are_the_truncated_svd():
    matrix = normal(9, 7)
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    left, right = factorize(matrix, rank=3)
    expected = u[:, :3] @ np.diag(s[:3]) @ v[:3]
    np.testing.assert_allclose(left @ right, expected, atol=1e-12)


def test_factors_share_the_singular_values():
    left, right = factorize(normal(9, 7), rank=3)
    np.testing.assert_allclose(left.T @ left, right @ right.T, atol=1e-12)


TRAINS = [
    ((3, 4), (5, 2), 4),
    ((3, 4), (5, 2), 2),
    ((2, 3, 2), (5, 1, 2), 2),
    ((4, 3, 5), (3, 4, 2), 5),
    ((2, 2, 3, 2), (2, 3, 2, 2), 4),
]
each_train = pytest.mark.parametrize("in_dims, out_dims, rank", TRAINS)


def train(cores):
    """Returns the tensor [m_1 n_1, ..., m_d n_d] of a train."""
    tensor = np.ones([1, 1])
    for core in cores:
        r, m, n, s = core.shape
        tensor = np.tensordot(tensor, core.reshape(r, m * n, s), 1)
    return tensor[0, ..., 0]


def modes(matrix, in_dims, out_dims):
    """Returns a matrix as the tensor that `train` gives."""
    tensor = matrix.reshape(*in_dims, *reversed(out_dims))
    d = len(in_dims)
    tensor = tensor.transpose([a for k in range(d) for a in (k, -1 - k)])
    return tensor.reshape(np.multiply(in_dims, out_dims))


def problem(in_dims, out_dims):
    """Returns a matrix whose singular values fall, as a model's do."""
    u, s, v = np.linalg.svd(normal(math.prod(in_dims), math.prod(out_dims)))
    s = np.exp(-np.arange(len(s)) / 4)
    return u[:, : len(s)] * s @ v[: len(s)]


@each_train
def test_full_rank_train_reproduces_the_matrix(in_dims, out_dims, rank):
    matrix = problem(in_dims, out_dims)
    cores = decompose(matrix, in_dims, out_dims, rank=matrix.size)
    expected = modes(matrix, in_dims, out_dims)
    np.testing.assert_allclose(train(cores), expected, atol=1e-12)


@each_train
def test_train_is_near_the_best(in_dims, out_dims, rank):
    # No train of this rank is nearer than the worst unfolding's best one.
    matrix = problem(in_dims, out_dims)
    tensor = modes(matrix, in_dims, out_dims)
    error = np.linalg.norm(
        tensor - train(decompose(matrix, in_dims, out_dims, rank))
    )
    d, best = len(in_dims), 0.0
    for k in range(1, d):
        rows = math.prod(tensor.shape[:k])
        s = np.linalg.svd(tensor.reshape(rows, -1), compute_uv=False)
        best = max(best, np.linalg.norm(s[rank:]))
    assert best - 1e-12 <= error <= math.sqrt(d - 1) * best + 1e-12


@each_train
def test_train_errs_as_tensorly_does(in_dims, out_dims, rank):
    matrix = problem(in_dims, out_dims)
    tensor = modes(matrix, in_dims, out_dims)
    ranks = [s[-1] for s in core_shapes(in_dims, out_dims, rank)]
    theirs = tensorly.decomposition.tensor_train(tensor, [1, *ranks])
    expected = np.linalg.norm(tensor - theirs.to_tensor())
    ours = train(decompose(matrix, in_dims, out_dims, rank))
    assert np.linalg.norm(tensor - ours) == pytest.approx(expected, abs=1e-10)


@each_train
@pytest.mark.parametrize("tolerance", [0.03, 0.3, 0.9])
def test_ranks_of_a_tolerance_keep_the_error_below(
    in_dims, out_dims, rank, tolerance
):
    matrix = problem(in_dims, out_dims)
    ranks = ranks_within(matrix, in_dims, out_dims, tolerance)
    tensor = modes(matrix, in_dims, out_dims)
    error = tensor - train(decompose(matrix, in_dims, out_dims, ranks))
    assert np.linalg.norm(error) <= tolerance * np.linalg.norm(matrix)


@each_train
def test_ranks_of_a_tolerance_err_as_tensorly_does(in_dims, out_dims, rank):
    matrix = problem(in_dims, out_dims)
    tensor = modes(matrix, in_dims, out_dims)
    ranks = ranks_within(matrix, in_dims, out_dims, 0.2)
    theirs = tensorly.decomposition.tensor_train(tensor, [1, *ranks, 1])
    expected = np.linalg.norm(tensor - theirs.to_tensor())
    ours = train(decompose(matrix, in_dims, out_dims, ranks))
    assert np.linalg.norm(tensor - ours) == pytest.approx(expected, abs=1e-10)


def test_rank_of_a_tolerance_is_the_least_of_two_cores():
    # One bond: its unfolding has these singular values.
    u, _, v = np.linalg.svd(normal(15, 8), full_matrices=False)
    unfolding = u * [8, 4, 2, 1, 0.5, 0.25, 0.1, 0.05] @ v
    tensor = unfolding.reshape(3, 5, 4, 2).transpose(0, 2, 3, 1)
    matrix, norm = tensor.reshape(12, 10), np.linalg.norm(unfolding)
    # All from the third on have the norm 2.31.
    assert ranks_within(matrix, (3, 4), (5, 2), 2.4 / norm) == [2]
    assert ranks_within(matrix, (3, 4), (5, 2), 2.2 / norm) == [3]


def test_a_padded_train_errs_no_more_than_that_of_the_padded_matrix():
    matrix = problem((3, 4), (5, 2))  # 12 x 10, in 14 x 12.
    padded = np.pad(matrix, [(0, 2), (0, 2)])
    linear = TensorTrainMap(12, 10, 0.5, "softmax", (2, 7), (3, 4), rank=3)
    linear.approximate(matrix)
    whole = train(decompose(padded, (2, 7), (3, 4), 3))
    error = np.linalg.norm(modes(padded, (2, 7), (3, 4)) - whole)
    assert 0 < np.linalg.norm(linear.matrix() - matrix) <= error + 1e-6
    # The corner of that train is what the map computes.
    corner = np.pad(linear.matrix(), [(0, 2), (0, 2)]) - padded
    outside = whole - modes(padded, (2, 7), (3, 4))
    inside = modes(np.pad(np.ones([12, 10]), [(0, 2), (0, 2)]), (2, 7), (3, 4))
    np.testing.assert_allclose(
        modes(corner, (2, 7), (3, 4)), outside * inside, atol=1e-6
    )


def test_cores_have_equal_norms():
    cores = decompose(problem((4, 3, 5), (3, 4, 2)), (4, 3, 5), (3, 4, 2), 5)
    norms = [np.linalg.norm(core) for core in cores]
    assert norms == pytest.approx([norms[0]] * 3)


def test_a_zero_matrix_has_a_zero_train():
    cores = decompose(np.zeros([12, 10]), (3, 4), (5, 2), rank=2)
    assert not train(cores).any()


def test_core_shapes():
    assert core_shapes((3, 4), (5, 2), 4) == [(1, 3, 5, 4), (4, 4, 2, 1)]


def test_no_rank_exceeds_that_of_its_unfolding():
    shapes = core_shapes((2, 3, 2), (5, 1, 2), 100)
    assert [shape[-1] for shape in shapes] == [10, 4, 1]
