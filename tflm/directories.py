"""Directories: whole or not there, of one command at once, replaced if ours."""

import contextlib
import ctypes
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from tflm import files, json_files, temporary

try:
    import fcntl
except ModuleNotFoundError:  # As on Windows, where nothing is held.
    fcntl = None  # type: ignore[assignment]

_MANIFEST = "manifest.json"
_ASIDE = ".tflm-old-"
_held: dict[tuple[int, int], int] = {}  # Devices and inodes; descriptors.


@contextlib.contextmanager
def writing(
    path: files.Path, overwrite: bool = False
) -> Iterator[pathlib.Path]:
    """Yields a new directory that becomes `path` when the block ends well.

    One that was there is removed when the new one is in its place. It has to
    be ours alone: its files are those that its manifest names, or, as not all
    have a manifest, the very same as those of the new one.

    Args:
        path: where it shall be; its parents are made.
        overwrite: whether a directory that is there is replaced.

    Raises:
        FileExistsError: `path` exists and `overwrite` is not set, or it is no
            directory, or a file of another is in it.
        OSError: the directory above is full or read-only.
    """
    path = pathlib.Path(path)
    check(path, overwrite)
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary.directory(path.parent) as new:
        yield new
        new.chmod(0o755)  # Temporary ones are private.
        if os.path.lexists(path):
            check(path, overwrite)  # It may have come in the meantime.
            _check_ours(path, new)
            _replace(path, new)
        else:
            new.rename(path)


def check(path: files.Path, overwrite: bool) -> None:
    """Refuses a place where a directory cannot be written.

    Raises:
        FileExistsError: as `writing`, but for files of others in it.
    """
    if not os.path.lexists(path):
        return
    if os.path.islink(path):
        raise FileExistsError(
            f"{path} is a symbolic link: give the directory that it leads to"
        )
    if not os.path.isdir(path):
        raise FileExistsError(f"{path} is no directory: give another --output")
    if not overwrite:
        raise FileExistsError(f"{path} exists: give --overwrite")


def hold(directory: files.Path) -> None:
    """Keeps a directory for this process, which may hold it several times.

    The lock is the system's: a process that dies, however it does, holds
    nothing, and leaves nothing there.

    Raises:
        ValueError: another process holds it.
    """
    if not fcntl:
        return
    descriptor = os.open(directory, os.O_RDONLY)
    found = os.fstat(descriptor)
    place = found.st_dev, found.st_ino
    if place in _held:
        os.close(descriptor)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ValueError(
            f"another command is at work in {directory}: wait for it, or give "
            f"another --output"
        ) from None
    _held[place] = descriptor


def release() -> None:
    """Lets go of all that this process holds."""
    while _held:
        os.close(_held.popitem()[1])


def _check_ours(old: pathlib.Path, new: pathlib.Path) -> None:
    there = _files(old)
    if there == _files(new):  # Made by the same command, without a manifest.
        return
    ours = _listed(old)
    foreign = [name for name in there if name not in ours]
    if foreign:
        raise FileExistsError(
            f"{old} is not replaced, as tflm did not write {foreign[0]} in it: "
            f"move that away or give another --output"
        )


def _files(directory: pathlib.Path) -> list[str]:
    """Returns what is in a directory, by paths in it; links are not followed.

    Of its directories, those are told that are empty or links.
    """
    found = []
    for place, folders, names in os.walk(directory):
        links = [f for f in folders if os.path.islink(os.path.join(place, f))]
        if not folders and not names and place != str(directory):
            names = ["."]
        found += [
            os.path.normpath(os.path.relpath(os.path.join(place, n), directory))
            for n in (*names, *links)
        ]
    return sorted(found)


def _listed(directory: pathlib.Path) -> set[str]:
    """Returns a bundle's manifest and what it names, nothing without one."""
    try:
        manifest = json_files.read(directory / _MANIFEST, dict[str, Any])
        named = json_files.convert(manifest.get("files"), "", dict[str, Any])
        return {_MANIFEST, *named}
    except (OSError, ValueError):
        return set()


def _replace(old: pathlib.Path, new: pathlib.Path) -> None:
    """Puts `new` in the place of `old`, which is removed."""
    if _swap(old, new):
        shutil.rmtree(new)
        return
    # Of another name than temporary ones: whoever is killed before the new one
    # is in its place leaves the old one.
    aside = pathlib.Path(tempfile.mkdtemp(prefix=_ASIDE, dir=old.parent))
    old.rename(aside)  # Which is empty, and so may be replaced.
    try:
        new.rename(old)
    except BaseException:
        aside.rename(old)
        raise
    shutil.rmtree(aside)


def _swap(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Swaps two directories at once; tells whether the system can do that."""
    try:
        rename = ctypes.CDLL(None).renameat2  # Of Linux alone.
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    paths = os.fsencode(one), os.fsencode(other)
    return rename(here, paths[0], here, paths[1], exchange) == 0
