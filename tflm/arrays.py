"""Archives of NumPy arrays, after a look at what they would unpack to."""

import zipfile

import numpy as np

from tflm import files

_MOST_BYTES = 2**40  # Of a run with all that it remembers.
_FREE_BYTES = 2**26
_MOST_RATIO = 100  # Weights shrink by less, unless all of them are zeros.


def most_bytes(stored: int) -> int:
    """Returns how many bytes weights may unpack to that take so many."""
    return _FREE_BYTES + _MOST_RATIO * stored


def read(path: files.Path) -> dict[str, np.ndarray]:
    """Returns the arrays of an `.npz` file by name; nothing is unpickled.

    Raises:
        OSError: there is no such file.
        ValueError: it is no file, or no such archive, or would unpack to far
            more than an archive of weights does.
    """
    files.check(path, _MOST_BYTES)
    with open(path, "rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path} is no archive of arrays")
        most = most_bytes(file.seek(0, 2))
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as arrays:
                # No more is ever read of a member than it says here.
                size = sum(each.file_size for each in arrays.zip.infolist())
                found = {}
                if size <= most:
                    found = {name: arrays[name] for name in arrays.files}
        except Exception as error:  # Whatever zipfile, zlib or NumPy raises.
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise ValueError(f"{path} is damaged: {reason}") from None
    if size > most:
        raise ValueError(
            f"{path} unpacks to {size} bytes, which no weights do: make it "
            f"again"
        )
    for name, array in found.items():
        if not isinstance(array, np.ndarray):  # But bytes, as NumPy gives it.
            raise ValueError(f"{path} is damaged: {name} is no array")
    return found
