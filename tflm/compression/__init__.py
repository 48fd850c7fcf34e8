"""Compression methods, and how to read them from text.

A method is one file with a frozen dataclass, and a line in `METHODS`.
"""

import ast
import dataclasses
import difflib
import itertools
from collections.abc import Iterable, Sequence

from tflm.compression.adaptive import Adaptive
from tflm.compression.base import Fit, Method, skip_training
from tflm.compression.cluster import Cluster
from tflm.compression.low_rank import LowRank
from tflm.compression.prune import Prune
from tflm.compression.quantize_aware import QuantizeAware
from tflm.compression.remove_units import RemoveUnits
from tflm.compression.shared_projection import SharedProjection
from tflm.compression.tensor_train import TensorTrain
from tflm.model.language_model import LanguageModel

METHODS = {
    method.__name__: method
    for method in (
        LowRank,
        SharedProjection,
        TensorTrain,
        Prune,
        QuantizeAware,
        Cluster,
        RemoveUnits,
        Adaptive,
    )
}

# What these make of the weights is undone by training after them.
_LAST = (Prune, QuantizeAware, Cluster)


def parse(text: str) -> Method:
    """Reads a method from its repr or `text`, such as "LowRank(rank=64)".

    Raises:
        ValueError: the text is no such call, or a name or a value in it is
            wrong; for a name the nearest is told.
    """
    methods = parse_all(text)
    if len(methods) != 1:
        raise ValueError(f"{text!r} is {len(methods)} methods, not one")
    return methods[0]


def parse_all(text: str) -> list[Method]:
    """Reads methods with commas between: "LowRank(rank=64), Prune()"."""
    try:
        body = ast.parse(f"[{text}]", mode="eval").body
    except SyntaxError:
        raise ValueError(
            f"{text!r} is not a list of methods: "
            f"write it as in 'LowRank(rank=64), Prune(sparsity=0.8)'"
        ) from None
    return [_method(call, ast.unparse(call)) for call in body.elts]


def text(methods: Iterable[Method]) -> str:
    """Returns what `parse_all` reads as `methods`: "LowRank(rank=64), Prune()".

    It shows the fields that differ from their defaults.
    """
    return ", ".join(map(_call, methods))


def _call(method: Method) -> str:
    values = (
        f"{field.name}={value!r}"
        for field in dataclasses.fields(method)
        if (value := getattr(method, field.name)) != field.default
    )
    return f"{type(method).__name__}({', '.join(values)})"


def apply(
    methods: Sequence[Method], model: LanguageModel, fit: Fit
) -> LanguageModel:
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
        if isinstance(method, _LAST):
            cure = f"put {type(method).__name__} last"
            if isinstance(later, _LAST):
                cure = "give one of them"
            raise ValueError(
                f"{method!r} would be undone by the training of {later!r}: "
                f"{cure}, or train nothing"
            )


def _method(call: ast.expr, text: str) -> Method:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError(
            f"{text!r} is not a method: write it as in 'LowRank(rank=64)'"
        )
    kind = METHODS[_known(call.func.id, METHODS, "method")]
    fields = {field.name for field in dataclasses.fields(kind)}
    if call.args or any(k.arg is None for k in call.keywords):
        raise ValueError(f"{text!r}: name each field, as in rank=64")
    values = {
        _known(k.arg, fields, f"field of {kind.__name__}"): _value(k)
        for k in call.keywords
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(
            f"{text!r} has a value of a wrong type: {error}"
        ) from None


def _value(keyword: ast.keyword):
    try:
        return ast.literal_eval(keyword.value)
    except ValueError:
        raise ValueError(
            f"{keyword.arg}={ast.unparse(keyword.value)} is not a plain "
            f"value: give a number, a text or a tuple of them"
        ) from None


def _known(name: str, names, what: str) -> str:
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
        raise ValueError(
            f"unknown {what} {name!r}: did you mean {near}? "
            f"There are {', '.join(sorted(names))}"
        )
    return name
