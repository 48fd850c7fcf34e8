"""A SavedModel of tf_keras as the chain of its layers.

Only what Keras says of itself beside the graph, and the checkpoint, are read:
the graph is never loaded. Models that Keras 3 exports say nothing of layers.
"""

import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import trackable_object_graph_pb2
from tf_keras.protobuf import saved_metadata_pb2

from tflm import files, json_files
from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import graph, stores
from tflm.model.foreign.keras.graph import Place
from tflm.model.foreign.keras.weights import shapes

_METADATA = "keras_metadata.pb"
_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


def read(directory: pathlib.Path) -> tuple[list[Layer], bool]:
    """Returns the layers of a model, and that Keras 3 did not write it.

    Raises:
        ValueError: it says nothing of its layers, or is damaged.
    """
    path = directory / _METADATA
    if not path.exists():
        raise ValueError(
            "it has a graph alone, and no layers of Keras: in the program "
            "that made it, write model.save('model.keras'), and give that"
        )
    metadata = saved_metadata_pb2.SavedMetadata()
    for each in directory.rglob("*"):
        if not each.is_dir():
            files.check(each)  # TensorFlow would wait for a pipe.
    metadata.ParseFromString(files.read(path))
    nodes = {
        node.node_path: json_files.parse(
            node.metadata, node.node_path, dict[str, Any]
        )
        for node in metadata.nodes
    }
    places = graph.places(nodes["root"])
    paths = _paths(nodes)
    checkpoint = _Checkpoint(directory)

    def stored(place: Place) -> stores.Stored:
        if place.path not in paths:  # It has no weights, or is an input.
            return [[] for _ in place.parts], []
        node = paths[place.path].split(".")[1:]
        return [*_arrays(checkpoint, place, node)], []

    return stores.filled(places, stored), False


def _paths(nodes: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    """Returns names of layers, outermost first, to paths in the checkpoint."""
    found = {}
    for path in nodes:
        parts = path.split(".")
        above = [".".join(parts[:n]) for n in range(2, len(parts) + 1)]
        if all(each in nodes for each in above):
            found[tuple(nodes[each]["name"] for each in above)] = path
    return found


def _arrays(
    checkpoint: "_Checkpoint", place: Place, node: Sequence[str]
) -> Iterator[list["_Variable"]]:
    for number, part in enumerate(place.parts):
        if part.masked:
            raise ValueError("it is being pruned: call tfmot's strip_pruning")
        inside = part.inside.strip("/").split("/") if part.inside else []
        if "cells" in inside:
            inside[-1] = str(number)  # Which is how a checkpoint counts them.
        names = shapes(part.layer.kind, part.layer.config, 1)
        yield [checkpoint.variable([*node, *inside, name]) for name in names]


class _Variable:
    """A weight that is not read before its shape has been seen."""

    def __init__(self, reader: Any, key: str):
        self.shape = tuple(reader.get_variable_to_shape_map()[key])
        self.dtype = reader.get_variable_to_dtype_map()[key].as_numpy_dtype
        self._reader, self._key = reader, key

    def __getitem__(self, _: tuple[()]) -> np.ndarray:
        return self._reader.get_tensor(self._key)


class _Checkpoint:
    """The variables of a checkpoint by the way to them from its root."""

    def __init__(self, directory: pathlib.Path):
        path = str(directory / "variables/variables")
        self._reader = tf.train.load_checkpoint(path)
        graph = trackable_object_graph_pb2.TrackableObjectGraph()
        graph.ParseFromString(self._reader.get_tensor(_GRAPH))
        self._nodes = graph.nodes

    def variable(self, path: Sequence[str]) -> _Variable:
        """Returns the one at the end of a path of names.

        Raises:
            ValueError: there is none.
        """
        node = self._nodes[0]
        for name in path:
            after = [c.node_id for c in node.children if c.local_name == name]
            if not after:
                raise ValueError(f"{'/'.join(path)} is missing")
            node = self._nodes[after[0]]
        return _Variable(self._reader, node.attributes[0].checkpoint_key)
