"""The configuration of a Keras model as the chain of its layers.

Keras 3 and tf_keras write the same tree of dicts, but for how the layers of a
functional model are joined. Nothing of it is built or run.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import calls, kinds
from tflm.model.foreign.keras.calls import CHAIN

MODELS = ("Sequential", "Functional", "Model")
_PACKAGES = {"keras", "tf_keras", "tensorflow", "tensorflow_model_optimization"}
_MOST_LAYERS = 1000


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
        skips: whether it is called with a mask of padding.
    """

    path: tuple[str, ...]
    stored: str
    parts: Sequence[Part]
    skips: bool = False


def places(model: Mapping[str, Any]) -> list[Place]:
    """Returns the layers of a model's configuration, from input to output.

    A layer that is used twice is there twice. An Embedding has mask_zero=True
    where a mask of padding reaches the cells, however they were given it.

    Args:
        model: `class_name` and `config`, as Keras writes them.

    Raises:
        ValueError: it is no chain of layers of Keras.
    """
    found = _places(model, (), "layers")
    skips = _skips(found)
    return [_with_mask_zero(place, skips) for place in found]


def _skips(places: Sequence[Place]) -> bool:
    """Tells whether a mask of padding reaches the cells: all, or none."""
    skipping: list[str] = []
    reading: list[str] = []
    reaches = False
    for place in places:
        for layer in (part.layer for part in place.parts):
            if layer.kind in kinds.WITHOUT_MASK:
                reaches = False
            reaches |= bool(layer.config.get("mask_zero"))
            if layer.kind in kinds.CELLS:
                skips = reaches or place.skips
                (skipping if skips else reading).append(place.path[-1])
    if skipping and reading:
        raise ValueError(
            f"layer {skipping[0]} is called with a mask and {reading[0]} is "
            f"not: only a mask of all recurrent layers is supported"
        )
    return bool(skipping)


def _with_mask_zero(place: Place, value: bool) -> Place:
    parts = []
    for part in place.parts:
        layer = part.layer
        if layer.kind == "Embedding":
            config = {**layer.config, "mask_zero": value}
            layer = dataclasses.replace(layer, config=config)
        parts.append(dataclasses.replace(part, layer=layer))
    return dataclasses.replace(place, parts=parts)


def _places(
    model: Mapping[str, Any], path: tuple[str, ...], stored: str
) -> list[Place]:
    kind, config = model["class_name"], plain(model["config"])
    if kind not in MODELS:
        raise ValueError(
            f"it is a {kind}, which has no graph of layers: build it as a "
            f"Sequential or a functional model, with an Input"
        )
    layers = config if isinstance(config, list) else config["layers"]
    names = _stored_names(layers)
    joined = isinstance(config, dict) and "output_layers" in config
    order = _in_order(config) if joined else [(x, False) for x in layers]
    found = []
    for layer, skips in order:
        name = _name(layer)
        where = (*path, name), f"{stored}/{names[name]}"
        if layer["class_name"] in MODELS:
            found += [
                dataclasses.replace(place, skips=place.skips or skips)
                for place in _places(layer, where[0], f"{where[1]}/layers")
                if place.parts[0].layer.kind != "InputLayer"
            ]
        else:
            found.append(Place(*where, [*_parts(layer)], skips))
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
        for part in _parts(config["layer"], f"{inside}/layer"):
            if part.layer.kind in kinds.CELLS:
                raise ValueError(
                    f"layer {_name(layer)} has {part.layer.kind} in "
                    f"TimeDistributed, which forgets each word before the "
                    f"next: give the recurrent layer alone"
                )
            yield part
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


def _in_order(
    config: Mapping[str, Any],
) -> list[tuple[Mapping[str, Any], bool]]:
    """Returns the layers of a functional model, each where it is used.

    And whether it is called there with a mask of padding.
    """
    layers = {_name(layer): layer for layer in config["layers"]}
    last = _only(config["output_layers"], "output")
    inputs = _only(config["input_layers"], "input")
    order: list[tuple[Mapping[str, Any], bool]] = []
    used, at = set(), last
    while True:
        name, node, tensor = at
        layer = layers[name]
        used.add(name)
        if tensor:
            reader = order[-1][0] if order else layer
            raise ValueError(
                f"layer {_name(reader)} reads a state of {name}: {CHAIN}"
            )
        if name == inputs[0]:
            order.append((layer, False))
            break
        if len(order) > _MOST_LAYERS:
            raise ValueError(f"the layers go in a circle: {CHAIN}")
        nodes = layer["inbound_nodes"]
        # The first node of a model in a model may be the model itself.
        at, mask = calls.source(layer, nodes[min(node, len(nodes) - 1)])
        if mask is not None:
            used.add(calls.check_mask(layer, mask, layers, inputs))
        order.append((layer, mask is not None))
    if beside := [name for name in layers if name not in used]:
        raise ValueError(f"layer {beside[0]} is beside the chain: {CHAIN}")
    return order[::-1]


def _only(ends: Any, what: str) -> calls.Tensor:
    """Returns the one input or output: name, node and tensor."""
    if ends and isinstance(ends[0], str):
        ends = [ends]
    if len(ends) != 1:
        raise ValueError(f"the model has {len(ends)} {what}s: {CHAIN}")
    name, node, tensor = ends[0]
    return name, node, tensor
