"""The values of a table of a recipe, put into a dataclass or refused."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar, get_origin, get_type_hints

T = TypeVar("T")

_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a table",
}


def replaced(base: T, table: Mapping[str, Any], where: str) -> T:
    """Returns a dataclass with the values of a table in place of its own.

    Args:
        base: instance of a dataclass.
        table: field name to value; a field that it lacks stays as in `base`.
        where: the table, for errors, as `[training]`.

    Raises:
        ValueError: a name is no field's, or a value is not one that it takes.
    """
    hints = get_type_hints(type(base))
    checked(table, dict, where)
    check_names(table, hints, where)
    values = {
        name: checked(value, hints[name], f"{where} {name}")
        for name, value in table.items()
    }
    try:
        return dataclasses.replace(base, **values)  # type: ignore[type-var]
    except ValueError as error:
        raise ValueError(f"{where} {error}") from None


def checked(value: Any, kind: Any, where: str) -> Any:
    """Returns a value of a kind of `_NAMES`; of others all pass.

    A whole number is a number and stays whole, as claims are compared as text.

    Raises:
        ValueError: it is of another kind.
    """
    kind = str if get_origin(kind) is Literal else kind
    if kind is float and type(value) is int:
        return value
    if kind in _NAMES and type(value) is not kind:
        raise ValueError(f"{where} must be {_NAMES[kind]}, got {value!r}")
    return value


def check_names(
    table: Mapping[str, Any], names: Iterable[str], where: str
) -> None:
    """Raises a ValueError that names the nearest, if a name is unknown."""
    names = [*names]
    for name in table:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
            raise ValueError(
                f"{where} has no {name!r}: did you mean {near}? "
                f"There are {', '.join(names)}"
            )
