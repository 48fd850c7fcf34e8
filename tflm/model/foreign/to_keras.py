"""Our model as stock Keras layers: what one would convert without us.

Every cell of the toolkit is a stock cell with other weights, so the result
gives the same logits: a coupled input gate is one with negated weights, as
1 - sigmoid(x) = sigmoid(-x), and a projection P before the recurrent and the
next input matrix is those matrices multiplied by P from the left.
"""

import numpy as np
import tf_keras as keras

from tflm.layers.cells import Cell, CIFGCell, GRUCell
from tflm.model.language_model import LanguageModel


def to_keras(model: LanguageModel, steps: int | None = None) -> keras.Model:
    """Returns the same model of Embedding, LSTM or GRU, and Dense layers.

    Args:
        model: it is left as it was; its maps become dense.
        steps: length of the input; None for any, with any number of rows. One
            row of fixed length is what the stock converter needs to fuse.

    Raises:
        ValueError: the softmax is hierarchical, which stock Keras has not.
    """
    if model.config.hierarchical:
        raise ValueError(
            "stock Keras has no hierarchical softmax: give the model that it "
            "was made from"
        )
    shape = (
        {"batch_size": 1, "shape": (steps,)} if steps else {"shape": (None,)}
    )
    ids = keras.Input(dtype="int32", **shape)
    table = model.maps["embedding"].matrix()
    x = _layer(keras.layers.Embedding(*table.shape), [table], ids)
    pending = None  # The projection of the cell before.
    for cell in model.cells:
        kernel = _before(pending, cell.input_map.matrix())
        pending = None
        if not isinstance(cell, Cell):
            activation = keras.activations.serialize(cell.activation)
            dense = keras.layers.Dense(cell.outputs, activation=activation)
            x = _layer(dense, [kernel, cell.bias.numpy()], x)
            continue
        if cell.projection:
            pending = cell.projection.matrix()
        recurrent = _before(pending, cell.recurrent.matrix())
        kind = (
            keras.layers.GRU if isinstance(cell, GRUCell) else keras.layers.LSTM
        )
        weights = [
            _gates(cell, w) for w in (kernel, recurrent, cell.bias.numpy())
        ]
        x = _layer(kind(cell.units, return_sequences=True), weights, x)
    if pending is not None:
        dense = keras.layers.Dense(pending.shape[1], use_bias=False)
        x = _layer(dense, [pending], x)
    kernel = model.softmax.table.matrix().T
    softmax = keras.layers.Dense(kernel.shape[1])
    x = _layer(softmax, [kernel, model.softmax.bias.numpy()], x)
    return keras.Model(ids, x)


def _layer(layer: keras.layers.Layer, weights: list[np.ndarray], x):
    y = layer(x)
    layer.set_weights(weights)
    return y


def _before(projection: np.ndarray | None, matrix: np.ndarray) -> np.ndarray:
    return matrix if projection is None else projection @ matrix


def _gates(cell: Cell, weight: np.ndarray) -> np.ndarray:
    """Returns the weights of gates f, g, o as those of i, f, g, o."""
    if not isinstance(cell, CIFGCell):
        return weight
    return np.concatenate([-weight[..., : cell.units], weight], axis=-1)
