"""Files of text by their paths: here or elsewhere, compressed or not.

What has `://` in it is a URL, which fsspec opens: `s3://`, `gs://`, `hdfs://`
and whatever else is installed for it. It decompresses too, by the ending.
"""

import contextlib
import glob
import io
import os
import pathlib
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from tflm import files

# The endings of a compressed text that is part of a folder.
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_ENDINGS = (".txt", *(f".txt{ending}" for ending in COMPRESSED))
_BLOCK = 1 << 20
_MOST_BYTES = 2**50  # A text may be larger than memory: it is never held whole.


def found(path: str) -> list[files.Path]:
    """Returns the files of a text: itself, those of a folder or of a pattern.

    Of a folder they are those that end in `.txt`, compressed or not, in order
    of their paths.

    Raises:
        ValueError: its scheme is not known, or lacks its package; or the
            folder holds ids.
        OSError: the file system does not answer.
    """
    if is_remote(path):
        return _found_remote(path)
    place = pathlib.Path(path)
    if place.is_dir():
        _refuse_ids(place)
        every = [p for p in place.rglob("*") if p.name.endswith(_ENDINGS)]
    elif not place.exists() and glob.has_magic(path):
        every = [pathlib.Path(p) for p in glob.glob(path, recursive=True)]
    else:
        every = [place]
    return [*sorted(p for p in every if p.is_file())]


def _refuse_ids(folder: pathlib.Path) -> None:
    """Refuses what `dataset.prepare` wrote, where a vocabulary ends in .txt."""
    if all((folder / name).exists() for name in ("train.ids", "text.json")):
        raise ValueError(
            f"{folder} is a text in ids, of tflm corpus prepare: train on it "
            f"with tflm train --text={folder}, or give the text itself"
        )


def is_remote(path: files.Path) -> bool:
    """Tells whether a path is a URL."""
    return "://" in str(path)


def is_compressed(path: files.Path) -> bool:
    """Tells whether a file has to be read from its beginning."""
    return str(path).endswith(COMPRESSED)


def size(path: files.Path) -> int:
    """Returns how many bytes a file has, as it is stored.

    Raises:
        OSError: it cannot be reached.
    """
    if not is_remote(path):
        return os.stat(path).st_size
    with _answering(path):
        system, place = _system(str(path))
        return int(system.size(place) or 0)


@contextlib.contextmanager
def reading(path: files.Path) -> Iterator[BinaryIO]:
    """Yields the content of a file, decompressed.

    Raises:
        ValueError: it is damaged, or a package is missing that reads it.
        OSError: it cannot be read.
    """
    if not is_remote(path) and not is_compressed(path):
        with open(path, "rb") as file:
            yield file
        return
    with (
        _answering(path),
        _decompressed(str(path)) as file,
        io.BufferedReader(file, _BLOCK) as buffered,
    ):
        yield cast(BinaryIO, buffered)


def sha256(path: files.Path) -> str:
    """Returns the SHA-256 of a file as it is stored, in hexadecimal.

    Raises:
        ValueError: it is no regular file.
        OSError: it cannot be read.
    """
    if not is_remote(path):
        return files.sha256(path, _MOST_BYTES)
    with _answering(path):
        system, place = _system(str(path))
        with system.open(place, "rb") as file:
            return files.sha256_of(file)


@contextlib.contextmanager
def _decompressed(path: str) -> Iterator[Any]:
    """Yields what reads a file, through a decompressor if it needs one."""
    import fsspec

    if not path.endswith(".zst"):
        compression = "infer" if is_compressed(path) else None
        with fsspec.open(path, "rb", compression=compression) as file:
            yield file
        return
    # That of fsspec takes a file that is cut short for a shorter one.
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise ValueError(
            f"{path} needs pyarrow: pip install 'tflm-toolkit[ray]'"
        ) from None
    with (
        fsspec.open(path, "rb") as raw,
        pyarrow.CompressedInputStream(raw, "zstd") as file,
    ):
        yield file


def _found_remote(path: str) -> list[files.Path]:
    with _answering(path):
        system, place = _system(path)
        if system.isfile(place):
            return [path]
        if system.isdir(place):
            every = [p for p in system.find(place) if p.endswith(_ENDINGS)]
        elif glob.has_magic(place):
            every = [p for p in system.glob(place) if system.isfile(p)]
        else:
            every = []
        return [system.unstrip_protocol(p) for p in sorted(every)]


def _system(path: str) -> tuple[Any, str]:
    """Returns the file system of a URL, and the place in it."""
    from fsspec.core import url_to_fs

    try:
        return url_to_fs(path)
    except ImportError as error:  # As "Install s3fs to access S3".
        raise ValueError(f"{path}: {error}") from None
    except ValueError:
        raise ValueError(
            f"{path}: there is no file system for {path.partition('://')[0]}://"
            f"; give s3://, gs://, hdfs:// or another that fsspec knows"
        ) from None


@contextlib.contextmanager
def _answering(path: files.Path) -> Iterator[None]:
    """Says in one line what a file system or a decompressor has to say.

    Each has errors of its own, from those of `botocore` to those of `zstd`.
    """
    import lzma

    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError) as error:
        raise ValueError(f"{path} is damaged: {error}") from None
    except OSError as error:
        if error.errno is None and str(path) not in str(error):
            raise OSError(f"{path}: {error}") from None
        raise
    except (ValueError, RuntimeError, AssertionError):
        raise
    except ImportError as error:
        raise ValueError(f"{path}: {error}") from None
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise OSError(f"{path} cannot be read: {said}") from None
