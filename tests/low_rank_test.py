import numpy as np
import pytest

from tflm.compress import LowRank, own_text, skip_training
from tflm.compress.low_rank import of_energy, of_parameters
from tflm.layers.low_rank import factorize, factorize_weighted
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
    a = np.linalg.cholesky(rows).T  # Another root has the same values.
    b = np.linalg.cholesky(columns)
    dropped = np.linalg.svd(a @ matrix @ b, compute_uv=False)[2:]
    error = weighted_error(matrix, found, rows, columns)
    assert error == pytest.approx((dropped**2).sum())


def test_no_other_factors_have_a_lower_weighted_error():
    random = np.random.default_rng(0)
    matrix, rows = random.normal(size=[7, 5]), random_moment(7)
    found = factorize_weighted(matrix, 2, rows, np.ones(5))
    best = weighted_error(matrix, found, rows, np.eye(5))
    for _ in range(50):
        near = [f + 0.01 * random.normal(size=f.shape) for f in found]
        assert weighted_error(matrix, near, rows, np.eye(5)) > best


def test_a_diagonal_is_a_moment():
    matrix = np.random.default_rng(0).normal(size=[7, 5])
    weights = np.linspace(0.1, 2, 7)
    short = factorize_weighted(matrix, 2, weights, np.ones(5))
    long = factorize_weighted(matrix, 2, np.diag(weights), np.eye(5))
    np.testing.assert_allclose(short[0] @ short[1], long[0] @ long[1])


def test_weights_of_use_keep_the_predictions_nearer(make_model, ids, fit):
    model = make_model("lstm", tied=False, embedding_size=16, projection=0)
    for _ in range(6):
        fit(model)
    text = own_text.write(model, seed=7)
    for scope in ("softmax", "lstm_0/recurrent", ".*"):
        plain, weighted = (
            LowRank(rank=4, scope=scope, initial=initial)(model, skip_training)
            for initial in ("svd", "weighted")
        )
        assert own_text.divergence(model, weighted, text) < own_text.divergence(
            model, plain, text
        )


def test_rank_of_an_energy_is_the_least_that_holds_it():
    spectrum = np.array([4.0, 3.0, 2.0, 1.0])
    assert [of_energy(spectrum, e) for e in (0.3, 0.4, 0.41, 0.9, 1.0)] == [
        1,
        1,
        2,
        3,
        4,
    ]


def test_ranks_of_a_budget_have_the_least_error():
    random = np.random.default_rng(0)
    spectra = {n: np.sort(random.exponential(size=6))[::-1] for n in "ab"}
    costs = {"a": 10, "b": 10}
    ranks = of_parameters(spectra, costs, 79)
    assert sum(ranks.values()) == 7  # Of 10 weights each.

    def error(a, b):
        return sum(
            s[r:].sum() / s.sum()
            for s, r in zip(spectra.values(), (a, b), strict=True)
        )

    best = min(error(a, 7 - a) for a in range(1, 7))
    assert error(ranks["a"], ranks["b"]) == pytest.approx(best)


def test_a_budget_bounds_the_weights(model):
    smaller = LowRank(parameters=700, scope="embedding|lstm_0/projection")(
        model, skip_training
    )
    held = sum(
        smaller.maps[name].parameters
        for name in ("embedding", "lstm_0/projection")
    )
    assert 600 < held <= 700


def test_energy_chooses_a_rank_for_each_matrix(make_model):
    model = make_model("lstm", tied=False, layers=2)
    smaller = LowRank(energy=0.5)(model, skip_training)
    for name, map in smaller.maps.items():
        if map.KIND == "low_rank":
            spectrum = np.linalg.svd(
                model.maps[name].matrix(), compute_uv=False
            )
            assert map.rank == of_energy(spectrum**2, 0.5)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"rank": 0}, "rank must be a whole number of at least 1"),
        ({"rank": 2.5}, "rank must be a whole number"),
        ({"energy": 1.5}, "energy must be above 0 and at most 1"),
        ({"energy": "all"}, "energy must be above 0"),
        ({"parameters": -1}, "parameters must be a whole number"),
        ({"rank": 4, "energy": 0.5}, "rank and energy exclude each other"),
        ({"initial": "best"}, "give svd, weighted, random"),
    ],
)
def test_fields_that_cannot_be_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        LowRank(**fields)


def test_a_budget_too_small_is_told_with_the_least(model):
    with pytest.raises(ValueError, match="give at least 68"):
        LowRank(parameters=60, scope="embedding")(model, skip_training)


def test_a_rank_too_high_names_the_matrix(model):
    with pytest.raises(ValueError, match="does not fit embedding: give 1 to 8"):
        LowRank(rank=9, scope="embedding")(model, skip_training)


def test_sixty_four_is_the_rank_where_none_is_given():
    assert LowRank() == LowRank(rank=64)
