"""What a functional model of Keras calls its layers with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Layers = Mapping[str, Mapping[str, Any]]
Tensor = tuple[str, int, int]  # Name and node of a layer, and which output.

CHAIN = "only a chain of layers is supported"


def source(layer: Mapping[str, Any], node: Any) -> tuple[Tensor, Any]:
    """Returns what a layer reads, and the mask that Keras 3 gives it, or None.

    Args:
        layer: as its configuration has it.
        node: its call, one of `inbound_nodes`.

    Raises:
        ValueError: it reads several layers, or is told more.
    """
    mask = None
    if isinstance(node, dict):  # Keras 3
        sources = [*_tensors(node["args"])]
        options = dict(node["kwargs"])
        mask = options.pop("mask", None)
        sources += _tensors(list(options.values()))
    else:
        node = [node] if isinstance(node[0], str) else node
        sources = [tuple(each[:3]) for each in node]
        options = {k: v for s in node for k, v in (s[3:] or [{}])[0].items()}
    if len(sources) != 1:
        raise ValueError(
            f"layer {_name(layer)} reads {len(sources)} layers: {CHAIN}"
        )
    if given := [k for k, v in options.items() if v not in (None, False)]:
        raise ValueError(
            f"layer {_name(layer)} is called with {given[0]}: {CHAIN}"
        )
    return sources[0], mask


def check_mask(
    layer: Mapping[str, Any], mask: Any, layers: Layers, ids: Tensor
) -> str:
    """Returns the name of the operation that makes a mask of padding.

    Keras 3 records the same of an Embedding with mask_zero=True.

    Args:
        layer: that is called with the mask.
        mask: as `source` returns it.
        layers: of the model, by name.
        ids: what the model reads.

    Raises:
        ValueError: the mask is not `ids != 0`.
    """
    made = [*_tensors(mask)]
    name, node, _ = made[0] if len(made) == 1 else ("", 0, 0)
    if name not in layers or not _is_of_padding(layers[name], node, ids):
        what = layers[name]["class_name"] if name in layers else "no operation"
        raise ValueError(
            f"layer {_name(layer)} is called with a mask that is {what} "
            f"{name}".rstrip()
            + ": only not_equal(ids, 0) is supported"
        )
    return name


def _is_of_padding(
    operation: Mapping[str, Any], node: int, ids: Tensor
) -> bool:
    package = str(operation.get("module") or "keras").partition(".")[0]
    if (package, operation["class_name"]) != ("keras", "NotEqual"):
        return False
    call = operation["inbound_nodes"][node]
    values: Sequence[Any] = [*call["args"], *call["kwargs"].values()]
    numbers = [value for value in values if not isinstance(value, dict)]
    return [*_tensors(values)] == [ids] and numbers == [0]


def _tensors(value: Any) -> Iterator[Tensor]:
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


def _name(layer: Mapping[str, Any]) -> str:
    return layer.get("name") or layer["config"]["name"]
