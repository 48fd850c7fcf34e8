import numpy as np
import pytest

from tflm.compression import LowRank, skip_training
from tflm.compression.analysis import self_text
from tflm.compression.analysis.importance import importance
from tflm.compression.low_rank import of_energy
from tflm.layers.low_rank import factorize, factorize_weighted, whitened
from tflm.training.perplexity import perplexity


def test_error_is_that_of_the_truncated_svd(model):
    matrix = model.maps["layer_0/input"].matrix()
    smaller = LowRank(rank=3, scope="layer_0/input")(model, skip_training)
    error = np.linalg.norm(smaller.maps["layer_0/input"].matrix() - matrix)
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
    assert kinds["layer_0/input"] == "DenseMap"


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


def random_moment(size, seed=1):
    x = np.random.default_rng(seed).normal(size=[3 * size, size])
    return x.T @ (x * np.linspace(0.1, 3, 3 * size)[:, None])


def weighted_error(matrix, factors, rows, columns):
    error = matrix - factors[0] @ factors[1]
    return np.trace(rows @ error @ columns @ error.T)


def test_even_weights_give_the_plain_decomposition():
    matrix = np.random.default_rng(0).normal(size=[7, 5])
    plain = factorize(matrix, 2)
    found = factorize_weighted(matrix, 2, np.ones(7), np.ones(5))
    np.testing.assert_allclose(found[0] @ found[1], plain[0] @ plain[1])
    for left, right in zip(found[0].T, found[1], strict=True):
        assert np.linalg.norm(left) == pytest.approx(np.linalg.norm(right))


def test_weighted_error_is_what_the_whitened_matrix_drops():
    matrix = np.random.default_rng(0).normal(size=[7, 5])
    rows, columns = random_moment(7), random_moment(5)
    found = factorize_weighted(matrix, 2, rows, columns)
    error = weighted_error(matrix, found, rows, columns)
    a = np.linalg.cholesky(rows).T  # Another root has the same values.
    b = np.linalg.cholesky(columns)
    for white in (a @ matrix @ b, whitened(matrix, rows, columns)):
        dropped = np.linalg.svd(white, compute_uv=False)[2:]
        assert error == pytest.approx((dropped**2).sum())


def test_no_other_factors_have_a_lower_weighted_error():
    random = np.random.default_rng(0)
    matrix, rows = random.normal(size=[7, 5]), random_moment(7)
    found = factorize_weighted(matrix, 2, rows, np.ones(5))
    best = weighted_error(matrix, found, rows, np.eye(5))
    for _ in range(50):
        near = [f + 0.01 * random.normal(size=f.shape) for f in found]
        assert weighted_error(matrix, near, rows, np.eye(5)) > best


def test_random_restarts_find_no_better_factors():
    random = np.random.default_rng(0)
    matrix, rows = random.normal(size=[7, 5]), random_moment(7)
    found = factorize_weighted(matrix, 2, rows, np.ones(5))
    best = weighted_error(matrix, found, rows, np.eye(5))
    for _ in range(10):
        left = random.normal(size=[7, 2])
        for _ in range(50):  # Alternating least squares.
            right = np.linalg.solve(
                left.T @ rows @ left, left.T @ rows @ matrix
            )
            left = matrix @ np.linalg.pinv(right)
        assert weighted_error(matrix, (left, right), rows, np.eye(5)) >= (
            best * (1 - 1e-9)
        )


def test_a_matrix_of_a_lower_rank_has_finite_factors():
    matrix = np.outer(np.arange(7.0), np.ones(5))
    left, right = factorize_weighted(matrix, 3, random_moment(7), np.ones(5))
    np.testing.assert_allclose(left @ right, matrix, atol=1e-9)
    zeros = factorize_weighted(0 * matrix, 3, np.ones(7), np.ones(5))
    assert not (zeros[0] @ zeros[1]).any()


def test_a_diagonal_is_a_moment():
    matrix = np.random.default_rng(0).normal(size=[7, 5])
    weights = np.linspace(0.1, 2, 7)
    short = factorize_weighted(matrix, 2, weights, np.ones(5))
    long = factorize_weighted(matrix, 2, np.diag(weights), np.eye(5))
    np.testing.assert_allclose(short[0] @ short[1], long[0] @ long[1])


def test_weights_of_use_keep_the_predictions_nearer(
    make_model, ids, fit_longer
):
    model = make_model("lstm", tied=False, embedding_size=16, projection=0)
    fit_longer(model)
    text = self_text.write(model, seed=7)
    for scope in ("softmax", "layer_0/recurrent", ".*"):
        plain, weighted = (
            LowRank(rank=4, scope=scope, initial=initial)(model, skip_training)
            for initial in ("svd", "weighted")
        )
        assert self_text.divergence(
            model, weighted, text
        ) < self_text.divergence(model, plain, text)


def test_rank_of_an_energy_is_the_least_that_holds_it():
    spectrum = np.array([4.0, 3.0, 2.0, 1.0])
    assert [of_energy(spectrum, e) for e in (0.3, 0.4, 0.41, 0.9, 1.0)] == [
        1,
        1,
        2,
        3,
        4,
    ]


def test_energy_chooses_a_rank_for_each_matrix(make_model):
    model = make_model("lstm", tied=False, layers=2)
    smaller = LowRank(energy=0.5)(model, skip_training)
    for name, linear in smaller.maps.items():
        if linear.KIND == "low_rank":
            spectrum = np.linalg.svd(
                model.maps[name].matrix(), compute_uv=False
            )
            assert linear.rank == of_energy(spectrum**2, 0.5)


def test_a_weighted_energy_is_that_of_the_weighted_matrix(model):
    method = LowRank(energy=0.9, scope="embedding", initial="weighted")
    rank = method(model, skip_training).maps["embedding"].rank
    moments = self_text.moments(model, self_text.write(model))
    matrix = model.maps["embedding"].matrix()
    white = whitened(matrix, *importance("embedding", matrix.shape, moments))
    values = np.linalg.svd(white, compute_uv=False)
    assert rank == of_energy(values**2, 0.9)


def test_words_count_as_often_as_they_are_predicted(model):
    moments = self_text.moments(model, self_text.write(model))
    rows, columns = importance("embedding", (60, 8), moments)
    assert rows.mean() == pytest.approx(1)
    assert np.corrcoef(rows, moments.rows["embedding"])[0, 1] == pytest.approx(
        1
    )
    read = moments.inputs["embedding"]  # By the softmax, which is tied to it.
    np.testing.assert_allclose(columns, read, atol=0.01 * np.trace(read))


def test_inputs_count_by_their_second_moment(make_model):
    model = make_model(tied=False)
    moments = self_text.moments(model, self_text.write(model))
    rows, columns = importance("layer_0/recurrent", (8, 48), moments)
    read = moments.inputs["layer_0/recurrent"]
    np.testing.assert_allclose(rows, read, atol=0.01 * np.trace(read))
    np.testing.assert_array_equal(columns, np.ones(48))
    # An untied embedding multiplies nothing.
    assert importance("embedding", (60, 12), moments)[1].shape == (12,)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"rank": 0}, "rank must be a whole number of at least 1"),
        ({"rank": 2.5}, "rank must be a whole number"),
        ({"energy": 1.5}, "energy must be above 0 and at most 1"),
        ({"energy": "all"}, "energy must be above 0"),
        ({"parameters": -1}, "parameters must be a whole number"),
        ({"rank": 4, "energy": 0.5}, "rank and energy exclude each other"),
        ({"scope": 3}, "scope must be a text"),
        ({"initial": "best"}, "give svd, weighted or random"),
    ],
)
def test_fields_that_cannot_be_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        LowRank(**fields)


def test_a_rank_too_high_names_the_matrix(model):
    with pytest.raises(ValueError, match="does not fit embedding: give 1 to 8"):
        LowRank(rank=9, scope="embedding")(model, skip_training)


def test_sixty_four_is_the_rank_where_none_is_given():
    assert LowRank() == LowRank(rank=64)
