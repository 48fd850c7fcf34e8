"""A matrix that is used word after word learns by one product."""

import numpy as np
import tensorflow as tf

from tflm.layers.repeated import Repeated

STEPS, ROWS, SIZE = 5, 2, 3


def chain(multiply, x):
    for _ in range(STEPS):
        x = tf.tanh(multiply(x))
    return tf.reduce_sum(x**2)


def gradients(make, x, kernel, times=1):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, kernel])
        y = chain(make(kernel), x)
    return [tape.gradient(y, [x, kernel]) for _ in range(times)]


def values():
    random = np.random.default_rng(0)
    shapes = (ROWS, SIZE), (SIZE, SIZE)
    return [tf.constant(random.normal(size=s), tf.float32) for s in shapes]


def test_gradients_are_those_of_the_products():
    x, kernel = values()
    [expected] = gradients(lambda k: lambda x: x @ k, x, kernel)
    for found in gradients(Repeated, x, kernel, times=2):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5)


def test_a_graph_has_one_product_for_the_gradient_of_the_matrix():
    x, kernel = values()
    run = tf.function(lambda: gradients(Repeated, x, kernel))
    graph = run.get_concrete_function().graph
    products = [op for op in graph.get_operations() if op.type == "MatMul"]
    of_matrix = [op for op in products if op.get_attr("transpose_a")]
    assert len(of_matrix) == 1 and len(products) == 2 * STEPS + 1
