"""Methods as text, such as "LowRank(rank=64), Prune(sparsity=0.8)".

It is what a flag, a recipe in a manifest and a row of results hold. Nothing
of it is executed: names are looked up and values are literals.
"""

import ast
import dataclasses
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # It imports TensorFlow, which reading names does not need.
    from tflm.compression.base import Method

# What values of 0.1.0 are called now, by field.
_RENAMED = {"balance": {"even": "uniform"}}


def parse_calls(
    written: str, methods: "Mapping[str, type[Method]]"
) -> "list[Method]":
    """Returns the methods that a text calls, with commas between.

    Args:
        written: as `text` or their reprs are.
        methods: by name.

    Raises:
        ValueError: the text is no such list, or a name or a value in it is
            wrong; for a name the nearest is told.
    """
    calls = read_calls(
        written, methods, lambda name: methods[name].__dataclass_fields__
    )
    return [_made(methods[name], values) for name, values in calls]


def read_calls(
    written: str,
    methods: Iterable[str],
    fields: Callable[[str], Iterable[str]],
) -> list[tuple[str, dict[str, Any]]]:
    """Returns the name and the values of each call in a text.

    Args:
        written: as `parse_calls` takes it.
        methods: their names.
        fields: gives the names of the fields of a method.

    Raises:
        ValueError: as `parse_calls` does, but that no value is out of range.
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
    return [_read(call, methods, fields) for call in body.elts]


def text(methods: "Iterable[Method]") -> str:
    """Returns what `parse_all` reads as `methods`: "LowRank(rank=64), Prune()".

    It shows the fields that differ from their defaults.
    """
    return ", ".join(map(_call, methods))


def _call(method: "Method") -> str:
    values = (
        f"{field.name}={value!r}"
        for field in dataclasses.fields(method)
        if (value := getattr(method, field.name)) != field.default
    )
    return f"{type(method).__name__}({', '.join(values)})"


def _read(
    call: ast.expr,
    methods: Iterable[str],
    fields: Callable[[str], Iterable[str]],
) -> tuple[str, dict[str, Any]]:
    written = ast.unparse(call)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError(
            f"{written!r} is not a method: write it as in 'LowRank(rank=64)'"
        )
    name = _known(call.func.id, methods, "method")
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.args or None in named:
        raise ValueError(f"{written!r}: name each field, as in rank=64")
    known = {
        _known(str(field), fields(name), f"field of {name}"): value
        for field, value in named.items()
    }
    return name, {field: _value(field, x) for field, x in known.items()}


def _made(kind: "type[Method]", values: Mapping[str, Any]) -> "Method":
    try:
        return kind(**values)
    except TypeError as error:
        given = ", ".join(f"{name}={x!r}" for name, x in values.items())
        raise ValueError(
            f"{kind.__name__}({given}) has a value of a wrong type: {error}"
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
