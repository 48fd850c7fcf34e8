"""Clusters: how many values are left, how they train, what they save."""

import zlib

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_model_optimization as tfmot

from tflm.compression import Cluster, LowRank, TensorTrain, skip_training
from tflm.compression.cluster import _Nearest
from tflm.model import storage
from tflm.tflite import convert
from tflm.training.perplexity import perplexity


def arrays(model):
    return [w.numpy() for linear in model.maps.values() for w in linear.weights]


def zip_bytes(model, path):
    storage.save(model, path)
    return len(zlib.compress(path.read_bytes()))


@pytest.mark.parametrize(
    "before, clusters",
    [
        (None, 2),
        (None, 5),
        (None, 16),
        (LowRank(rank=4), 5),
        (TensorTrain(rank=2), 5),
    ],
    ids=["2", "5", "16", "low rank", "tensor train"],
)
def test_each_array_has_that_many_values(model, fit, clusters, before):
    if before:
        model = before(model, skip_training)
    clustered = Cluster(clusters=clusters)(model, fit)
    for array in arrays(clustered):
        assert 2 <= len(np.unique(array)) <= clusters


def test_without_training_a_weight_goes_to_its_nearest_value(model):
    clustered = Cluster(clusters=4)(model, skip_training)
    for array, before in zip(arrays(clustered), arrays(model), strict=True):
        values = np.unique(array)
        # k-means++ picks its first centroids among the weights.
        assert np.isin(values, before).all()
        distance = np.abs(before[..., np.newaxis] - values).min(-1)
        np.testing.assert_array_equal(np.abs(before - array), distance)


def test_the_nearest_are_those_of_tfmot():
    random = np.random.default_rng(0)
    weight = tf.constant(random.normal(size=(50, 20)), tf.float32)
    centroids = tf.Variable(random.normal(size=9), dtype=tf.float32)
    slow = tfmot.clustering.keras.ClusteringAlgorithm(centroids)
    np.testing.assert_array_equal(
        _Nearest(centroids).get_pulling_indices(weight),
        slow.get_pulling_indices(weight),
    )


def centroids(model):
    weights = model.trainable_variables
    return [w for w in weights if "cluster_centroids" in w.name]


def test_gradient_of_a_centroid_is_the_sum_over_its_weights(model, ids):
    def check(seeing):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(seeing(ids[np.newaxis, :6]) ** 2)
        linear, (values,) = seeing.maps["layer_0/projection"], centroids(seeing)
        of_weights, found = tape.gradient(loss, [linear.kernel, values])
        nearest = np.abs(
            linear.kernel.numpy()[..., np.newaxis] - values
        ).argmin(-1)
        expected = np.bincount(nearest.ravel(), np.ravel(of_weights), 4)
        np.testing.assert_allclose(
            tf.convert_to_tensor(found), expected, rtol=1e-4, atol=1e-6
        )

    Cluster(clusters=4, scope="layer_0/projection")(model, check)


def test_centroids_are_trained(model, fit):
    seen = []

    def watched(seeing):
        seen.append([c.numpy() for c in centroids(seeing)])
        fit(seeing)
        seen.append([c.numpy() for c in centroids(seeing)])

    clustered = Cluster(clusters=4)(model, watched)
    before, after = seen
    assert len(before) == len(arrays(model))
    for first, last, array in zip(
        before, after, arrays(clustered), strict=True
    ):
        assert (first != last).all()
        assert np.isin(array, last).all()


def test_the_result_has_no_more_weights_than_before(model, fit):
    clustered = Cluster(clusters=4)(model, fit)
    assert clustered.parameters == model.parameters
    names = [w.name for w in clustered.trainable_variables]
    assert names == [w.name for w in model.trainable_variables]


def test_training_wins_back_quality(model, ids, fit):
    fit(model)
    without = Cluster(clusters=4)(model, skip_training)
    retrained = Cluster(clusters=4)(model, fit)
    assert perplexity(retrained, ids) < perplexity(without, ids)


def test_files_zip_to_fewer_bytes(make_model, tmp_path):
    model = make_model(embedding_size=32, projection=32)
    clustered = Cluster(clusters=16)(model, skip_training)
    path = tmp_path / "model.npz"
    assert zip_bytes(clustered, path) < zip_bytes(model, path) / 2
    small, large = (
        len(zlib.compress(convert.convert_here(m))) for m in (clustered, model)
    )
    assert small < 0.7 * large


def test_only_the_scope_is_clustered(model):
    scope = "layer_0/recurrent"
    clustered = Cluster(clusters=4, scope=scope)(model, skip_training)
    for name, linear in model.maps.items():
        same = np.array_equal(clustered.maps[name].kernel, linear.kernel)
        assert same == (name != scope)


def test_an_array_of_one_value_keeps_it(model):
    model.maps["embedding"].kernel.assign(tf.ones([60, 8]))
    clustered = Cluster(clusters=4, scope="embedding")(model, skip_training)
    assert (clustered.maps["embedding"].kernel.numpy() == 1).all()


@pytest.mark.parametrize("clusters", [1, 0, -4, 4.0, True, "4", None])
def test_clusters_are_a_whole_number_of_two_or_more(clusters):
    with pytest.raises(ValueError, match="clusters must be a whole number"):
        Cluster(clusters=clusters)


def test_more_clusters_than_weights_are_refused_before_training(model):
    with pytest.raises(ValueError, match="the 128 weights of layer_0/proj"):
        Cluster(clusters=129)(model, pytest.fail)
