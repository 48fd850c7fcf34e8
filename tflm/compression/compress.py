"""Methods, as text or as values, applied to a model: what a user calls."""

from collections.abc import Sequence

from tflm import compression
from tflm.compression.base import Fit, Method, skip_training
from tflm.model.network import Network


def compress(
    model: Network,
    methods: str | Method | Sequence[Method],
    fit: Fit = skip_training,
) -> Network:
    """Returns a smaller model; `model` stays as it was.

    Args:
        model: what to make smaller.
        methods: as text, "LowRank(rank=64), Prune(sparsity=0.5)", a method
            or a list of them; applied from left to right.
        fit: trains a model in place, after each method (`tflm.make_fit`);
            if it is not given, nothing is trained.

    Raises:
        ValueError: the text is no list of methods, a method cannot be applied
            to this model, or the training of one would undo another. Nothing
            has been trained then.

    Examples:
        >>> smaller = tflm.compress(model, "LowRank(rank=4)", fit)
        >>> smaller.parameters < model.parameters
        True
    """
    if isinstance(methods, str):
        several: Sequence[Method] = compression.parse_all(methods)
    elif callable(methods):
        several = [methods]
    else:
        several = methods
    return compression.apply(several, model, fit)
