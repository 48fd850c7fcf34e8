"""The arithmetic of a file with integer weights, in a graph that trains.

The gradient passes each rounding as if it were not there (straight through:
Bengio et al. 2013, arXiv 1308.3432, section 4; Jacob et al. 2018, arXiv
1712.05877).
"""

import tensorflow as tf

_LEAST = 1e-9  # The largest weight of a channel counts as this at least.
_STEPS = 255  # between the least and the greatest number of an input row


def fake_quantize_weights(
    weights: tf.Tensor, channels: int, bits: int
) -> tf.Tensor:
    """Returns the numbers that stand for float32 `weights` [m, n] in a file.

    They are s q, with one scale s = max |w| / most a channel and the integers
    q = round(w / s) of [-most, most], where most = 2^(bits - 1) - 1: what
    ai-edge-quantizer writes for FULLY_CONNECTED and EMBEDDING_LOOKUP. To
    round twice is to round once, to the last bit.

    Args:
        weights: what to round; zero stays zero.
        channels: the axis of the channels.
        bits: of an integer, 2 to 16; with more than 8 the last digit of a
            number may change when it is rounded again.
    """
    most = 2 ** (bits - 1) - 1

    def rounded(weights):
        high = tf.reduce_max(tf.abs(weights), 1 - channels, keepdims=True)
        scale = _short(tf.maximum(high, _LEAST) / most)
        return scale * tf.round(weights / scale)

    return tf.grad_pass_through(rounded)(weights)


def fake_quantize_inputs(x: tf.Tensor) -> tf.Tensor:
    """Returns float32 `x` [rows, m] as a dynamic-range product takes it.

    Each row has 256 levels from its least to its greatest number, moved so
    that one of them is zero: `xnn_f32_qd8_asymmetric_quantization_params` of
    XNNPACK.
    """

    def rounded(x):
        low = tf.minimum(tf.reduce_min(x, 1, keepdims=True), 0.0)
        high = tf.maximum(tf.reduce_max(x, 1, keepdims=True), 0.0)
        # In this order, for rows with -low = high put zero between two levels.
        inverse = _STEPS / tf.maximum(high - low, _LEAST)
        zero = tf.where(
            (high + low) * inverse > 1,
            -128 - low * inverse,
            127 - high * inverse,
        )
        zero = tf.clip_by_value(tf.round(zero), -128.0, 127.0)
        level = tf.clip_by_value(tf.round(x * inverse) + zero, -128.0, 127.0)
        return (level - zero) / inverse

    return tf.grad_pass_through(rounded)(x)


def _short(scale: tf.Tensor) -> tf.Tensor:
    """Returns float32 numbers rounded to 17 significant bits.

    With the 7 bits of an integer up to 127 a product has the 24 bits of a
    float32: s q is exact, and a file finds s again as max |s q| / most.
    """
    bits = tf.bitcast(scale, tf.int32) + 64
    return tf.bitcast(tf.bitwise.bitwise_and(bits, -128), tf.float32)
