"""Temporary files and directories, which no killed process leaves for long.

Whoever makes one holds it by the system's lock, which ends with its process
however that ends. Whoever makes the next one in the same place removes those
that nobody holds.
"""

import contextlib
import os
import pathlib
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator

try:
    import fcntl
except ModuleNotFoundError:  # As on Windows, where nothing is held.
    fcntl = None  # type: ignore[assignment]

_Path = str | os.PathLike[str]

_PREFIX, _SUFFIX = ".tflm-", ".part"
_OURS = re.compile(re.escape(_PREFIX) + "[a-z0-9_]{8}" + re.escape(_SUFFIX))


@contextlib.contextmanager
def file(parent: _Path) -> Iterator[pathlib.Path]:
    """Yields a new file, which is removed unless it was renamed in the block.

    Raises:
        OSError: `parent` is missing, full or read-only.
    """

    def make() -> str:
        descriptor, path = tempfile.mkstemp(_SUFFIX, _PREFIX, parent)
        os.close(descriptor)
        return path

    with _held(pathlib.Path(parent), make) as path:
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def directory(parent: _Path | None = None) -> Iterator[pathlib.Path]:
    """Yields a new directory, which is removed when the block ends.

    Args:
        parent: where it is made; the system's place for such if it is None.

    Raises:
        OSError: `parent` is missing, full or read-only.
    """
    place = pathlib.Path(parent or tempfile.gettempdir())

    def make() -> str:
        return tempfile.mkdtemp(_SUFFIX, _PREFIX, place)

    with _held(place, make) as path:
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _held(
    place: pathlib.Path, make: Callable[[], str]
) -> Iterator[pathlib.Path]:
    if not fcntl:
        yield pathlib.Path(make())
        return
    _sweep(place)
    descriptor = None
    while descriptor is None:
        path = pathlib.Path(make())
        descriptor = _hold(path)
    try:
        yield path
    finally:
        os.close(descriptor)


def _hold(path: pathlib.Path) -> int | None:
    """Returns a descriptor that holds what was made; None if it was swept."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    with contextlib.suppress(OSError):  # As on a disk that knows no locks.
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    if path.exists():
        return descriptor
    os.close(descriptor)
    return None


def _sweep(place: pathlib.Path) -> None:
    """Removes what processes of this user left when they were killed."""
    with contextlib.suppress(OSError):  # Whoever makes something there says it.
        for name in os.listdir(place):
            if _OURS.fullmatch(name):
                _remove(place / name)


def _remove(path: pathlib.Path) -> None:
    """Removes a file or a directory of this user that nobody holds."""
    with contextlib.suppress(OSError):
        # A link is not followed, and a pipe not waited for.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(path, flags)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = os.fstat(descriptor)
            if found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode):
                shutil.rmtree(path)
            elif found.st_uid == os.getuid() and stat.S_ISREG(found.st_mode):
                path.unlink()
        finally:
            os.close(descriptor)
