"""Hidden units of a model, and the weights that exist for each alone."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from tflm.layers.cell_kinds import CELLS
from tflm.layers.map import Map
from tflm.model.config import DENSE, NORMALIZATIONS, TABLES
from tflm.model.network import Network
from tflm.model.surgery import reshaped


@dataclasses.dataclass(frozen=True)
class Side:
    """Where the units of a layer lie in one map.

    Attributes:
        name: of the map.
        axis: 0 if each unit is a row of its matrix, 1 if a column a gate.
        gates: how many columns, or rows, a unit has: j, j + units, ...
    """

    name: str
    axis: int
    gates: int = 1


def sides(model: Network, number: int) -> list[Side]:
    """Returns every map that knows of the units of layer `number`.

    They are columns of the layer's own maps, and rows of those that read
    them (the intrinsic sparse structures of Wen et al. 2018).
    """
    layer, name = model.config.layers[number], f"layer_{number}"
    recurrent = layer.kind in CELLS
    gates = CELLS[layer.kind].GATES if recurrent else 1
    found = [Side(f"{name}/input", 1, gates)]
    if recurrent:
        found.append(Side(f"{name}/recurrent", 1, gates))
    if layer.projection:
        return [*found, Side(f"{name}/projection", 0)]
    if recurrent:
        found.append(Side(f"{name}/recurrent", 0))
    reader = model.config.reader_of(number)
    # A table has a column for each of what it reads.
    return [*found, Side(reader, 1 if reader in TABLES else 0)]


def obstacle(model: Network, number: int) -> str:
    """Returns why a layer cannot lose units, or nothing."""
    layer, reader = model.config.layers[number], model.config.reader_of(number)
    after = () if reader in TABLES else model.config.layers[number + 1 :][:1]
    if layer.has_blocks:
        return "shares its units out to several matrices"
    if not layer.projection and any(
        reader.kind in (*NORMALIZATIONS, "pru") for reader in after
    ):
        return f"is read by a {after[0].kind}"
    if any(side.name == "embedding" for side in sides(model, number)):
        return "is tied to the embedding's table"
    return ""


def weight(linear: Map, axis: int) -> tf.Variable:
    """Returns the weight whose rows (axis 0) or columns are the matrix's own.

    Raises:
        ValueError: the map is of a kind that has none.
    """
    found = linear.side(axis)
    if found is None:
        raise ValueError(
            f"{linear.name} is of kind {linear.KIND}, which cannot lose units: "
            f"remove them before, or give a scope without that layer"
        )
    return found


def norms(model: Network, number: int) -> tf.Tensor:
    """Returns the norm of each unit of a layer, float32 [units].

    It is the Euclidean norm of all weights that the unit has in `sides`. An
    unprojected layer's recurrent weight between two units belongs to both.
    Biases go with their units but say nothing of them: a forget gate's is
    about one in all of them.
    """
    squares = 0.0
    for side in sides(model, number):
        kernel = weight(model.maps[side.name], side.axis)
        each = tf.reduce_sum(kernel**2, 1 - side.axis)
        squares += tf.reduce_sum(tf.reshape(each, [side.gates, -1]), 0)
    return tf.sqrt(squares)


def scale(model: Network, number: int, factors: tf.Tensor) -> None:
    """Multiplies the weights of each unit of a layer by its factor, [units]."""
    for side in sides(model, number):
        kernel = weight(model.maps[side.name], side.axis)
        each = tf.tile(factors, [side.gates])
        each = each if side.axis else each[:, tf.newaxis]
        kernel.assign(kernel * each)


def keep(model: Network, kept: Mapping[int, np.ndarray]) -> Network:
    """Returns a copy of `model` whose layers have fewer units.

    A low-rank map that would be narrower than its rank becomes dense, with
    the same product.

    Args:
        model: it is left as it was.
        kept: layer number to the units that it keeps, in ascending order.
    """
    config = model.config
    layers = [*config.layers]
    for number, units in kept.items():
        layers[number] = dataclasses.replace(layers[number], units=len(units))
    parts = {
        name: model.maps[name].part(*where)
        for name, where in _kept_places(model, kept).items()
    }
    maps = {**config.maps} | {name: f for name, (f, _) in parts.items()}
    maps = {name: fields for name, fields in maps.items() if fields != DENSE}
    config = dataclasses.replace(config, layers=tuple(layers), maps=maps)
    result = reshaped(model, config)
    for name, (_, values) in parts.items():
        result.maps[name].set_weights(values)
    for number, units in kept.items():
        bias = model.cells[number].bias.numpy()
        gates = bias.shape[-1] // model.config.layers[number].units
        where = _places(units, gates, bias.shape[-1])
        result.cells[number].bias.assign(bias[..., where])
    return result


def _kept_places(
    model: Network, kept: Mapping[int, np.ndarray]
) -> dict[str, list[np.ndarray]]:
    """Returns which rows and columns are left of every map that loses some."""
    places: dict[str, list[np.ndarray]] = {}
    for number, units in kept.items():
        for side in sides(model, number):
            linear = model.maps[side.name]
            sizes = linear.inputs, linear.outputs
            where = places.setdefault(side.name, [*map(np.arange, sizes)])
            where[side.axis] = _places(units, side.gates, sizes[side.axis])
    return places


def _places(units: np.ndarray, gates: int, size: int) -> np.ndarray:
    """Returns where units lie along an axis of `size` that `gates` share."""
    starts = np.arange(gates)[:, np.newaxis] * (size // gates)
    return (starts + units).ravel()
