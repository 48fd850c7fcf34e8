import json
import math

import numpy as np
import pytest

from tflm.compression import TensorTrain, parse, skip_training
from tflm.compression.tensor_train import long_dims, split
from tflm.layers import kinds
from tflm.model import storage
from tflm.model.keras_step import KerasStep
from tflm.model.surgery import replace_maps
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step

SIZES = [1, 2, 7, 60, 97, 650, 670, 2010, 2680, 9973, 10_000, 50_021]


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("size", SIZES)
def test_factors_multiply_to_the_size_or_a_little_more(size, order):
    factors = split(size, order)
    assert size <= math.prod(factors) <= 1.05 * size
    assert len(factors) == order
    assert list(factors) == sorted(factors)


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("size", [97, 670, 2010, 9973, 10_000, 50_021])
def test_factors_of_a_large_size_are_about_equal(size, order):
    assert max(split(size, order)) <= 1.5 * size ** (1 / order)


def test_factors_are_those_of_the_size_where_they_are_about_equal():
    assert split(10_000, 2) == (100, 100)
    assert split(650, 2) == (25, 26)
    assert split(60, 2) == (6, 10)
    assert split(60, 3) == (3, 4, 5)


def test_factors_are_those_of_a_little_more_where_the_size_has_none():
    assert split(670, 2) == (26, 26)
    assert split(9973, 2) == (100, 100)
    assert split(97, 2) == (10, 10)
    assert split(7, 2) == (1, 7)  # 8 would be 14 % more.


def test_no_pair_with_a_smaller_factor_is_enough():
    # 45 45 = 2025.
    assert split(2011, 2) == (45, 45)
    assert split(2027, 2) == (45, 46)


def test_error_falls_as_the_rank_grows(model):
    name = "layer_0/projection"
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


def prime(make_model, **fields):
    """Returns a net of which no size but 8 has factors about equal."""
    return make_model(tied=False, vocabulary_size=97, projection=13, **fields)


def test_a_prime_vocabulary_is_padded(make_model, ids):
    smaller = TensorTrain(rank=3)(prime(make_model), skip_training)
    linear = smaller.maps["softmax"]
    assert (linear.inputs, linear.outputs) == (97, 13)
    assert (linear.in_dims, linear.out_dims) == ((2, 49), (13, 1))
    assert smaller(ids[np.newaxis, :5]).shape == (1, 5, 97)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("rows, columns", [(1, 1), (3, 2), (7, 13), (97, 13)])
def test_long_dimensions_hold_the_matrix_and_waste_less_than_half(
    rows, columns, order
):
    dims = long_dims(rows, columns, order)
    assert [len(side) for side in dims] == [order, order]
    for side, size in zip(dims, (rows, columns), strict=True):
        assert size <= math.prod(side) < 2 * size


@pytest.mark.parametrize("rows, columns", [(96, 8), (8, 96)])
def test_long_cores_take_two_multiplications_a_weight_at_most(rows, columns):
    train, square = (
        kinds.make(
            {
                "kind": "tensor_train",
                "in_dims": in_dims,
                "out_dims": out_dims,
                "rank": 3,
            },
            *(rows, columns, 1.0, "name"),
        )
        for in_dims, out_dims in (
            long_dims(rows, columns, 2),
            (split(rows, 2), split(columns, 2)),
        )
    )
    assert train.multiplications <= 2 * train.parameters
    assert square.multiplications > 4 * square.parameters


def test_a_side_that_is_not_given_stays_whole(model):
    method = TensorTrain(rank=2, in_dims=(3, 20), scope="embedding")
    linear = method(model, skip_training).maps["embedding"]
    assert (linear.in_dims, linear.out_dims) == ((3, 20), (8, 1))


@pytest.mark.parametrize("in_dims", [(3, 20), (20, 3), (2, 2, 15), (1, 2, 30)])
def test_rows_are_those_of_the_matrix(in_dims):
    fields = {
        "kind": "tensor_train",
        "in_dims": in_dims,
        "out_dims": (2, 4, 1)[: len(in_dims)],
        "rank": 5,
    }
    linear = kinds.make(fields, 60, 8, 1.0, "name")
    ids = np.arange(60, dtype=np.int32)
    np.testing.assert_allclose(linear.rows(ids), linear.matrix(), atol=1e-5)


@pytest.mark.parametrize("tolerance", [0.2, 0.5])
@pytest.mark.parametrize("order", [2, 3])
def test_no_matrix_errs_more_than_the_tolerance(make_model, tolerance, order):
    model = prime(make_model)
    make_smooth(model)
    method = TensorTrain(tolerance=tolerance, order=order)
    smaller = method(model, skip_training)
    trains = [n for n, m in smaller.maps.items() if m.KIND == "tensor_train"]
    assert {"embedding", "softmax"} <= {*trains}
    for name in trains:
        matrix = model.maps[name].matrix()
        error = np.linalg.norm(smaller.maps[name].matrix() - matrix)
        assert error <= tolerance * np.linalg.norm(matrix) * (1 + 1e-5)


def make_smooth(model):
    """Gives matrices whose neighbours are alike, as trains hold them well."""
    for linear in model.maps.values():
        rows, columns = np.ogrid[: linear.inputs, : linear.outputs]
        linear.kernel.assign(np.sin(rows / 9 + columns / 5) + rows / 40)


def test_a_tighter_tolerance_takes_more_weights(make_model):
    model = prime(make_model)
    make_smooth(model)
    loose, tight = (
        TensorTrain(tolerance=t)(model, skip_training).parameters
        for t in (0.5, 0.01)
    )
    assert loose < tight < model.parameters


def test_ranks_of_bonds_survive_saving(make_model, ids, tmp_path):
    model = prime(make_model)
    make_smooth(model)
    smaller = TensorTrain(tolerance=0.05, order=3)(model, skip_training)
    fields = json.loads(smaller.config.to_json())["maps"]["embedding"]
    assert len(fields["rank"]) == 2
    storage.save(smaller, tmp_path / "model.npz")
    loaded, words = storage.load(tmp_path / "model.npz"), ids[np.newaxis, :5]
    np.testing.assert_array_equal(loaded(words), smaller(words))


def test_the_same_rank_at_each_bond_is_that_rank(model):
    one, each = (
        replace_maps(
            model,
            {
                "embedding": {
                    "kind": "tensor_train",
                    "in_dims": [3, 4, 5],
                    "out_dims": [2, 2, 2],
                    "rank": rank,
                }
            },
        ).maps["embedding"]
        for rank in (4, [4, 4])
    )
    for linear in (one, each):
        linear.approximate(model.maps["embedding"].matrix())
    np.testing.assert_array_equal(one.matrix(), each.matrix())


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize(
    "order, layout", [(2, "long"), (3, "long"), (2, "square")]
)
def test_file_of_padded_trains_agrees_with_keras(
    make_model, tied, order, layout
):
    sizes = {"vocabulary_size": 97, "embedding_size": 23, "projection": 23}
    model = make_model("lstm", tied, **sizes)
    method = TensorTrain(rank=3, order=order, layout=layout)
    smaller = method(model, skip_training)
    step, keras_step = _steps(smaller, "float32")
    state = other = step.initial_state()
    for word in (0, 5, 17, 96):
        logits, state = step(word, state)
        expected, other = keras_step(word, other)
        np.testing.assert_allclose(logits, expected, atol=1e-5)
        np.testing.assert_allclose(state, other, atol=1e-5)


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
def test_padded_trains_quantize(make_model, tied):
    sizes = {"vocabulary_size": 997, "embedding_size": 47, "projection": 47}
    model = make_model("lstm", tied, **sizes)
    smaller = TensorTrain(rank=8)(model, skip_training)
    assert smaller.maps["embedding"].in_dims == (2, 499)
    step, keras_step = _steps(smaller, "int8")
    state = step.initial_state()
    for word in (0, 17, 996):
        logits, _ = step(word, state)
        expected, _ = keras_step(word, state)
        assert np.corrcoef(logits, expected)[0, 1] > 0.99


def _steps(model, file_format):
    content = convert.convert_here(model, file_format)
    convert.check(content, model, file_format)
    return load_step(content), KerasStep(model)


def test_the_rank_is_16_where_nothing_is_said():
    assert TensorTrain().rank == 16
    assert TensorTrain() == TensorTrain(rank=16)
    assert TensorTrain(tolerance=0.1).rank is None


@pytest.mark.parametrize(
    "method", [TensorTrain(), TensorTrain(tolerance=0.1, order=3)]
)
def test_text_round_trip(method):
    assert parse(repr(method)) == method


@pytest.mark.parametrize(
    "text, message",
    [
        ("rank=8, tolerance=0.1", "exclude each other"),
        ("rank=0", "rank must be a whole number of at least 1, got 0"),
        ("rank='8'", "rank must be a whole number"),
        ("tolerance=0.0", "above 0 and below 1, got 0.0"),
        ("tolerance=1.0", "above 0 and below 1, got 1.0"),
        ("tolerance='low'", "above 0 and below 1, got 'low'"),
        ("order=0", "order must be a whole number of at least 1, got 0"),
        ("in_dims=100", "in_dims must be a tuple"),
        ("out_dims=[2, 4]", "out_dims must be a tuple"),
        ("scope=1", "scope must be a text"),
        ("initial='weighted'", "unknown: give svd or random"),
        ("layout='wide'", "layout 'wide' is unknown: give long or square"),
    ],
)
def test_bad_fields_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse(f"TensorTrain({text})")


def refuse_training(model):
    raise AssertionError("trained")


@pytest.mark.parametrize("more", [{"rank": 2}, {"tolerance": 0.1}], ids=str)
@pytest.mark.parametrize(
    "dims, message",
    [
        ({"in_dims": (7, 7)}, "in_dims=.7, 7. do not factor embedding"),
        ({"in_dims": (7, 18)}, "product is 60, or up to 119 to pad it"),
        ({"out_dims": ("2", 4)}, "out_dims=.'2', 4. do not factor embedding"),
        (
            {"in_dims": (6, 10), "out_dims": (2, 2, 2)},
            "differ in length: give as many of each",
        ),
    ],
)
def test_dimensions_that_do_not_fit_are_refused(model, more, dims, message):
    method = TensorTrain(**more, **dims, scope="embedding")
    with pytest.raises(ValueError, match=message):
        method(model, refuse_training)
