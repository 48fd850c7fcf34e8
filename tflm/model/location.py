"""Where a model is: what a path must be before anything is read from it."""

import pathlib

from tflm import files

KERAS = (".keras", ".h5", ".hdf5")
_SAVED_MODEL = "saved_model.pb"


def is_foreign(path: files.Path) -> bool:
    """Tells whether a path is one of another tool's model."""
    path = pathlib.Path(path)
    return path.suffix in KERAS or (path / _SAVED_MODEL).exists()


def check(path: files.Path, words: files.Path | None = None) -> None:
    """Refuses a path that holds no model, at once.

    Args:
        path: a directory, or a `.keras` or `.h5` file.
        words: the vocabulary file of the latter.

    Raises:
        ValueError: there is none, or a Keras model has no vocabulary.
    """
    path = pathlib.Path(path)
    if not is_foreign(path):
        if not (path / "model.npz").exists():
            raise ValueError(
                f"{path} holds no model: give a directory that tflm train or "
                f"tflm compress wrote, or a .keras file"
            )
        return
    if words is None:
        raise no_words(path)
    for file in (path, pathlib.Path(words)):
        if not file.exists():
            raise ValueError(f"{file} is missing: give a file that exists")


def no_words(path: files.Path) -> ValueError:
    """Returns the error of a model that has no vocabulary."""
    return ValueError(
        f"{path} has no vocabulary: give --vocabulary, a file with one word a "
        f"line in the order of its ids"
    )
