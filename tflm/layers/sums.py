"""What cells make of their maps: one product of two, and two of one."""

from collections.abc import Callable

import tensorflow as tf

from tflm.layers.map import Map
from tflm.layers.weight_view import PLAIN, product

Product = Callable[[tf.Tensor], tf.Tensor]


def sum_of(
    input_map: Map, recurrent: Map, mask: tf.Tensor | None
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Returns the function of x and h that adds the two maps' products.

    Where both maps end with one matrix, U and V, that is one product of
    [u, v] with [U; V], the fastest form in a file: u and v are x and h
    themselves, or what the other factors of a low-rank map make of them.
    """
    end_x, end_h = input_map.end(), recurrent.end()
    if end_x is None or end_h is None:
        return lambda x, h: input_map(x) + recurrent(masked(h, mask))
    (before_x, u), (before_h, v) = end_x, end_h
    kernel = tf.concat([input_map.viewed(u), recurrent.viewed(v)], 0)
    # One product has one view, even if a method has one map of the two.
    view = recurrent.view if input_map.view is PLAIN else input_map.view

    def fused(x: tf.Tensor, h: tf.Tensor) -> tf.Tensor:
        x = before_x(input_map.view.read(x))
        h = before_h(recurrent.view.read(masked(h, mask)))
        return product(view, tf.concat([x, h], 1), kernel)

    return fused


def by_columns(recurrent: Map, columns: int) -> tuple[Product, Product]:
    """Returns the map's products with its first columns, and with the others.

    Where the map is one array each has its own part of it.
    """
    if recurrent.kernel is None:
        return (
            lambda h: recurrent(h)[:, :columns],
            lambda h: recurrent(h)[:, columns:],
        )
    view, kernel = recurrent.view, recurrent.viewed(recurrent.kernel)
    first, rest = kernel[:, :columns], kernel[:, columns:]
    return (
        lambda h: product(view, view.read(h), first),
        lambda h: product(view, view.read(h), rest),
    )


def masked(h: tf.Tensor, mask: tf.Tensor | None) -> tf.Tensor:
    """Returns h times a mask, if there is one."""
    return h if mask is None else h * mask
