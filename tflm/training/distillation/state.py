"""The state of any teacher as arrays with names, which a file can keep."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


def flatten(state: Any, path: str = "state") -> dict[str, np.ndarray]:
    """Returns the arrays and numbers of a state, by where in it they are.

    Args:
        state: an array, a number, None, or a tuple, list, dictionary or object
            of these.
        path: what all names begin with.
    """
    if state is None:
        return {}
    if isinstance(state, np.ndarray | np.generic | int | float):
        return {path: np.asarray(state)}
    found: dict[str, np.ndarray] = {}
    for name, part in _parts(state):
        found |= flatten(part, f"{path}.{name}")
    return found


def restore(
    like: Any, arrays: Mapping[str, np.ndarray], path: str = "state"
) -> Any:
    """Returns the state of which `flatten` gave the arrays.

    Args:
        like: another state of the same teacher.
        arrays: by their names.
        path: as of `flatten`.
    """
    if path in arrays:
        is_number = isinstance(like, int | float)
        return type(like)(arrays[path]) if is_number else arrays[path]
    if like is None or isinstance(like, np.ndarray):
        return None
    parts = {
        name: restore(part, arrays, f"{path}.{name}")
        for name, part in _parts(like)
    }
    if isinstance(like, dict):
        return parts
    if isinstance(like, tuple | list):
        return type(like)(parts.values())
    result = copy.copy(like)
    for name, part in parts.items():
        object.__setattr__(result, name, part)  # It may be frozen.
    return result


def _parts(state: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(state, dict):
        yield from state.items()
    elif isinstance(state, tuple | list):
        yield from enumerate(state)
    else:
        yield from vars(state).items()
