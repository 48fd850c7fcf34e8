"""Methods as text, such as "LowRank(rank=64), Prune(sparsity=0.8)".

It is what a flag, a recipe in a manifest and a row of results hold. Nothing
of it is executed: names are looked up and values are literals.
"""

import ast
import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from tflm.compression.base import Method

# What values of 0.1.0 are called now, by field.
_RENAMED = {"balance": {"even": "uniform"}}


def parse_calls(
    written: str, methods: Mapping[str, type[Method]]
) -> list[Method]:
    """Returns the methods that a text calls, with commas between.

    Args:
        written: as `text` or their reprs are.
        methods: by name.

    Raises:
        ValueError: the text is no such list, or a name or a value in it is
            wrong; for a name the nearest is told.
    """
    try:
        body = ast.parse(f"[{written}]", mode="eval").body
    except SyntaxError:
        body = None
    if not isinstance(body, ast.List):
        raise ValueError(
            f"{written!r} is not a list of methods: "
            f"write it as in 'LowRank(rank=64), Prune(sparsity=0.8)'"
        )
    return [_method(call, methods) for call in body.elts]


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


def _method(call: ast.expr, methods: Mapping[str, type[Method]]) -> Method:
    written = ast.unparse(call)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError(
            f"{written!r} is not a method: write it as in 'LowRank(rank=64)'"
        )
    kind = methods[_known(call.func.id, methods, "method")]
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.args or None in named:
        raise ValueError(f"{written!r}: name each field, as in rank=64")
    fields = [field.name for field in dataclasses.fields(kind)]
    values = {
        _known(str(name), fields, f"field of {kind.__name__}"): value
        for name, value in named.items()
    }
    try:
        return kind(**{n: _value(n, value) for n, value in values.items()})
    except TypeError as error:
        raise ValueError(
            f"{written!r} has a value of a wrong type: {error}"
        ) from None


def _value(field: str, expression: ast.expr) -> Any:
    try:
        value = ast.literal_eval(expression)
    except ValueError:
        raise ValueError(
            f"{field}={ast.unparse(expression)} is not a plain "
            f"value: give a number, a text or a tuple of them"
        ) from None
    renamed = _RENAMED.get(field, {})
    return renamed.get(value, value) if isinstance(value, str) else value


def _known(name: str, names: Iterable[str], what: str) -> str:
    names = sorted(names)
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
        raise ValueError(
            f"unknown {what} {name!r}: did you mean {near}? "
            f"There are {', '.join(names)}"
        )
    return name
