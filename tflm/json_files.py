"""JSON that anybody may have written, held against the shape it should have.

A shape is a type that msgspec knows: a class of fields, or such as
`dict[str, int]`. Whatever a file holds, it is that or one line of refusal.
"""

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

import msgspec

from tflm import files

T = TypeVar("T")
Count = Annotated[int, msgspec.Meta(ge=0)]
Id = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]  # Of a word.

_MOST_BYTES = 2**27
_MOST_DEPTH = 64
_HALVES = re.compile("[\ud800-\udfff]")
_PLACE = re.compile(r"(.*) - at `(?:key in )?\$\.?(.*)`", re.DOTALL)


def read(path: files.Path, shape: type[T], has_nan: bool = False) -> T:
    """Returns what a JSON file holds, as a value of a type.

    Args:
        path: of the file.
        shape: the type; `Any` of typing for whatever JSON has.
        has_nan: whether Infinity and NaN, which JSON has not, are numbers.

    Raises:
        OSError: there is no such file.
        ValueError: it is no such JSON; names the file, the field, and what
            it should have.
    """
    return parse(files.read(path, _MOST_BYTES), str(path), shape, has_nan)


def parse(
    text: bytes | str, name: str, shape: type[T], has_nan: bool = False
) -> T:
    """Returns what a JSON text holds, as a value of a type.

    Args:
        text: UTF-8, if it is bytes.
        name: where it is from, for the message of an error.
        shape: the type.
        has_nan: whether Infinity and NaN, which JSON has not, are numbers.

    Raises:
        ValueError: as `read`.
    """
    try:
        found = json.loads(
            text.decode("utf-8-sig") if isinstance(text, bytes) else text,
            object_pairs_hook=_object,
            parse_constant=None if has_nan else _refuse,
        )
        _check_depth(found)
        _check_text(found)
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8: {error.reason}") from None
    except RecursionError:
        raise ValueError(f"{name} is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"{name} is not JSON: {error}") from None
    return convert(found, name, shape)


def convert(found: Any, name: str, shape: type[T]) -> T:
    """Returns a parsed value as a value of a type.

    Args:
        found: as `json.loads` returns it.
        name: where it is from, for the message of an error.
        shape: the type; a dataclass has no other fields than its own.

    Raises:
        ValueError: it has another shape; says where, and what it should be.
    """
    if dataclasses.is_dataclass(shape) and isinstance(found, dict):
        known = {field.name for field in dataclasses.fields(shape)}
        if others := sorted(found.keys() - known):
            raise ValueError(f"{name} has a field {others[0]!r}: no such is")
    try:
        return msgspec.convert(found, shape)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {_told(str(error))}") from None


@contextlib.contextmanager
def within(path: files.Path) -> Iterator[None]:
    """Names a file in what is refused of its parts."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _told(error: str) -> str:
    """Returns what msgspec says, the field first."""
    match = _PLACE.fullmatch(error)
    said, place = match.groups() if match else (error, "")
    said = " ".join(said.replace("`", "").split())
    said = said[:1].lower() + said[1:]
    return f"{place}: {said}" if place else said


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"it has the key {twice!r} twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _check_text(found: Any) -> None:
    """Raises ValueError if a string has half of a character, as JSON may."""
    text = json.dumps(found, ensure_ascii=False)
    if _HALVES.search(text):
        raise ValueError("it has half of a character, a lone surrogate")


def _check_depth(found: Any) -> None:
    level: list[Any] = [[found]]
    for _ in range(_MOST_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise RecursionError
