"""Files that are either whole or not there."""

import contextlib
import hashlib
import os
import pathlib
import stat
from collections.abc import Iterator
from typing import BinaryIO

from tflm import temporary

Path = str | os.PathLike[str]

MOST_BYTES = 2**31  # What a .tflite file can hold.


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Yields a binary file that becomes `path` when the block ends well.

    It is written beside `path`, flushed, synced and renamed, so that a reader
    sees the old content or the new and a crash leaves nothing half-written.
    A device or a pipe has no old content: it is written as it is.

    Raises:
        OSError: the directory is missing, full or read-only.
    """
    is_stream = os.path.exists(path) and not os.path.isfile(path)
    try:
        with open(path, "wb") if is_stream else _beside(path) as file:
            yield file
            file.flush()
    except OSError as error:
        if error.errno and not error.filename:
            error.filename = str(path)  # A full disk does not say which file.
        raise


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """Yields a file that takes the place of `path` when the block ends well."""
    place = pathlib.Path(os.path.realpath(path))  # Links stay what they are.
    with contextlib.ExitStack() as stack:
        try:
            made = stack.enter_context(temporary.file(place.parent))
        except OSError as error:
            error.filename = str(path)  # It would name the temporary file.
            raise
        with open(made, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(made, 0o666 & ~_umask())  # Temporary ones are private.
        os.replace(made, place)


def write(path: Path, content: bytes | str) -> None:
    """Writes `content` (text as UTF-8) to `path`, atomically.

    Raises:
        OSError: the directory is missing, full or read-only.
    """
    data = content.encode() if isinstance(content, str) else content
    with writing(path) as file:
        file.write(data)


def check(path: Path, most: int = MOST_BYTES) -> None:
    """Refuses what is no file, before it is opened, or is too large.

    A pipe would wait for a writer, and a device may never end.

    Raises:
        OSError: there is nothing there, or it cannot be looked at.
        ValueError: it is no regular file, or has more than `most` bytes.
    """
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        what = _KINDS.get(stat.S_IFMT(found.st_mode), "no regular file")
        raise ValueError(f"{path} is {what}: give a file")
    if found.st_size > most:
        raise ValueError(
            f"{path} has {found.st_size} bytes, and at most {most} are read: "
            f"give a smaller file"
        )


_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read(path: Path, most: int = MOST_BYTES) -> bytes:
    """Returns the content of a file, after `check`, which takes the same.

    Raises:
        OSError: as `check`, or it cannot be read.
        ValueError: as `check`.
    """
    check(path, most)
    with open(path, "rb") as file:
        return file.read(most)


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """Returns the text of a UTF-8 file, as `read` its bytes.

    Raises:
        OSError, ValueError: as `read`, or it is no UTF-8.
    """
    try:
        return read(path, most).decode()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}"
        ) from None


def sha256(path: Path, most: int = MOST_BYTES) -> str:
    """Returns the SHA-256 of a file, in hexadecimal, after `check`.

    Raises:
        OSError, ValueError: as `check`.
    """
    check(path, most)
    with open(path, "rb") as file:
        return sha256_of(file)


def sha256_of(file: BinaryIO) -> str:
    """Returns the SHA-256 of what is left of an open file, in hexadecimal."""
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
