"""Our model as stock Keras layers: what one would convert without us.

Every cell of the toolkit is a stock cell with other weights, so the result
gives the same logits: a coupled input gate is one with negated weights, as
1 - sigmoid(x) = sigmoid(-x), and a projection P before the recurrent and the
next input matrix is those matrices multiplied by P from the left.
"""

import functools
from collections.abc import Callable

import numpy as np
import tf_keras as keras

from tflm.layers.cells import (
    Cell,
    GRUCell,
    PlainCell,
    ResetBeforeGRUCell,
)
from tflm.layers.normalization import NormalizationLayer
from tflm.model.config import LayerConfig
from tflm.model.foreign.stock_weights import absorbed, uncoupled
from tflm.model.language_model import LanguageModel

_GRU = functools.partial(keras.layers.GRU, reset_after=False)
# Cells that are no LSTM.
_STOCK: dict[type[Cell], Callable[..., keras.layers.Layer]] = {
    GRUCell: keras.layers.GRU,
    ResetBeforeGRUCell: _GRU,
    PlainCell: keras.layers.SimpleRNN,
}
# Gates g with 1 - g(x) = g(-x).
_SYMMETRIC = ("sigmoid", "hard_sigmoid")


def to_keras(model: LanguageModel, steps: int | None = None) -> keras.Model:
    """Returns the same model of Embedding, LSTM or GRU, and Dense layers.

    Args:
        model: it is left as it was; its maps become dense.
        steps: length of the input; None for any, with any number of rows. One
            row of fixed length is what the stock converter needs to fuse.

    Raises:
        ValueError: the softmax is hierarchical, or an activation, a
            normalization or a cell is one that stock Keras has not.
    """
    if model.config.hierarchical:
        raise ValueError(
            "stock Keras has no hierarchical softmax: give the model that it "
            "was made from"
        )
    rows = 1 if steps else None
    ids = keras.Input((steps,), batch_size=rows, dtype="int32")
    table = model.maps["embedding"].matrix()
    x = _layer(keras.layers.Embedding(*table.shape), [table], ids)
    pending = None  # The projection of the cell before.
    for form, cell in zip(model.config.layers, model.cells, strict=True):
        if isinstance(cell, NormalizationLayer):
            if pending is not None:
                x, pending = _projected(pending, x), None
            x = _normalized(form, cell, x)
            continue
        if form.has_blocks:
            raise ValueError(f"stock Keras has no layer of {form.blocks}")
        kernel = absorbed(pending, cell.input_map.matrix())
        pending = None
        if not isinstance(cell, Cell):
            dense = keras.layers.Dense(
                cell.outputs, activation=_stock_name(form.activation)
            )
            x = _layer(dense, [kernel, cell.bias.numpy()], x)
            continue
        if cell.projection:
            pending = cell.projection.matrix()
        recurrent = absorbed(pending, cell.recurrent.matrix())
        weights = [
            _gates(form, w) for w in (kernel, recurrent, cell.bias.numpy())
        ]
        x = _layer(_stock_cell(form, cell), weights, x)
    if pending is not None:
        x = _projected(pending, x)
    kernel = model.softmax.table.matrix().T
    softmax = keras.layers.Dense(kernel.shape[1])
    x = _layer(softmax, [kernel, model.softmax.bias.numpy()], x)
    return keras.Model(ids, x)


def _layer(layer: keras.layers.Layer, weights: list[np.ndarray], x):
    y = layer(x)
    layer.set_weights(weights)
    return y


def _projected(projection: np.ndarray, x):
    dense = keras.layers.Dense(projection.shape[1], use_bias=False)
    return _layer(dense, [projection], x)


def _stock_name(name: str) -> str:
    if not hasattr(keras.activations, name):
        raise ValueError(f"stock Keras has no activation {name!r}")
    return name


def _stock_cell(shape: LayerConfig, cell: Cell) -> keras.layers.Layer:
    fields = {"activation": _stock_name(shape.state_activation)}
    if not isinstance(cell, PlainCell):
        fields["recurrent_activation"] = _stock_name(shape.gate_activation)
    stock = _STOCK.get(type(cell), keras.layers.LSTM)
    return stock(cell.units, return_sequences=True, **fields)


def _normalized(shape: LayerConfig, layer: NormalizationLayer, x):
    gain, bias = layer.gain.numpy(), layer.bias.numpy()
    if shape.kind == "layer_norm":
        norm = keras.layers.LayerNormalization(epsilon=shape.epsilon)
        x = _layer(norm, [gain, bias], x)
    elif shape.kind == "scale":
        ones = np.ones_like(gain)
        norm = keras.layers.BatchNormalization(epsilon=0.0)
        x = _layer(norm, [gain, bias, 0 * ones, ones], x)
    else:
        raise ValueError(f"stock Keras has no layer of kind {shape.kind!r}")
    return keras.layers.Activation(_stock_name(shape.activation))(x)


def _gates(shape: LayerConfig, weight: np.ndarray) -> np.ndarray:
    """Returns the weights of gates f, g, o as those of i, f, g, o."""
    if shape.kind != "cifg":
        return weight
    if shape.gate_activation not in _SYMMETRIC:
        raise ValueError(
            f"stock Keras has no cell of kind 'cifg' with gates "
            f"{shape.gate_activation!r}"
        )
    return uncoupled(weight, shape.units)
