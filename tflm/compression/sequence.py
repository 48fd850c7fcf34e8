"""Methods one after another."""

import itertools
from collections.abc import Sequence

from tflm.compression.base import Fit, Method, skip_training
from tflm.model.network import Network


def apply(methods: Sequence[Method], model: Network, fit: Fit) -> Network:
    """Returns `model` after each of `methods` in turn, `fit` after each.

    Raises:
        ValueError: a method cannot be applied to what those before it make,
            or the training of one would undo another. Nothing has been
            trained then.
    """
    if fit is not skip_training and len(methods) > 1:
        _check_order(methods)
        # What cannot be applied fails now, and not after an hour of training.
        apply(methods, model, skip_training)
    for method in methods:
        model = method(model, fit)
    return model


def _check_order(methods: Sequence[Method]) -> None:
    for method, later in itertools.pairwise(methods):
        if method.UNDONE_BY_TRAINING:
            cure = f"put {type(method).__name__} last"
            if later.UNDONE_BY_TRAINING:
                cure = "give one of them"
            raise ValueError(
                f"{method!r} would be undone by the training of {later!r}: "
                f"{cure}, or train nothing"
            )
