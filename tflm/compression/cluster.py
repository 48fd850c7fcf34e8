"""Weight clustering."""

import dataclasses
from collections.abc import Hashable, Mapping
from typing import ClassVar

import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras

from tflm.compression.base import Fit, Method, in_scope
from tflm.layers.weight_view import Form, OncePerGraph, WeightView
from tflm.model.network import Network
from tflm.model.surgery import replace_maps


@dataclasses.dataclass(frozen=True)
class Cluster(Method):
    """Leaves each weight array few different values (TF-MOT).

    A weight becomes the nearest of its array's centroids (Han et al. 2016,
    arXiv 1510.00149, section 3). The first centroids are chosen by k-means++;
    training moves them, and moves weights from one to another. The file is no
    smaller as it stands, but zips to about `log2(clusters)` bits a weight.
    Put it last: training after it, or the integers of a quantized file, change
    the values again.

    Attributes:
        clusters: how many values an array keeps.
        scope: regular expression of map names.

    Raises:
        ValueError: there are fewer than 2 clusters, or fewer weights than
            clusters in an array of the scope.
    """

    UNDONE_BY_TRAINING: ClassVar[bool] = True
    clusters: int = 16
    scope: str = ".*"

    def __post_init__(self):
        if type(self.clusters) is not int or self.clusters < 2:
            raise ValueError(
                f"clusters must be a whole number of at least 2, "
                f"got {self.clusters!r}"
            )

    def __call__(self, model: Network, fit: Fit) -> Network:
        copy = replace_maps(model, {})
        wrapped = [
            (weight, self._wrap(weight, name))
            for name in in_scope(copy, self.scope)
            for weight in copy.maps[name].weights
        ]
        view = _Clustered({w.ref(): wrapper for w, wrapper in wrapped})
        for name in in_scope(copy, self.scope):
            copy.maps[name].view = view
        # As layers of the model, so that their centroids are trained.
        copy.clusters = [wrapper for _, wrapper in wrapped]
        fit(copy)
        for weight, wrapper in wrapped:
            weight.assign(wrapper(tf.zeros([1])))
        return replace_maps(copy, {})

    def _wrap(self, weight: tf.Variable, name: str) -> keras.layers.Layer:
        count = int(tf.size(weight))
        if count < self.clusters:
            raise ValueError(
                f"clusters={self.clusters} is more than the {count} weights "
                f"of {name}: give at most {count} or a scope without it"
            )
        wrapper = tfmot.clustering.keras.cluster_weights(
            _Kernel(weight), self.clusters
        )
        wrapper.build([1])
        return wrapper


class _Clustered(WeightView):
    """Shows products the centroids in place of the weights."""

    about = "centroids"  # Their shapes tell how many.

    def __init__(self, wrapped: Mapping[Hashable, keras.layers.Layer]):
        self._wrapped = wrapped
        self._once = OncePerGraph()

    def weight(
        self, weight: tf.Variable, form: Form = tf.convert_to_tensor
    ) -> tf.Tensor:
        key = weight.ref()
        if key not in self._wrapped:
            return form(weight)  # It belongs to no map.
        return form(self._once(key, lambda: self._wrapped[key](tf.zeros([1]))))


class _Nearest(tfmot.clustering.keras.ClusteringAlgorithm):
    """TF-MOT's algorithm, with a faster search.

    TF-MOT compares each weight with each centroid at each update, which takes
    longer than the update; half-way between two is where the nearest changes.
    """

    def get_pulling_indices(self, weight: tf.Tensor) -> tf.Tensor:
        order = tf.argsort(self.cluster_centroids)
        ordered = tf.gather(self.cluster_centroids, order)
        borders = (ordered[:-1] + ordered[1:]) / 2
        place = tf.searchsorted(borders, tf.reshape(weight, [-1]))
        indices = tf.gather(tf.cast(order, tf.int64), place)
        return tf.reshape(indices, weight.shape)


class _Kernel(keras.layers.Layer, tfmot.clustering.keras.ClusterableLayer):
    """One weight of a map, as a layer that TF-MOT can wrap: it returns it."""

    def __init__(self, weight: tf.Variable):
        super().__init__()
        self.kernel = weight
        self.built = True

    def get_clusterable_weights(self) -> list[tuple[str, tf.Variable]]:
        return [("kernel", self.kernel)]

    def get_clusterable_algorithm(self, weight_name: str) -> type[_Nearest]:
        return _Nearest

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return self.kernel
