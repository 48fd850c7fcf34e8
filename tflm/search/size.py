"""How many bytes the weights of a model take in a file.

Close enough to plan with; what counts is the file that is made in the end.
"""

import dataclasses
import itertools
import math
from collections.abc import Sequence

from tflm.layers.cell_kinds import CELLS
from tflm.layers.map import Map
from tflm.model.config import (
    LOOKED_UP,
    NORMALIZATIONS,
    TABLES,
    LayerConfig,
    ModelConfig,
)
from tflm.tflite import formats

_CHANNEL = 12  # A float32 scale and an int64 zero point.
_GRAPH = 5_000  # Operations, names and metadata.


def map_bytes(
    name: str, shape: tuple[int, int], rank: int | None, bits: int
) -> float:
    """Returns the bytes of one map.

    Args:
        name: it tells tables, whose rows are words, from the others.
        shape: its inputs and outputs.
        rank: of its two factors, or None if it is dense.
        bits: of a weight.
    """
    ranks = [] if rank is None else [rank]
    return _product_bytes(name, shape, ranks, bits)


def _product_bytes(
    name: str, shape: tuple[int, int], ranks: Sequence[int], bits: int
) -> float:
    """Returns the bytes of matrices with these ranks between them."""
    rows, columns = shape
    matrices = [*itertools.pairwise([rows, *ranks, columns])]
    weights = sum(m * n for m, n in matrices)
    channels = sum(m if name in TABLES else n for m, n in matrices)
    if name.endswith("/recurrent") and not ranks:
        channels = 0  # One product with the input's, and its scales.
    return weights * bits / 8 + _CHANNEL * channels


def adaptive_bytes(
    name: str,
    shape: tuple[int, int],
    edges: Sequence[int],
    ranks: Sequence[int],
    bits: int,
) -> float:
    """Returns the bytes of a table that becomes adaptive.

    Args:
        name: of the map.
        shape: its inputs and outputs.
        edges: of its clusters, `AdaptiveMap.edges`.
        ranks: of each cluster; as many as it has outputs keep it dense.
        bits: of a weight.
    """
    return sum(
        map_bytes(
            name,
            (last - first, shape[1]),
            None if rank == shape[1] else rank,
            bits,
        )
        for (first, last), rank in zip(
            itertools.pairwise(edges), ranks, strict=True
        )
    )


def other_bytes(config: ModelConfig) -> float:
    """Returns the bytes of all that is not in maps: biases and the graph."""
    biases = sum(rows for rows, _ in config.softmaxes().values())
    biases = biases or config.vocabulary_size  # Of one that is tied.
    for layer in config.layers:
        cell = CELLS.get(layer.kind)
        shape = cell.bias_shape(layer.units) if cell else (layer.units,)
        biases += math.prod(shape)
        biases += layer.units * (layer.kind in NORMALIZATIONS)  # Gains.
    return 4 * biases + _GRAPH


def with_fewer_units(config: ModelConfig, share: float) -> ModelConfig:
    """Returns the shape that `RemoveUnits(share=share)` leaves."""

    def fewer(k: int, layer: LayerConfig) -> LayerConfig:
        is_last = config.reader_of(k) in TABLES
        reads = not (is_last or layer.projection)
        readers = config.layers[k + 1 : k + 2] if reads else ()
        if layer.has_blocks or any(x.kind == "pru" for x in readers):
            return layer
        if any(x.kind in NORMALIZATIONS for x in (layer, *readers)):
            return layer
        if config.tied and is_last and not layer.projection:
            return layer
        units = max(1, round(layer.units * (1 - share)))
        return dataclasses.replace(layer, units=units)

    layers = tuple(fewer(k, layer) for k, layer in enumerate(config.layers))
    return dataclasses.replace(config, layers=layers)


def kept_bytes(
    linear: Map, name: str, shape: tuple[int, int], bits: int
) -> float:
    """Returns the bytes of a map that is left of its kind, in a new shape."""
    chains = linear.chains()
    if len(chains) == 1:
        _, matrices = chains[0]
        ranks = [matrix.shape[1] for matrix in matrices[:-1]]
        return _product_bytes(name, shape, ranks, bits)
    return linear.parameters * bits / 8 + _CHANNEL * sum(shape)


def bits_of(name: str, file_format: str) -> int:
    """Returns the bits of a weight of a map in a file of one format."""
    # An untied softmax is a product as any other to the quantizer.
    bits = formats.known(file_format)
    return bits.tables if name in LOOKED_UP else bits.layers
