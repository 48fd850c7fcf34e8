"""Functions as graphs of TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf


def graph(
    function: Callable[..., Any],
    signature: Sequence[tf.TensorSpec] | None = None,
) -> Callable[..., Any]:
    """Returns `tf.function` of a function whose Python is taken as it is.

    TensorFlow would first rewrite the source of all that is called on the way,
    so that `if` and `for` may depend on a tensor, which takes longer than to
    make the graph. Ours say `tf.cond`.

    Args:
        function: of tensors, and what it calls.
        signature: of its arguments; None for a graph for each that is given.
    """
    plain = tf.autograph.experimental.do_not_convert(function)
    return tf.function(plain, signature)
