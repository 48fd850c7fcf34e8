"""Recurrent cells that own maps: LSTM, CIFG, GRU of two kinds, plain."""

import math
from collections.abc import Callable

import tensorflow as tf
import tf_keras as keras

from tflm.layers import activations
from tflm.layers.map import Map
from tflm.layers.sums import by_columns, masked, sum_of
from tflm.layers.weight_view import PLAIN

States = list[tf.Tensor]
Step = Callable[[tf.Tensor, States], tuple[tf.Tensor, States]]


class Cell(keras.layers.Layer):
    """One recurrent layer, applied to one word at a time.

    Attributes:
        input: map of [inputs] to [gates * units].
        recurrent: map of [outputs] to [gates * units].
        projection: map of [units] to [outputs], or None (Sak et al. 2014).
        activation: of what is remembered; tanh in the equations below.
        gate: of the gates; sigmoid in the equations below.
        segment: how many units each block of every map has; the columns of
            all maps go by segment, then by gate. All units but in a cell of
            groups.
    """

    GATES = 0
    FORGET: int | None = None  # The gate where a bias of one helps to remember.

    def __init__(
        self,
        input_map: Map,
        recurrent: Map,
        projection: Map | None,
        name: str,
        activation: str = "tanh",
        gate: str = "sigmoid",
    ):
        super().__init__(name=name)
        self.activation = activations.get(activation)
        self.gate = activations.get(gate)
        self.input_map = input_map
        self.recurrent = recurrent
        self.projection = projection
        self.units = input_map.outputs // self.GATES
        blocks = (*input_map.blocks, *recurrent.blocks)
        self.segment = math.gcd(*(b.outputs for b in blocks)) // self.GATES
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

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the cell's function of one word: (x, states) to the same.

        x is [rows, inputs], its result [rows, outputs]. What does not depend
        on the word is computed once, here.

        Args:
            mask: multiplies the recurrent input, the same at each step
                (variational dropout, Gal and Ghahramani 2016); what the cell
                remembers stays whole. [rows, outputs].
            is_read: whether x is what `read` made of it, and each step has the
                states of the one before. That is faster to learn; a file has
                the other form.
        """
        raise NotImplementedError

    def read(self, x: tf.Tensor) -> tf.Tensor:
        """Returns what of x goes into the gates: [rows, gates * units]."""
        return self.input_map(x) + self.bias

    @property
    def reads_apart(self) -> bool:
        """Whether words may be read apart from the states, as `read` does.

        Not where a file has one product of both and a view says what rounding
        does to it.
        """
        maps = (self.input_map, self.recurrent)
        is_plain = all(each.view is PLAIN for each in maps)
        return is_plain or any(each.end() is None for each in maps)

    def _projected(self, is_read: bool) -> Callable[[tf.Tensor], tf.Tensor]:
        """Returns the function that gives what is written of all units."""
        if not self.projection:
            return lambda hidden: rows_of(self.units, hidden)
        project = self.projection.repeated() if is_read else self.projection
        return lambda hidden: project(rows_of(self.units, hidden))

    def _affine(
        self, mask: tf.Tensor | None, is_read: bool
    ) -> Callable[..., tf.Tensor]:
        """Returns the function of x and h that gives all gates, by segment."""
        size = self.GATES * self.segment
        if is_read:
            recurrent = self.recurrent.repeated()
            return lambda x, h: rows_of(size, x + recurrent(masked(h, mask)))
        affine = self._in_a_file(mask)
        return lambda x, h: rows_of(size, affine(x, h))

    def _in_a_file(self, mask: tf.Tensor | None) -> Callable[..., tf.Tensor]:
        products = sum_of(self.input_map, self.recurrent, mask)
        return lambda x, h: products(x, h) + self.bias

    def _first_bias(self, shape, dtype=None, **_):
        bias = tf.zeros(shape, dtype)
        if self.FORGET is None:
            return bias
        gates = tf.range(shape[0]) // self.segment % self.GATES
        return tf.where(gates == self.FORGET, tf.ones_like(bias), bias)


class LSTMCell(Cell):
    """LSTM with forget gates (Gers et al. 2000), gates i, f, g, o as Keras.

    c = sigmoid(f) c + sigmoid(i) tanh(g);  h = sigmoid(o) tanh(c).
    """

    GATES = 4
    FORGET: int | None = 1

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the step of the equations above; states are h and c."""
        affine = self._affine(mask, is_read)
        project = self._projected(is_read)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, c = states[0], rows_of(self.segment, states[1])
            i, f, g, o = tf.split(affine(x, h), 4, axis=1)
            c = self.gate(f) * c + self.gate(i) * self.activation(g)
            h = project(self.gate(o) * self.activation(c))
            return h, [h, rows_of(self.units, c)]

        return step


class CIFGCell(Cell):
    """LSTM with coupled gates (Greff et al. 2017): i = 1 - f; f, g, o.

    c = sigmoid(f) (c - tanh(g)) + tanh(g), one product fewer than
    sigmoid(f) c + (1 - sigmoid(f)) tanh(g).
    """

    GATES = 3
    FORGET = 0

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the step of the equations above; states are h and c."""
        affine = self._affine(mask, is_read)
        project = self._projected(is_read)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, c = states[0], rows_of(self.segment, states[1])
            f, g, o = tf.split(affine(x, h), 3, axis=1)
            g = self.activation(g)
            c = self.gate(f) * (c - g) + g
            h = project(self.gate(o) * self.activation(c))
            return h, [h, rows_of(self.units, c)]

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

    def read(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the input product and its bias."""
        return self.input_map(x) + self.bias[0]

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the step of the equations above; states are h and u."""
        read = tf.identity if is_read else self.read
        recurrent = self.recurrent.repeated() if is_read else self.recurrent
        project = self._projected(is_read)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h, unit_state = states[0], states[-1]
            x_z, x_r, x_g = tf.split(read(x), 3, 1)
            h = recurrent(masked(h, mask)) + self.bias[1]
            h_z, h_r, h_g = tf.split(h, 3, 1)
            z = self.gate(x_z + h_z)
            g = self.activation(x_g + self.gate(x_r + h_r) * h_g)
            unit_state = z * (unit_state - g) + g
            h = project(unit_state)
            return h, [h, unit_state] if self.projection else [h]

        return step


class ResetBeforeGRUCell(Cell):
    """GRU, reset before the product (Keras' `reset_after=False`).

    Gates z, r, g: g = tanh(x_g + (sigmoid(r) u) P U_g); u = z u + (1 - z) g,
    where u is the unprojected state and P the projection, if there is one.
    """

    GATES = 3

    @property
    def state_sizes(self) -> list[int]:
        """That of u."""
        return [self.units]

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the step of the equations above; the state is u."""
        gates, candidate = by_columns(self.recurrent, 2 * self.units)
        read = tf.identity if is_read else self.read
        project = self._projected(False)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            [u] = states
            affine = read(x)
            x_zr, x_g = affine[:, : 2 * self.units], affine[:, 2 * self.units :]
            h_zr = gates(masked(project(u), mask))
            z, r = tf.split(self.gate(x_zr + h_zr), 2, axis=1)
            reset = masked(project(r * u), mask)
            g = self.activation(x_g + candidate(reset))
            u = z * (u - g) + g
            return project(u), [u]

        return step


class PlainCell(Cell):
    """The simple recurrent layer (Elman 1990): h = tanh(x_h + h U)."""

    GATES = 1

    @property
    def state_sizes(self) -> list[int]:
        """That of h."""
        return [self.outputs]

    def stepper(
        self, mask: tf.Tensor | None = None, is_read: bool = False
    ) -> Step:
        """Returns the step of the equation above; the state is h."""
        affine = self._affine(mask, is_read)
        project = self._projected(is_read)

        def step(x: tf.Tensor, states: States) -> tuple[tf.Tensor, States]:
            h = project(self.activation(affine(x, states[0])))
            return h, [h]

        return step


def rows_of(size: int, x: tf.Tensor) -> tf.Tensor:
    """Returns the numbers of `x` in rows of `size`."""
    return x if x.shape[-1] == size else tf.reshape(x, [-1, size])
