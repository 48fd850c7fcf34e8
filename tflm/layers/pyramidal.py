"""The pyramidal recurrent unit: an LSTM that reads pooled inputs."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from tflm.layers.cells import LSTMCell
from tflm.layers.map import Map
from tflm.layers.sums import sum_of


class PyramidalCell(LSTMCell):
    """Pyramidal recurrent unit (Mehta et al. 2018, arXiv 1808.09029).

    An LSTM, gates i, f, g, o, whose input map is a `PyramidalMap` and whose
    recurrent map is one of groups. Where it reads as many numbers as it has
    units, each is added to the four gates of one unit. Each of the two
    products has a row of `bias`, and no gate begins open.
    """

    FORGET = None

    @classmethod
    def bias_shape(cls, units: int) -> tuple[int, ...]:
        """Returns that of two rows, [2, 4 * units]."""
        return (2, cls.GATES * units)

    def read(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the product of the pyramid, and x where it is added."""
        return self._with(x, self.input_map(x))

    def _in_a_file(self, mask: tf.Tensor | None) -> Callable[..., tf.Tensor]:
        products = sum_of(self.input_map, self.recurrent, mask)
        return lambda x, h: self._with(x, products(x, h))

    def _with(self, x: tf.Tensor, gates: tf.Tensor) -> tf.Tensor:
        """Returns the gates with their bias and, if so, x in all four."""
        gates = gates + (self.bias[0] + self.bias[1])
        if self.input_map.inputs != self.units:
            return gates
        x = tf.reshape(x, [-1, 1, self.segment])
        by_gate = tf.reshape(gates, [-1, self.GATES, self.segment]) + x
        return tf.reshape(by_gate, [-1, gates.shape[1]])


class PyramidalMap(Map):
    """Maps a vector, and what is left of it when it is pooled, side by side.

    Level 0 reads x; each other level reads the level before, pooled to half
    its size (`pool`), by a map of its own. All its weights are those of the
    levels' maps, and their columns together are its own.
    """

    def __init__(
        self, levels: Sequence[Map], pooling: Sequence[int], name: str
    ):
        super().__init__(
            levels[0].inputs, sum(level.outputs for level in levels), name
        )
        self._levels = tuple(levels)
        self.pooling = tuple(pooling)

    @property
    def blocks(self) -> Sequence[Map]:
        """The map of each level."""
        return self._levels

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        products = [self.blocks[0](x)]
        for level, kernel in zip(self.blocks[1:], self.pooling, strict=True):
            x = pool(x, kernel)
            products.append(level(x))
        return tf.concat(products, axis=1)


def pool(x: tf.Tensor, kernel: int) -> tf.Tensor:
    """Returns means of `kernel` neighbours, at every second place.

    y_j = (x_{2j-p} + ... + x_{2j+p}) / kernel with p = (kernel - 1) / 2, and
    zeros beyond the ends, which count.

    Args:
        x: float32 [rows, size].
        kernel: an odd number.

    Returns:
        float32 [rows, ceil(size / 2)].
    """
    size, beyond = x.shape[1], kernel // 2
    # By hand: the padding called SAME would begin at the other end.
    behind = 2 * (half(size) - 1) + beyond + 1 - size
    x = tf.pad(x, [[0, 0], [beyond, max(behind, 0)]])
    x = tf.reshape(x, [-1, 1, x.shape[1], 1])
    x = tf.nn.avg_pool2d(x, [1, kernel], [1, 2], "VALID")
    return tf.reshape(x, [-1, half(size)])


def half(size: int) -> int:
    """Returns the size of a pooled vector."""
    return -(-size // 2)


def level_shapes(inputs: int, units: int, levels: int) -> list[tuple[int, int]]:
    """Returns (inputs, outputs) of the map of each level.

    Level i gives 1/2^(i+1) of the units, the first the rest, too; each level
    reads half of what the one before does.
    """
    sizes, shares = [inputs], [units // 2 ** (i + 1) for i in range(levels)]
    shares[0] += units - sum(shares)
    while len(sizes) < levels:
        sizes.append(half(sizes[-1]))
    columns = [PyramidalCell.GATES * share for share in shares]
    return list(zip(sizes, columns, strict=True))
