"""Files of HDF5, each walked first in a process that may die of it.

Its library follows what a file says of itself: one damaged length in its heap
of strings, and it reads an attribute without an end.
"""

import contextlib
import io
from collections.abc import Iterator

import h5py

from tflm import arrays, limited


@contextlib.contextmanager
def opened(content: bytes) -> Iterator[h5py.File]:
    """Opens a file that the library of HDF5 survives.

    Args:
        content: of the file.

    Raises:
        OSError: it is no file of HDF5.
        ValueError: it died of it, or ran out of memory or time.
    """
    limited.survive(__name__, content, "the HDF5 library")
    with h5py.File(io.BytesIO(content)) as file:
        yield file


def try_out(content: bytes) -> None:
    """Reads whatever is in a file, and leaves refusing it to its reader.

    Raises:
        ValueError: its groups cannot be walked to their end.
    """
    with contextlib.suppress(OSError), h5py.File(io.BytesIO(content)) as file:
        try:
            _read("", file)
            file.visititems(_read)
        except MemoryError:
            raise
        except Exception as error:
            raise ValueError(
                f"it is damaged ({str(error)[:100]}): save the model anew"
            ) from None


def _read(name: str, item: h5py.Group | h5py.Dataset) -> None:
    for key in [*item.attrs]:
        with contextlib.suppress(OSError, TypeError, ValueError):
            item.attrs[key]
    if isinstance(item, h5py.Dataset) and is_inside(item) and fits(item):
        with contextlib.suppress(OSError, TypeError, ValueError):
            item[()]


def is_inside(dataset: h5py.Dataset) -> bool:
    """Tells whether all of a dataset is in its file."""
    return not (dataset.external or dataset.is_virtual)


def fits(dataset: h5py.Dataset) -> bool:
    """Tells whether a dataset unpacks to no more than weights do."""
    return dataset.nbytes <= arrays.most_bytes(dataset.id.get_storage_size())
