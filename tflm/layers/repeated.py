"""Products with one matrix at word after word, which learns once for all."""

from collections.abc import Callable

import tensorflow as tf

from tflm.layers.weight_view import WeightView


def repeated_product(
    view: WeightView, kernel: tf.Tensor
) -> Callable[[tf.Tensor], tf.Tensor]:
    """Returns `weight_view.product` with a matrix, as `Repeated`."""
    multiply = Repeated(view.kernel(kernel, 1))
    return lambda x: multiply(view.inputs(x))


class Repeated:
    """Multiplies by a matrix many times; its gradient is one product.

    By itself it would be the sum of a product for each time, all as large as
    the matrix (Appleyard et al. 2016, arXiv 1604.01946). Here what came in and
    the gradients of what went out are kept, and multiplied when the gradient
    of the first time is asked for. That has to be the last: what comes in
    later must depend on what went out at first, as it does in a recurrence.

    Args:
        kernel: the matrix, float32 [inputs, outputs].
    """

    def __init__(self, kernel: tf.Tensor):
        self._kernel = kernel
        self._is_first = True
        self._pairs: list[tuple[tf.Tensor, tf.Tensor]] = []

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Returns the product with the matrix: [rows, inputs] to outputs."""
        is_first, self._is_first = self._is_first, False

        @tf.custom_gradient
        def multiply(x, kernel):
            def gradient(upstream):
                self._pairs.append((x, upstream))
                own = tf.matmul(upstream, kernel, transpose_b=True)
                return own, self._sum() if is_first else None

            return tf.matmul(x, kernel), gradient

        return multiply(x, self._kernel)

    def _sum(self) -> tf.Tensor:
        """Returns the gradient of the matrix."""
        pairs = zip(*self._pairs, strict=True)
        xs, upstreams = (tf.concat(parts, 0) for parts in pairs)
        self._pairs.clear()  # Who asks twice has all of it again.
        return tf.matmul(xs, upstreams, transpose_a=True)
