"""A chain of a table and layers, with those folded that need not be there."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from tflm.model.config import NORMALIZATIONS, LayerConfig

Weights = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Block:
    """A layer between the table and the logits.

    Attributes:
        layer: its shape.
        weights: by the names that follow `layer_K/` in `named_weights`.
    """

    layer: LayerConfig
    weights: Weights


def folded(
    table: np.ndarray, blocks: Sequence[Block]
) -> tuple[np.ndarray, list[Block]]:
    """Returns a table and blocks of the same logits, as few as can be.

    A gain and a bias go into the matrix before or after them, and what is
    between the table and the first matrix goes into the table's rows.

    Args:
        table: the embedding, float32 [vocabulary, width].
        blocks: from the table to the logits.
    """
    done: list[Block] = []
    for block in blocks:
        kind = block.layer.kind
        if kind in NORMALIZATIONS and not done:
            table = _applied(block, table)
        elif kind == "scale" and done and _is_linear(done[-1]):
            done[-1] = _scaled(done[-1], block)
        elif done and _is_gain(done[-1]) and "input/kernel" in block.weights:
            done[-1] = _reading(done[-1], block)
        else:
            done.append(block)
    return table, done


def _is_linear(block: Block) -> bool:
    """Tells whether a gain after a block is one in its own weights."""
    feed_forward = block.layer.kind in ("dense", *NORMALIZATIONS)
    return feed_forward and block.layer.activation == "linear"


def _is_gain(block: Block) -> bool:
    return block.layer.kind == "scale" and block.layer.activation == "linear"


def _applied(block: Block, table: np.ndarray) -> np.ndarray:
    """Returns the rows of a table after a block without a matrix."""
    from tflm.layers import activations
    from tflm.layers.normalization import NORMALIZATIONS as norms

    normed = norms[block.layer.kind](table, block.layer.epsilon)
    y = block.weights["gain"] * normed + block.weights["bias"]
    return np.asarray(activations.get(block.layer.activation)(y))


def _scaled(block: Block, gain: Block) -> Block:
    """Returns a linear block with the gain, bias and activation after it."""
    factor, shift = gain.weights["gain"], gain.weights["bias"]
    weights = {name: value * factor for name, value in block.weights.items()}
    weights["bias"] = weights.get("bias", 0) + shift
    activation = gain.layer.activation
    layer = dataclasses.replace(block.layer, activation=activation)
    return Block(layer, weights)


def _reading(gain: Block, block: Block) -> Block:
    """Returns a block that reads what is before a gain and a bias."""
    kernel = block.weights["input/kernel"]
    shift = gain.weights["bias"] @ kernel
    bias = np.array(block.weights["bias"]) if "bias" in block.weights else None
    if bias is None:
        bias = np.zeros(_bias_shape(block), np.float32)
    rows = bias if bias.ndim == 1 else bias[0]  # A GRU has one of each product.
    rows += shift
    kernel = gain.weights["gain"][:, np.newaxis] * kernel
    return Block(
        block.layer, {**block.weights, "input/kernel": kernel, "bias": bias}
    )


def _bias_shape(block: Block) -> tuple[int, ...]:
    from tflm.layers.cell_kinds import CELLS

    cell = CELLS.get(block.layer.kind)
    units = block.layer.units
    return cell.bias_shape(units) if cell else (units,)
