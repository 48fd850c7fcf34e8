"""Where the weights of a Keras model are kept, each place a list of arrays."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import h5py
import numpy as np

from tflm import files
from tflm.model.foreign.description import Layer
from tflm.model.foreign.keras import hdf5, kinds
from tflm.model.foreign.keras.graph import Part, Place
from tflm.model.foreign.keras.weights import FIXED, outputs, shapes

# Arrays, or what is read as such, of each part of a place, and the masks that
# TF-MOT keeps beside them.
Stored = tuple[list[list[Any]], list[Any]]
Store = Callable[[Place], Stored]

_ROOTS = ("layers", "_layer_checkpoint_dependencies")  # The latter of 2.11.
_OF_PRUNING = ("mask", "threshold", "pruning_step")
_PRUNED = ("embeddings", "kernel", "recurrent_kernel")


def filled(places: Sequence[Place], store: Store) -> list[Layer]:
    """Returns the layers of a chain with their weights.

    Raises:
        ValueError: a weight is missing, has another shape than its layer
            says, or is no float.
    """
    check_size(places)
    found: list[Layer] = []
    width = 0
    for place in places:
        parts, masks = store(place)
        for part, stored in zip(place.parts, parts, strict=True):
            layer = part.layer
            expected = shapes(layer.kind, layer.config, width)
            if len(stored) != len(expected):
                raise ValueError(
                    f"{layer.kind} {layer.name} has {len(stored)} weights, "
                    f"not {', '.join(expected) or 'none'}"
                )
            weights = {
                name: _array(value, shape, f"{layer.name}/{name}")
                for (name, shape), value in zip(
                    expected.items(), stored, strict=True
                )
            }
            if part.masked:
                weights |= _masked(weights, masks, layer.name)
            found.append(Layer(layer.kind, layer.name, layer.config, weights))
            width = outputs(layer.kind, layer.config, width)
    return found


def expected_bytes(places: Sequence[Place]) -> int:
    """Returns how many bytes the weights of a chain have, as it says."""
    count, width = 0, 0
    parts = [part for place in places for part in place.parts]
    kinds.check_chain([part.layer.kind for part in parts])
    for part in parts:
        layer = part.layer
        for shape in shapes(layer.kind, layer.config, width).values():
            size = 1
            for side in shape:
                if type(side) is not int or side < 1:
                    raise ValueError(f"{layer.name} has a size of {side!r}")
                size *= side
            count += 4 * size
        width = outputs(layer.kind, layer.config, width)
    return count


def check_size(places: Sequence[Place]) -> None:
    """Raises a ValueError if no .tflite file could hold such weights."""
    if (count := expected_bytes(places)) > files.MOST_BYTES:
        raise ValueError(
            f"its weights would take {count} bytes, and a .tflite file "
            f"holds {files.MOST_BYTES}"
        )


def hdf5_store(file: h5py.File, places: Sequence[Place]) -> Store:
    """Returns the store of a file of weights of any version of Keras."""
    for root in _ROOTS:
        if root in file:
            return lambda place: _of_paths(file, root, place)
    legacy = _member(file, "model_weights", optional=True) or file
    if "layer_names" not in legacy.attrs:
        raise ValueError("it holds no weights of layers")
    found = _legacy(legacy, places)
    return lambda place: found[place.path]


def _of_paths(file: h5py.File, root: str, place: Place) -> Stored:
    place_path = root + place.stored.removeprefix("layers")
    parts = [_vars(file, place_path + part.inside) for part in place.parts]
    masks = [v for v in _vars(file, place_path) if len(v.shape) == 2]
    return parts, masks


def _vars(file: h5py.File, path: str) -> list[h5py.Dataset]:
    group = _member(file, path, optional=True)
    if group is None or "vars" not in group:
        return []
    group = _member(group, "vars")
    return [_member(group, str(n)) for n in range(len(group))]


def _member(group: h5py.Group, path: str, optional: bool = False) -> Any:
    """Returns what is at a path of a file, without a way out of the file."""
    for name in filter(None, path.split("/")):
        if isinstance(group, h5py.Dataset) or name not in group:
            if optional:
                return None
            raise ValueError(f"{path} is missing")
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            raise ValueError(f"{path} is in another file")
        group = group[name]
    return group


def _legacy(
    root: h5py.Group, places: Sequence[Place]
) -> dict[tuple[str, ...], Stored]:
    """Returns what a file keeps under the names of the outermost layers.

    There the weights of a model in a model are in the order of Keras' lists:
    what training changes, then what it does not.
    """
    found: dict[tuple[str, ...], Stored] = {}
    unique = {place.path: place for place in places}
    for top, group in itertools.groupby(
        unique.values(), lambda place: place.path[0]
    ):
        inside = [*group]
        stored = [*_named(_member(root, top, optional=True))]
        masks = [v for name, v in stored if name == "mask"]
        free = [v for name, v in stored if name not in _OF_PRUNING]
        counts = sum(len(_names(p)) for place in inside for p in place.parts)
        if len(inside) == len(inside[0].parts) == 1:
            found[inside[0].path] = [free], masks
            continue
        if len(free) != counts:
            raise ValueError(f"{top} has {len(free)} weights, not {counts}")
        found |= {p: (v, masks) for p, v in _shared(inside, free).items()}
    return found


def _named(group: h5py.Group | None) -> Iterator[tuple[str, Any]]:
    """Yields the weights of a layer, by the last part of their names."""
    if group is None:
        return
    attributes = [group.attrs.get("weight_names", [])]
    for number in itertools.count():  # A long list is in several attributes.
        if f"weight_names{number}" not in group.attrs:
            break
        attributes.append(group.attrs[f"weight_names{number}"])
    for name in itertools.chain.from_iterable(attributes):
        name = name.decode() if isinstance(name, bytes) else str(name)
        leaf = name.rpartition("/")[2].partition(":")[0]
        yield leaf, _member(group, name)


def _shared(
    places: Sequence[Place], arrays: Sequence[Any]
) -> dict[tuple[str, ...], list[list[Any]]]:
    """Returns which of the arrays that layers have together are whose."""
    named = [
        (place.path, number, name, _is_fixed(part, name))
        for place in places
        for number, part in enumerate(place.parts)
        for name in _names(part)
    ]
    free = [entry for entry in named if not entry[3]]
    fixed = [entry for entry in named if entry[3]]
    owner = dict(zip([e[:3] for e in (*free, *fixed)], arrays, strict=True))
    return {
        place.path: [
            [owner[place.path, number, name] for name in _names(part)]
            for number, part in enumerate(place.parts)
        ]
        for place in places
    }


def _names(part: Part) -> list[str]:
    return [*shapes(part.layer.kind, part.layer.config, 1)]


def _is_fixed(part: Part, name: str) -> bool:
    return name in FIXED or not part.layer.config.get("trainable", True)


def _array(value: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Returns one weight, read only if it is what it should be."""
    if tuple(value.shape) != shape:
        raise ValueError(
            f"weight {name} has the shape {list(value.shape)}, not "
            f"{list(shape)}"
        )
    if np.dtype(value.dtype).kind != "f":
        raise ValueError(f"weight {name} is {value.dtype}, not of floats")
    if isinstance(value, h5py.Dataset):
        if not hdf5.is_inside(value):
            raise ValueError(f"weight {name} is in another file")
        if not hdf5.fits(value):
            stored = value.id.get_storage_size()
            raise ValueError(
                f"weight {name} unpacks from {stored} bytes to {value.nbytes}"
            )
    array = np.asarray(value[()], np.float32)
    if not np.isfinite(array).all():
        raise ValueError(f"weight {name} is not finite: train the model anew")
    return array


def _masked(
    weights: dict[str, np.ndarray], masks: Sequence[Any], layer: str
) -> dict[str, np.ndarray]:
    """Returns the weights that TF-MOT prunes as it uses them."""
    names = [name for name in _PRUNED if name in weights]
    masks = masks[-len(names) :]  # Before them, the weights again.
    if len(masks) != len(names):
        raise ValueError(f"{layer} has {len(masks)} masks, not {len(names)}")
    return {
        name: weights[name] * _array(mask, weights[name].shape, f"{layer}/mask")
        for name, mask in zip(names, masks, strict=True)
    }
