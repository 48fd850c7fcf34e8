"""A Keras model in memory, of whatever backend, as the chain of its layers."""

import dataclasses
import sys
from collections.abc import Iterator
from typing import Any

from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import graph, stores
from tflm.model.foreign.keras.graph import Place
from tflm.model.foreign.keras.stores import Stored

_KERAS = {"keras", "tf_keras"}
_OF_FUNCTIONS = {*_KERAS, "tensorflow", "jax", "torch"}
_OF_LAYERS = {*_KERAS, "tensorflow_model_optimization"}
_NO_GRAPH = (
    "model {} has no graph of layers: build it as a Sequential or a "
    "functional model, with an Input"
)


def read(model: Any) -> tuple[list[Layer], bool]:
    """Returns the layers of a model, and whether it is one of Keras 3.

    Raises:
        ValueError: it is no model of Keras, not built, or no chain of layers.
    """
    keras = {_package(kind) for kind in type(model).__mro__} & _KERAS
    if not keras or not hasattr(model, "layers"):
        raise ValueError(
            f"{type(model).__name__} is not a Keras model: give one of keras "
            f"or of tf_keras"
        )
    places = graph.places(_config(model))
    if not model.built or not model.weights:
        raise ValueError(
            f"model {model.name} is not built: call it on some ids before"
        )
    places = [
        place if _is_input(place) else _with_functions(place, model)
        for place in places
    ]
    layers = stores.filled(places, lambda place: _stored(place, model))
    [name] = keras
    return layers, sys.modules[name].__version__.startswith("3")


def _config(model: Any) -> dict[str, Any]:
    kinds = [kind.__name__ for kind in type(model).__mro__]
    try:
        config = model.get_config()
    except Exception as error:  # Of layers of others, which have none.
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{_NO_GRAPH.format(model.name)} ({reason})") from None
    if "layers" not in config:
        raise ValueError(_NO_GRAPH.format(model.name))
    kind = "Sequential" if "Sequential" in kinds else "Functional"
    return {"class_name": kind, "config": config}


def _with_functions(place: Place, model: Any) -> Place:
    """Returns a place whose activations are named by what they are.

    What `get_config()` calls `relu` may be a function of that name.
    """
    parts = []
    leaves = [*_leaves(_layer(model, place))]
    for part, leaf in zip(place.parts, leaves, strict=True):
        config = {**part.layer.config}
        for key in ("activation", "recurrent_activation"):
            function = getattr(leaf, key, None)
            if key in config and callable(function):
                _check_function(function, part.layer)
                if name := getattr(function, "__name__", None):
                    config[key] = name
        layer = dataclasses.replace(part.layer, config=config)
        parts.append(dataclasses.replace(part, layer=layer))
    return dataclasses.replace(place, parts=parts)


def _check_function(function: Any, layer: Layer) -> None:
    name = getattr(function, "__name__", type(function).__name__)
    owner = function if hasattr(function, "__name__") else type(function)
    if _package(owner) not in _OF_FUNCTIONS:
        raise ValueError(
            f"{layer.kind} {layer.name} has activation {name!r}: only those "
            f"of Keras are supported"
        )


def _layer(model: Any, place: Place) -> Any:
    for name in place.path:
        model = model.get_layer(name)
    return model


def _leaves(layer: Any) -> Iterator[Any]:
    """Yields a layer, or those that it wraps, as the parts of its place."""
    kind = type(layer).__name__
    if _package(type(layer)) not in _OF_LAYERS:
        raise ValueError(
            f"layer {layer.name} is a {kind} of {type(layer).__module__}: "
            f"only those of Keras are supported"
        )
    if kind in ("TimeDistributed", "PruneLowMagnitude"):
        yield from _leaves(layer.layer)
    elif kind == "RNN":
        stacked = type(layer.cell).__name__ == "StackedRNNCells"
        yield from layer.cell.cells if stacked else [layer.cell]
    else:
        yield layer


def _is_input(place: Place) -> bool:
    return place.parts[0].layer.kind == "InputLayer"


def _stored(place: Place, model: Any) -> Stored:
    if _is_input(place):
        return [[]], []
    layer = _layer(model, place)
    masks = [mask for _, mask, _ in getattr(layer, "pruning_vars", [])]
    arrays = [leaf.get_weights() for leaf in _leaves(layer)]
    return arrays, [mask.numpy() for mask in masks]


def _package(thing: Any) -> str:
    return str(getattr(thing, "__module__", "")).partition(".")[0]
