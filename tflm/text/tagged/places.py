"""Which files a corpus with labels has, and which of them is for what."""

import os
import pathlib
import re

from tflm.text.splits import SPLITS, Split
from tflm.text.tagged import rows

_CALLED: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "dev": "valid",
    "development": "valid",
    "testa": "valid",  # So CoNLL-2003 has it.
    "val": "valid",
    "valid": "valid",
    "validation": "valid",
    "test": "test",
    "testb": "test",
}


def find(where: str) -> dict[Split, pathlib.Path]:
    """Returns the files of a corpus by their splits, `train` first.

    Args:
        where: a file, a folder, or how the names of files begin; or several of
            those with commas between them. Names say the splits; a file alone
            that names none is all there is, and counts as `train`.

    Raises:
        ValueError: there is no such file, no name tells what it is for, or two
            are for the same.
    """
    found: dict[Split, pathlib.Path] = {}
    places = [where] if pathlib.Path(where).exists() else where.split(",")
    for place in places:
        paths = _candidates(place)
        named = [path for path in paths if _split(path)]
        if not named and len(paths) * len(places) > 1:
            raise ValueError(
                f"{place}: no file has train, valid or test in its name; "
                f"rename them, or give one file"
            )
        for path in named or paths:
            split = _split(path) or "train"
            if split in found:
                raise ValueError(
                    f"{found[split]} and {path} are both for {split}; give "
                    f"more of the name's beginning, or files with commas "
                    f"between them"
                )
            found[split] = path
    return {split: found[split] for split in SPLITS if split in found}


def read_files(path: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """Returns the files that are read for a file: itself, and of labels.

    Raises:
        ValueError: one is missing or empty.
    """
    files = (path, rows.partner(path)) if is_parallel(path) else (path,)
    for file in files:
        if not file.is_file():
            raise ValueError(
                f"{file} is missing, the labels of {path.name}; put it there"
            )
        if file.stat().st_size == 0:
            raise ValueError(f"{file} is empty; give words and their labels")
    return files


def is_parallel(path: pathlib.Path) -> bool:
    """Tells a file of words that has its labels in another one."""
    return path.name.endswith("seq.in")


def _candidates(place: str) -> list[pathlib.Path]:
    path = pathlib.Path(place)
    if path.is_file():
        return [path]
    folder, beginning = (
        (path, "") if path.is_dir() else (path.parent, path.name)
    )
    files = [p for p in folder.glob("*") if p.is_file()]
    files += folder.glob("*/seq.in")
    files = [p for p in files if _name(p, folder).startswith(beginning)]
    # ewt. is meant by ewt, where ewt-2. is there too.
    whole = [p for p in files if _name(p, folder).startswith(f"{beginning}.")]
    files = (beginning and whole) or files
    files = [p for p in files if not p.name.startswith(".")]
    files = [p for p in files if is_parallel(p)] or files
    if not place or not files:
        raise ValueError(
            f"{place!r}: no such file or folder, and no file begins so; give "
            f"conll:PATH or conll:PATH:COLUMN"
        )
    return sorted(files)


def _name(path: pathlib.Path, folder: pathlib.Path) -> str:
    return os.fspath(path.relative_to(folder))


def _split(path: pathlib.Path) -> Split | None:
    """Returns what a name is for: of several such words the last tells."""
    name = path.parent.name if path.name == "seq.in" else path.name
    words = re.split(r"[^a-z]+", name.lower())
    return next((_CALLED[w] for w in reversed(words) if w in _CALLED), None)
