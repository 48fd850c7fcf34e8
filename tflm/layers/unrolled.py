"""A layer at word after word, as it learns."""

from collections.abc import Sequence

import tensorflow as tf

from tflm.layers.cells import Cell, States, Step
from tflm.layers.feed_forward import DenseLayer
from tflm.layers.normalization import NormalizationLayer

Layer = Cell | DenseLayer | NormalizationLayer


def read_all(
    layer: Layer,
    xs: tf.Tensor,
    states: States,
    mask: tf.Tensor | None = None,
    kept: Sequence[tf.Tensor] = (),
) -> tuple[tf.Tensor, States]:
    """Returns what a layer writes of all words, and its states after them.

    What depends on the words alone is made of all of them at once.

    Args:
        layer: of any kind.
        xs: what it reads, float32 [steps, rows, inputs].
        states: before the first.
        mask: as of `Cell.stepper`.
        kept: as of `unroll`.

    Returns:
        float32 [steps, rows, outputs], and the states.
    """
    words = tf.reshape(xs, [-1, xs.shape[2]])
    if not isinstance(layer, Cell):
        return _in_steps(layer.stepper()(words, [])[0], xs), []
    is_read = layer.reads_apart
    if is_read:
        xs = _in_steps(layer.read(words), xs)
    step = layer.stepper(mask, is_read)
    ys, states = unroll(step, tf.unstack(xs), states, kept)
    return tf.stack(ys), states


def _in_steps(words: tf.Tensor, xs: tf.Tensor) -> tf.Tensor:
    """Returns vectors of all words [n, size] by step and row, as `xs` are."""
    return tf.reshape(words, [xs.shape[0], -1, words.shape[1]])


def unroll(
    step: Step,
    xs: Sequence[tf.Tensor],
    states: States,
    kept: Sequence[tf.Tensor] = (),
) -> tuple[list[tf.Tensor], States]:
    """Applies a cell's step to each of `xs` [rows, inputs] in turn.

    Args:
        step: of the cell.
        xs: what it reads.
        states: before the first.
        kept: float32 [rows, 1] for each, what the state is multiplied by
            before it; nothing for a state that is kept all along.
    """
    outputs = []
    for place, x in enumerate(xs):
        if kept:
            states = [state * kept[place] for state in states]
        output, states = step(x, states)
        outputs.append(output)
    return outputs, states
