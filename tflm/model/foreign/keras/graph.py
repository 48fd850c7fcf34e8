"""The configuration of a Keras model as the chain of its layers.

Keras 3 and tf_keras write the same tree of dicts, but for how the layers of a
functional model are joined. Nothing of it is built or run.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import kinds

MODELS = ("Sequential", "Functional", "Model")
_PACKAGES = {"keras", "tf_keras", "tensorflow", "tensorflow_model_optimization"}
_CHAIN = "only a chain of layers is supported"
_MOST_LAYERS = 1000
# What Keras 3 records of a mask, which goes with the layers that it is for.
_MASKS = ("NotEqual",)


@dataclasses.dataclass(frozen=True)
class Part:
    """A layer of a chain, and where its weights are kept.

    Attributes:
        layer: it has no weights yet.
        inside: where they are in what `.keras` keeps of its place.
        masked: whether TF-MOT keeps a mask of its weights beside them.
    """

    layer: Layer
    inside: str = ""
    masked: bool = False


@dataclasses.dataclass(frozen=True)
class Place:
    """What a model calls a layer; a wrapper may hold several.

    Attributes:
        path: names of the models that it is in, and its own.
        stored: the same as `.keras` files name it.
        parts: the layers that it is, in order.
    """

    path: tuple[str, ...]
    stored: str
    parts: Sequence[Part]


def places(
    model: Mapping[str, Any],
    path: tuple[str, ...] = (),
    stored: str = "layers",
) -> list[Place]:
    """Returns the layers of a model's configuration, from input to output.

    A layer that is used twice is there twice.

    Args:
        model: `class_name` and `config`, as Keras writes them.
        path: of the model.
        stored: likewise.

    Raises:
        ValueError: it is no chain of layers of Keras.
    """
    kind, config = model["class_name"], plain(model["config"])
    if kind not in MODELS:
        raise ValueError(
            f"it is a {kind}, which has no graph of layers: build it as a "
            f"Sequential or a functional model, with an Input"
        )
    layers = config if isinstance(config, list) else config["layers"]
    names = _stored_names(layers)
    joined = isinstance(config, dict) and "output_layers" in config
    found = []
    for layer in _in_order(config) if joined else layers:
        name = _name(layer)
        where = (*path, name), f"{stored}/{names[name]}"
        if layer["class_name"] in MODELS:
            inner = places(layer, where[0], f"{where[1]}/layers")
            found += [p for p in inner if p.parts[0].layer.kind != "InputLayer"]
        else:
            found.append(Place(*where, [*_parts(layer)]))
    return found


def plain(config: Any) -> Any:
    """Returns a configuration with lists for what Keras says are tuples."""
    if isinstance(config, dict):
        if config.get("class_name") == "__tuple__":
            return config["items"]
        return {key: plain(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [plain(value) for value in config]
    return config


def _stored_names(layers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Returns layer names to those of `.keras`: kind, and which of it."""
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for layer in layers:
        kind = _snake(layer["class_name"])
        number = counts[kind] = counts.get(kind, -1) + 1
        names[_name(layer)] = f"{kind}_{number}" if number else kind
    return names


def _snake(name: str) -> str:
    """Returns `layer_normalization` for LayerNormalization, as Keras does."""
    name = re.sub(r"\W+", "", name.rpartition(">")[2])
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _name(layer: Mapping[str, Any]) -> str:
    return layer.get("name") or layer["config"]["name"]


def _parts(layer: Mapping[str, Any], inside: str = "") -> Iterator[Part]:
    """Yields a layer, or those that it wraps."""
    kind, config = layer["class_name"], layer["config"]
    _check_package(layer)
    if kind == "TimeDistributed":
        yield from _parts(config["layer"], f"{inside}/layer")
    elif kind == "PruneLowMagnitude":
        for part in _parts(config["layer"], f"{inside}/layer"):
            yield dataclasses.replace(part, masked=True)
    elif kind == "RNN":
        yield from _cells(config, f"{inside}/cell")
    else:
        kinds.check(kind)
        own = "/cell" if kind in kinds.CELLS else ""
        yield Part(Layer(kind, _name(layer), config), inside + own)


def _check_package(layer: Mapping[str, Any]) -> None:
    module = str(layer.get("module") or "keras")
    if module.partition(".")[0] not in _PACKAGES:
        raise ValueError(
            f"layer {layer['class_name']} is one of {module}: only those of "
            f"Keras are supported"
        )


def _cells(config: Mapping[str, Any], inside: str) -> Iterator[Part]:
    """Yields the layers that an RNN layer of one or more cells is."""
    cell = config["cell"]
    cells, stored = [cell], {_name(cell): inside}
    if cell["class_name"] == "StackedRNNCells":
        cells = cell["config"]["cells"]
        stored = {
            name: f"{inside}/cells/{own}"
            for name, own in _stored_names(cells).items()
        }
    for number, cell in enumerate(cells, start=1):
        _check_package(cell)
        kind = cell["class_name"].removesuffix("Cell")
        kinds.check(kind if kind in kinds.CELLS else f"RNN of {kind}")
        merged = {**config, **cell["config"]}
        if number < len(cells):
            merged |= {"return_sequences": True, "return_state": False}
        layer = Layer(kind, _name(cell), merged)
        yield Part(layer, stored[_name(cell)])


def _in_order(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Returns the layers of a functional model, each where it is used."""
    layers = {_name(layer): layer for layer in config["layers"]}
    last = _only(config["output_layers"], "output")
    inputs = _only(config["input_layers"], "input")
    order, at = [], last
    while True:
        name, node, tensor = at
        layer = layers[name]
        order.append(layer)
        if tensor:
            raise ValueError(
                f"layer {order[-2:][0]['config']['name']} reads a state of "
                f"{name}: {_CHAIN}"
            )
        if name == inputs[0]:
            break
        if len(order) > _MOST_LAYERS:
            raise ValueError(f"the layers go in a circle: {_CHAIN}")
        nodes = layer["inbound_nodes"]
        # The first node of a model in a model may be the model itself.
        at = _source(layer, nodes[min(node, len(nodes) - 1)])
    used = {_name(layer) for layer in order}
    for name, layer in layers.items():
        if name not in used and layer["class_name"] not in _MASKS:
            raise ValueError(f"layer {name} is beside the chain: {_CHAIN}")
    return order[::-1]


def _only(ends: Any, what: str) -> tuple[str, int, int]:
    """Returns the one input or output: name, node and tensor."""
    if ends and isinstance(ends[0], str):
        ends = [ends]
    if len(ends) != 1:
        raise ValueError(f"the model has {len(ends)} {what}s: {_CHAIN}")
    name, node, tensor = ends[0]
    return name, node, tensor


def _source(layer: Mapping[str, Any], node: Any) -> tuple[str, int, int]:
    """Returns what a layer reads: name, node and tensor of another."""
    if isinstance(node, dict):  # Keras 3
        sources = [*_tensors(node["args"])]
        options = dict(node["kwargs"])
        options.pop("mask", None)
        sources += _tensors(list(options.values()))
    else:
        node = [node] if isinstance(node[0], str) else node
        sources = [tuple(source[:3]) for source in node]
        options = {k: v for s in node for k, v in (s[3:] or [{}])[0].items()}
    if len(sources) != 1:
        raise ValueError(
            f"layer {_name(layer)} reads {len(sources)} layers: {_CHAIN}"
        )
    if given := [k for k, v in options.items() if v not in (None, False)]:
        raise ValueError(
            f"layer {_name(layer)} is called with {given[0]}: {_CHAIN}"
        )
    return sources[0]


def _tensors(value: Any) -> Iterator[tuple[str, int, int]]:
    """Yields what Keras 3 says of the tensors in the arguments of a call."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            name, node, tensor = value["config"]["keras_history"]
            yield name, node, tensor
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _tensors(each)
