import math

import numpy as np
import pytest
import tensorflow as tf

from tflm.layers import kinds

INPUTS, OUTPUTS = 12, 10
KINDS = {
    "dense": {"kind": "dense"},
    "low_rank": {"kind": "low_rank", "rank": 3},
    "1 core": {
        "kind": "tensor_train",
        "in_dims": (12,),
        "out_dims": (10,),
        "rank": 1,
    },
    "2 cores": {
        "kind": "tensor_train",
        "in_dims": (3, 4),
        "out_dims": (5, 2),
        "rank": 4,
    },
    "3 cores": {
        "kind": "tensor_train",
        "in_dims": (2, 3, 2),
        "out_dims": (5, 1, 2),
        "rank": 3,
    },
    "a rank for each bond": {
        "kind": "tensor_train",
        "in_dims": (2, 3, 2),
        "out_dims": (5, 1, 2),
        "rank": (3, 2),
    },
    "padded": {
        "kind": "tensor_train",
        "in_dims": (2, 7),
        "out_dims": (3, 4),
        "rank": 6,
    },
    "adaptive": {"kind": "adaptive", "cutoffs": (3, 7), "ranks": (10, 3, 2)},
}
PARAMETERS = {
    "dense": 12 * 10,
    "low_rank": 3 * (12 + 10),
    "1 core": 12 * 10,
    "2 cores": 3 * 5 * 4 + 4 * 4 * 2,
    "3 cores": 2 * 5 * 3 + 3 * 3 * 1 * 3 + 3 * 2 * 2,
    "a rank for each bond": 2 * 5 * 3 + 3 * 3 * 1 * 2 + 2 * 2 * 2,
    "padded": 2 * 3 * 6 + 6 * 7 * 4,
    "adaptive": 3 * 10 + 3 * (4 + 10) + 2 * (5 + 10),
}


def make(fields, inputs=INPUTS, outputs=OUTPUTS, scale=0.5):
    return kinds.make(fields, inputs, outputs, scale, "softmax")


def normal(*shape):
    return np.random.default_rng(0).normal(size=shape)


@pytest.fixture(params=KINDS)
def name(request):
    return request.param


@pytest.fixture
def linear(name):
    return make(KINDS[name])


def test_call_is_the_product(linear):
    x = normal(7, INPUTS)
    product = linear(tf.constant(x, tf.float32))
    np.testing.assert_allclose(product, x @ linear.matrix(), atol=1e-5)


def test_rows_are_those_of_the_matrix(linear):
    ids = [11, 0, 5, 5]
    np.testing.assert_allclose(
        linear.rows(tf.constant(ids)), linear.matrix()[ids], atol=1e-5
    )


def test_transposed_is_the_product_with_the_transpose(linear):
    x = normal(7, OUTPUTS)
    product = linear.transposed(tf.constant(x, tf.float32))
    np.testing.assert_allclose(product, x @ linear.matrix().T, atol=1e-5)


def test_parameters(linear, name):
    assert linear.parameters == PARAMETERS[name]


@pytest.mark.parametrize("product", ["call", "transposed"])
def test_multiplications_are_those_of_the_graph(linear, product):
    width = {"call": INPUTS, "transposed": OUTPUTS}[product]
    function = tf.function(getattr(linear, product))
    graph = function.get_concrete_function(tf.TensorSpec([1, width])).graph
    products = [op for op in graph.get_operations() if op.type == "MatMul"]
    counts = [op.outputs[0].shape[0] * _size(op.inputs[1]) for op in products]
    assert linear.multiplications == sum(counts)


def _size(tensor):
    return math.prod(tensor.shape)


def test_fields_make_its_like(linear, name):
    like = make(linear.fields())
    assert linear.fields() == like.fields() == KINDS[name]
    assert [w.shape for w in like.weights] == [w.shape for w in linear.weights]


def test_first_weights_have_the_scale(name):
    fields = dict(KINDS[name])
    if fields["kind"] == "tensor_train":
        d = len(fields["in_dims"])
        dims = {1: (216,), 2: (12, 18), 3: (6, 6, 6)}[d]
        fields |= {"in_dims": dims, "out_dims": dims}
    if fields["kind"] == "adaptive":
        fields |= {"ranks": (216, 3, 2)}
    matrix = make(fields, 216, 216, scale=0.3).matrix()
    assert matrix.std() == pytest.approx(0.3 / math.sqrt(3), rel=0.2)


def test_approximate_is_exact_for_a_matrix_of_the_kind(name):
    wanted, linear = make(KINDS[name]).matrix(), make(KINDS[name])
    linear.approximate(wanted)
    np.testing.assert_allclose(linear.matrix(), wanted, atol=1e-5)


def test_train_is_the_product_of_the_slices_of_its_cores():
    linear = make(KINDS["3 cores"])
    expected = np.empty([INPUTS, OUTPUTS])
    for row, column in np.ndindex(INPUTS, OUTPUTS):
        i = np.unravel_index(row, linear.in_dims)
        j = np.unravel_index(column, linear.out_dims[::-1])[::-1]
        slices = [g.numpy()[:, i[k], j[k]] for k, g in enumerate(linear.cores)]
        expected[row, column] = np.linalg.multi_dot(slices).item()
    np.testing.assert_allclose(linear.matrix(), expected, atol=1e-5)


@pytest.mark.parametrize("rank", [-1, 0, 11, 2.5])
def test_a_bad_rank_is_refused(rank):
    with pytest.raises(ValueError) as error:
        make({"kind": "low_rank", "rank": rank})
    expected = f"rank {rank} does not fit softmax: give 1 to 10"
    assert str(error.value) == expected


@pytest.mark.parametrize("rank", [0, 9])
def test_a_bad_rank_of_a_train_is_refused(rank):
    with pytest.raises(ValueError) as error:
        make(KINDS["2 cores"] | {"rank": rank})
    assert str(error.value) == f"rank {rank} does not fit softmax: give 1 to 8"


@pytest.mark.parametrize(
    "rank, message",
    [
        ((3,), "rank=(3,) does not fit softmax: give 2, one for each bond"),
        ((3, 5), "rank 5 does not fit bond 2 of softmax: give 1 to 4"),
        ((0, 2), "rank 0 does not fit bond 1 of softmax: give 1 to 10"),
        ((1, 4), "rank 4 does not fit bond 2 of softmax: give 1 to 3"),
        ((3.0, 2), "rank 3.0 does not fit bond 1 of softmax: give 1 to 10"),
    ],
)
def test_bad_ranks_of_bonds_are_refused(rank, message):
    with pytest.raises(ValueError) as error:
        make(KINDS["3 cores"] | {"rank": rank})
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("dims", [(3, 3), (4, 6), (-3, -4), (2.5, 4.8), ()])
def test_bad_dims_are_refused(dims):
    with pytest.raises(ValueError) as error:
        make(KINDS["2 cores"] | {"in_dims": dims})
    assert str(error.value) == (
        f"in_dims={dims} do not factor softmax: give positive whole numbers "
        f"whose product is 12, or up to 23 to pad it"
    )


def test_dims_of_two_lengths_are_refused():
    with pytest.raises(ValueError) as error:
        make(KINDS["2 cores"] | {"out_dims": (10,)})
    assert str(error.value) == (
        "in_dims=(3, 4) and out_dims=(10,) of softmax "
        "differ in length: give as many of each"
    )
