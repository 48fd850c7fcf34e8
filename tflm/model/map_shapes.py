"""The matrices of a model: how large they are, and their names."""

from tflm.layers.cell_kinds import CELLS
from tflm.layers.pyramidal import level_shapes
from tflm.model.config import RECURRENT, LayerConfig, ModelConfig


def map_shapes(config: ModelConfig) -> dict[str, tuple[int, int]]:
    """Returns (inputs, outputs) of every map of a model."""
    shapes = config.tables()
    for stack in config.stacks:
        width = config.input_width
        for k in stack:
            layer = config.layers[k]
            for part, shape in layer_shapes(layer, width).items():
                shapes[f"layer_{k}/{part}"] = shape
            width = layer.outputs
    return shapes | config.softmaxes()


def layer_shapes(layer: LayerConfig, width: int) -> dict[str, tuple[int, int]]:
    """Returns (inputs, outputs) of every map of a layer, as `input`.

    Args:
        layer: its shape.
        width: of what it reads.
    """
    shapes = {}
    if layer.kind == "dense":
        shapes["input"] = width, layer.units
    elif layer.kind in RECURRENT:
        for part, found in cell_shapes(layer, width).items():
            names = numbered(part, len(found))
            shapes |= dict(zip(names, found, strict=True))
    if layer.projection:
        shapes["projection"] = layer.units, layer.projection
    return shapes


def cell_shapes(
    layer: LayerConfig, width: int
) -> dict[str, list[tuple[int, int]]]:
    """Returns (inputs, outputs) of the maps of a recurrent layer.

    Args:
        layer: its shape.
        width: of what it reads.

    Returns:
        Those of `input`, one for each level of a pyramid, and of `recurrent`,
        one for each group.
    """
    columns = CELLS[layer.kind].GATES * layer.units
    inputs = [(width, columns)]
    if layer.kind == "pru":
        inputs = level_shapes(width, layer.units, len(layer.pooling) + 1)
    group = (layer.outputs // layer.groups, columns // layer.groups)
    return {"input": inputs, "recurrent": [group] * layer.groups}


def numbered(name: str, count: int) -> list[str]:
    """Returns the names of maps: with numbers from 0 if they are many."""
    return [name] if count == 1 else [f"{name}_{i}" for i in range(count)]
