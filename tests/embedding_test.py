import numpy as np
import pytest
import tensorflow as tf

from tflm.layers import kinds
from tflm.layers.embedding import Embedding

KINDS = [
    {"kind": "dense"},
    {"kind": "low_rank", "rank": 2},
    {"kind": "tensor_train", "in_dims": (5, 4), "out_dims": (2, 3), "rank": 2},
]


@pytest.fixture(params=KINDS, ids=lambda fields: fields["kind"])
def embedding(request):
    return Embedding(kinds.make(request.param, 20, 6, 0.5, "embedding"))


def test_looks_up_rows_of_the_table(embedding):
    ids = np.array([3, 19, 0, 3], np.int32)
    np.testing.assert_allclose(
        embedding(ids), embedding.table.matrix()[ids], atol=1e-6
    )


def test_every_weight_of_the_table_learns(embedding):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(embedding(tf.range(20)) ** 2)
    for gradient in tape.gradient(loss, embedding.trainable_weights):
        assert np.abs(tf.convert_to_tensor(gradient)).min() > 0
