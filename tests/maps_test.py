"""What every kind of map promises, checked for every kind.

A new kind needs a line in `KINDS` here, and keeps all of these.
"""

import functools
import math

import numpy as np
import pytest
import tensorflow as tf

from tflm.layers import kinds
from tflm.layers.weight_view import WeightView
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.surgery import replace_maps

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


@pytest.fixture
def twin(linear):
    """A dense map with the same matrix."""
    dense = make(KINDS["dense"])
    dense.approximate(linear.matrix())
    return dense


# Its three products, of what a model gives them.
PRODUCTS = {
    "call": lambda m: m(tf.constant(normal(7, INPUTS), tf.float32)),
    "rows": lambda m: m.rows(tf.constant([11, 0, 5, 5])),
    "transposed": lambda m: m.transposed(
        tf.constant(normal(7, OUTPUTS), tf.float32)
    ),
}


def test_every_kind_is_here():
    found = dict.fromkeys(fields["kind"] for fields in KINDS.values())
    assert [*found] == [*kinds.KINDS]


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="'low_rnk'.*did you mean low_rank"):
        make({"kind": "low_rnk"})


@pytest.mark.parametrize("product", PRODUCTS)
def test_products_are_those_of_the_dense_twin(linear, twin, product):
    of = PRODUCTS[product]
    np.testing.assert_allclose(of(linear), of(twin), atol=1e-5)


def test_a_model_predicts_as_with_the_dense_twin(linear):
    layers = (LayerConfig("gru", 6, OUTPUTS),)
    model = build_model(ModelConfig(INPUTS, OUTPUTS, layers))
    model = replace_maps(model, {"embedding": linear.fields()})
    model.maps["embedding"].set_weights(linear.get_weights())
    twin = replace_maps(model, {"embedding": KINDS["dense"]})
    twin.maps["embedding"].approximate(linear.matrix())
    words = np.arange(INPUTS)[np.newaxis]
    np.testing.assert_allclose(model(words), twin(words), atol=1e-5)


class Spy(WeightView):
    """Notes what a map is applied to, and hides weights or inputs."""

    def __init__(self, weights=1.0, inputs=1.0):
        self.scales = weights, inputs
        self.reads = []

    def weight(self, weight, form=tf.convert_to_tensor):
        return self.scales[0] * form(weight)

    def inputs(self, x):
        return self.scales[1] * x

    def read(self, x):
        self.reads.append(x.shape)
        return x


@pytest.mark.parametrize("product", PRODUCTS)
def test_products_use_weights_as_the_view_shows_them(linear, product):
    linear.view = Spy(weights=0.0)
    assert not np.any(PRODUCTS[product](linear))


@pytest.mark.parametrize("product", ["call", "transposed"])
def test_products_use_inputs_as_the_view_shows_them(linear, product):
    linear.view = Spy(inputs=0.0)
    assert not np.any(PRODUCTS[product](linear))


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_view_is_told_once_what_the_map_is_applied_to(linear, product):
    linear.view = Spy()
    PRODUCTS[product](linear)
    read = {"call": [(7, INPUTS)], "rows": [], "transposed": [(7, OUTPUTS)]}
    assert linear.view.reads == read[product]


def test_kernel_is_the_matrix_where_it_is_one_weight(linear):
    if linear.kernel is not None:
        assert [w is linear.kernel for w in linear.weights] == [True]
        np.testing.assert_array_equal(linear.kernel, linear.matrix())


def test_chains_multiply_to_blocks_of_the_matrix(linear):
    chains = linear.chains()
    blocks = [
        functools.reduce(np.matmul, [weight.numpy() for weight in chain])
        for _, chain in chains
    ]
    for (block, _), found in zip(chains, blocks, strict=True):
        np.testing.assert_allclose(found, linear.matrix()[block], atol=1e-5)
    if chains:
        assert sum(map(len, blocks)) == INPUTS
        assert len(linear.weights) == sum(len(chain) for _, chain in chains)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_side_has_the_rows_or_the_columns_of_the_matrix(linear, axis):
    weight = linear.side(axis)
    if weight is None:
        return
    assert weight.shape[axis] == (INPUTS, OUTPUTS)[axis]
    expected = np.delete(linear.matrix(), 2, axis)
    zeros = np.ones(weight.shape, np.float32)
    np.moveaxis(zeros, axis, 0)[2] = 0
    weight.assign(weight * zeros)
    found = np.moveaxis(linear.matrix(), axis, 0)
    assert not found[2].any()
    found = np.moveaxis(np.delete(found, 2, 0), 0, axis)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    "rows, columns", [([0, 3, 4, 9], [1, 2, 5, 6, 8]), ([2, 7], [0, 1, 2])]
)
def test_a_part_is_that_of_the_matrix(linear, rows, columns):
    if linear.side(0) is None or linear.side(1) is None:
        return
    fields, values = linear.part(np.array(rows), np.array(columns))
    part = make(fields, len(rows), len(columns))
    part.set_weights(values)
    expected = linear.matrix()[rows][:, columns]
    np.testing.assert_allclose(part.matrix(), expected, atol=1e-5)


def test_importance_never_makes_the_weighted_error_larger(name):
    """Where errors are weighed; a kind that cannot takes no notice."""
    matrix, rows = normal(INPUTS, OUTPUTS), np.arange(1, INPUTS + 1) ** 2.0
    x = normal(40, OUTPUTS) * np.arange(1, OUTPUTS + 1)
    columns = x.T @ x / 40
    costs = []
    for importance in (None, (rows, columns)):
        linear = make(KINDS[name])
        linear.approximate(matrix, importance)
        error = linear.matrix() - matrix
        costs.append(np.sum(rows[:, np.newaxis] * (error @ columns) * error))
    assert costs[1] <= costs[0] * (1 + 1e-5)


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
