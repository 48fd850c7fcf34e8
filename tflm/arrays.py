"""Archives of NumPy arrays, after a look at what they would unpack to."""

import contextlib
import zipfile
from collections.abc import Iterator

import numpy as np

from tflm import files

_FREE_BYTES = 2**26
_MOST_RATIO = 100  # Weights shrink by less, unless all of them are zeros.


@contextlib.contextmanager
def opened(path: files.Path) -> Iterator[np.lib.npyio.NpzFile]:
    """Yields the arrays of an `.npz` file by name; nothing is unpickled.

    Each is read when it is asked for.

    Raises:
        OSError: there is no such file.
        ValueError: it is no file, or no such archive, or would unpack to far
            more than an archive of weights does.
    """
    files.check(path, most=2**40)  # Of a run with all that it remembers.
    with open(path, "rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError("it is no archive of arrays")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            size = file.seek(0, 2)
            _check_size(arrays.zip, _FREE_BYTES + _MOST_RATIO * size)
            yield arrays


def _check_size(archive: zipfile.ZipFile, most: int) -> None:
    # No more is ever read of a member than it says here.
    size = sum(member.file_size for member in archive.infolist())
    if size > most:
        raise ValueError(f"it unpacks to {size} bytes, which no weights do")
