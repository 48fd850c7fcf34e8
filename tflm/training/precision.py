"""Products in half the bits while training, where the processor has them.

Micikevicius et al. 2018 (arXiv 1710.03740): weights, their changes and sums
stay in float32. bfloat16 has its range, so that no loss has to be scaled.
"""

import contextlib
import pathlib
from collections.abc import Iterator

import tensorflow as tf

from tflm.training.config import Precision

_OPTION = "auto_mixed_precision_onednn_bfloat16"
_FEATURES = {"avx512_bf16", "amx_bf16"}


def check(precision: Precision) -> None:
    """Refuses what the processor would only be slower with.

    Raises:
        ValueError: it has no products of bfloat16.
    """
    if precision == "mixed" and not has_bfloat16():
        raise ValueError(
            "precision='mixed' needs a processor with AVX512_BF16 or AMX, "
            "which this is not: leave it out"
        )


def has_bfloat16() -> bool:
    """Tells whether the processor has products of bfloat16."""
    try:
        told = pathlib.Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:  # As on macOS.
        return False
    return bool(_FEATURES & {*told.split()})


@contextlib.contextmanager
def running(precision: Precision) -> Iterator[None]:
    """Has TensorFlow run graphs so while the block runs.

    Its optimizer of graphs puts products, and what stands between them, into
    bfloat16 by a list of operations that bear it.
    """
    if precision == "float32":
        yield
        return
    tf.config.optimizer.set_experimental_options({_OPTION: True})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({_OPTION: False})
