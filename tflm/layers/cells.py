"""Recurrent cells that own maps: LSTM, coupled-gate LSTM (CIFG) and GRU."""

from collections.abc import Callable, Sequence

import tensorflow as tf
import tf_keras as keras

from tflm.layers.map import Map
from tflm.layers.weight_view import PLAIN, product

States = list[tf.Tensor]
Step = Callable[[tf.Tensor, States], tuple[tf.Tensor, States]]


class Cell(keras.layers.Layer):
    """One recurrent layer, applied to one word at a time.

    Attributes:
        input: map of [inputs] to [gates * units].
        recurrent: map of [outputs] to [gates * units].
        projection: map of [units] to [outputs], or None (Sak et al. 2014).
    """

    GATES = 0
    FORGET: int | None = None  # The gate where a bias of one helps to remember.

    def __init__(
        self, input_map: Map, recurrent: Map, projection: Map | None, name: str
    ):
        super().__init__(name=name)
        self.input_map = input_map
        self.recurrent = recurrent
        self.projection = projection
        self.units = input_map.outputs // self.GATES
        self.outputs = projection.outputs if projection else self.units
        self.bias = self.add_weight(
            name="bias",
            shape=self.bias_shape(self.units),
            initializer=self._first_bias,
        )

    @classmethod
    def bias_shape(cls, units: int) -> tuple[int, ...]:
        """Returns the shape of `bias`, gate by gate."""
        return (cls.GATES * units,)

    @property
    def state_sizes(self) -> list[int]:
        """Sizes of the vectors that it remembers from word to word."""
        return [self.outputs, self.units]

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the cell's function of one word: (x, states) to the same.

        x is [rows, inputs], its result [rows, outputs]. What does not depend
        on the word is computed once, here. `mask` [rows, outputs] multiplies
        the recurrent input, the same at each step (variational dropout, Gal
        and Ghahramani 2016); what the cell remembers stays whole.
        """
        raise NotImplementedError

    def _project(self, hidden: tf.Tensor) -> tf.Tensor:
        return self.projection(hidden) if self.projection else hidden

    def _first_bias(self, shape, dtype=None, **_):
        bias = tf.zeros(shape, dtype)
        if self.FORGET is None:
            return bias
        where = tf.range(shape[0]) // self.units == self.FORGET
        return tf.where(where, tf.ones_like(bias), bias)


class LSTMCell(Cell):
    """LSTM with forget gates (Gers et al. 2000), gates i, f, g, o as Keras.

    c = sigmoid(f) c + sigmoid(i) tanh(g);  h = sigmoid(o) tanh(c).
    """

    GATES = 4
    FORGET = 1

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the step of the equations above; states are h and c."""
        affine = _sum(self.input_map, self.recurrent, mask)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, c = states
            i, f, g, o = tf.split(affine(x, h) + self.bias, 4, axis=1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = self._project(tf.sigmoid(o) * tf.tanh(c))
            return h, [h, c]

        return step


class CIFGCell(Cell):
    """LSTM with coupled gates (Greff et al. 2017): i = 1 - f; f, g, o.

    c = sigmoid(f) (c - tanh(g)) + tanh(g), one product fewer than
    sigmoid(f) c + (1 - sigmoid(f)) tanh(g).
    """

    GATES = 3
    FORGET = 0

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the step of the equations above; states are h and c."""
        affine = _sum(self.input_map, self.recurrent, mask)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, c = states
            f, g, o = tf.split(affine(x, h) + self.bias, 3, axis=1)
            g = tf.tanh(g)
            c = tf.sigmoid(f) * (c - g) + g
            h = self._project(tf.sigmoid(o) * tf.tanh(c))
            return h, [h, c]

        return step


class GRUCell(Cell):
    """GRU, reset after the product (Cho et al. 2014; Keras' `reset_after`).

    Gates z, r, g: g = tanh(x_g + sigmoid(r) h_g); u = z u + (1 - z) g, where
    u is the unprojected state. The two rows of `bias` belong to the input
    and to the recurrent product.
    """

    GATES = 3

    @classmethod
    def bias_shape(cls, units: int) -> tuple[int, ...]:
        """Returns that of two rows, [2, 3 * units]."""
        return (2, 3 * units)

    @property
    def state_sizes(self) -> list[int]:
        """Those of h and, if that is projected, of u."""
        if self.projection:
            return [self.outputs, self.units]
        return [self.units]

    def stepper(self, mask: tf.Tensor | None = None) -> Step:
        """Returns the step of the equations above; states are h and u."""

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, unit_state = states[0], states[-1]
            x_z, x_r, x_g = tf.split(self.input_map(x) + self.bias[0], 3, 1)
            h = self.recurrent(_masked(h, mask)) + self.bias[1]
            h_z, h_r, h_g = tf.split(h, 3, 1)
            z = tf.sigmoid(x_z + h_z)
            g = tf.tanh(x_g + tf.sigmoid(x_r + h_r) * h_g)
            unit_state = z * (unit_state - g) + g
            h = self._project(unit_state)
            return h, [h, unit_state] if self.projection else [h]

        return step


CELLS = {"lstm": LSTMCell, "cifg": CIFGCell, "gru": GRUCell}


def unroll(
    step: Step, xs: Sequence[tf.Tensor], states: States
) -> tuple[list[tf.Tensor], States]:
    """Applies a cell's step to each of `xs` [rows, inputs] in turn."""
    outputs = []
    for x in xs:
        output, states = step(x, states)
        outputs.append(output)
    return outputs, states


def _sum(
    input_map: Map, recurrent: Map, mask: tf.Tensor | None
) -> Callable[..., tf.Tensor]:
    """Returns the function of x and h that adds the two maps' products.

    Where both are one array that is one product of [x, h], the fastest form
    in a file.
    """
    if input_map.kernel is None or recurrent.kernel is None:
        return lambda x, h: input_map(x) + recurrent(_masked(h, mask))
    parts = [linear.viewed(linear.kernel) for linear in (input_map, recurrent)]
    kernel = tf.concat(parts, 0)
    # One product has one view, even if a method has one map of the two.
    view = recurrent.view if input_map.view is PLAIN else input_map.view

    def fused(x: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        x, h = input_map.view.read(x), recurrent.view.read(_masked(h, mask))
        return product(view, tf.concat([x, h], 1), kernel)

    return fused


def _masked(h: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    return h if mask is None else h * mask
