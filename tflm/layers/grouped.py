"""A recurrent product that keeps groups of units apart."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from tflm.layers.map import Map


class GroupedMap(Map):
    """Maps each of g equal parts of a vector by a map of its own.

    It is a block-diagonal matrix without its zeros: of the weights of a whole
    one, 1/g (the grouped linear transformation of Mehta et al. 2018, arXiv
    1808.09029). All its weights are those of its blocks.
    """

    def __init__(self, blocks: Sequence[Map], name: str):
        inputs = sum(block.inputs for block in blocks)
        super().__init__(inputs, sum(block.outputs for block in blocks), name)
        self._blocks = tuple(blocks)

    @property
    def blocks(self) -> Sequence[Map]:
        """The map of each group."""
        return self._blocks

    def repeated(self) -> Callable[[tf.Tensor], tf.Tensor]:
        """Returns the product of each group, repeated."""
        blocks = [block.repeated() for block in self.blocks]
        return lambda x: _side_by_side(blocks, self.view.read(x))

    def _product(self, x: tf.Tensor) -> tf.Tensor:
        return _side_by_side(self.blocks, x)


def _side_by_side(
    blocks: Sequence[Callable[[tf.Tensor], tf.Tensor]], x: tf.Tensor
) -> tf.Tensor:
    parts = tf.split(x, len(blocks), axis=1)
    pairs = zip(blocks, parts, strict=True)
    return tf.concat([block(part) for block, part in pairs], axis=1)
