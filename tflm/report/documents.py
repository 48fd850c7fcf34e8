"""What commands print with --json, as a report takes it."""

import dataclasses
import os
import pathlib
from collections.abc import Iterator, Sequence
from typing import Any

from tflm import files, json_files
from tflm.latency import results
from tflm.latency.results import Measurement
from tflm.report import joining
from tflm.report.curves import Curve, numbered
from tflm.report.matrices import Matrix
from tflm.report.places import Place, told_apart
from tflm.report.rows import Row, load_rows

_MAKERS = "tflm evaluate, export and benchmark print some with --json"
# What other commands print, by a field of it, and why it has no place here.
_OTHERS = {
    "parameters_before": "a compressed model, of which no file was measured: "
    "tflm export makes one, give what it prints with --json",
    "valid": "counts of a text, not of a model: tflm evaluate scores one on "
    "it, give what it prints with --json",
    "points": "times of benchmarks.growth, which draws them itself",
}


@dataclasses.dataclass(frozen=True)
class Found:
    """What was found in files.

    Attributes:
        rows: the files that were measured, one for what is of one file.
        curves: training runs.
        matrices: those of each model or file, by its name.
    """

    rows: list[Row]
    curves: list[Curve]
    matrices: dict[str, list[Matrix]]


def read(paths: Sequence[files.Path]) -> Found:
    """Returns all that JSON files, or directories of models, hold.

    Times are joined to the rows of the same file; what has no row gets one.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or nothing that can be reported.
    """
    rows: list[tuple[Place, list[Row]]] = []
    measured: list[Measurement] = []
    curves: list[Curve] = []
    matrices: dict[str, list[Matrix]] = {}
    for path in _files(paths):
        found = _load(path)
        if isinstance(found, list) or "rows" in found:
            rows.append((_document(path), load_rows(path)))
        elif "results" in found:
            measured += _measurements(path)
        elif "history" in found:
            *above, name = _place(path, found)
            curves.append(Curve.read(name, found, tuple(above)))
        elif "matrices" in found or "tensors" in found:
            with json_files.within(path):
                matrices[_place(path, found)[-1]] = Matrix.read_all(found)
        else:
            raise ValueError(f"{path} holds no results: {_what(found)}")
    names = told_apart([place for place, _ in rows])
    joined = joining.join([*zip(names, (r for _, r in rows), strict=True)])
    _, others = joining.unmatched(joined, measured)
    joined = joining.with_latency(joined, measured)
    joined += joining.timed_rows(others)
    return Found(joined, numbered(curves), matrices)


def _files(paths: Sequence[files.Path]) -> Iterator[pathlib.Path]:
    """Yields the files, and of a directory those that a run has left."""
    for path in map(pathlib.Path, paths):
        if not path.is_dir():
            yield path
            continue
        left = sorted(path.rglob("rows.json"))
        left += [each for each in [path / "matrices.json"] if each.exists()]
        left += sorted(path.rglob("progress.json"))
        if not left:
            raise ValueError(
                f"{path} has neither rows.json nor progress.json: give a "
                "directory that tflm train, compress or demo has written"
            )
        yield from left


def _load(path: pathlib.Path) -> list | dict[str, Any]:
    try:
        found = json_files.read(path, Any, has_nan=True)
    except ValueError as error:
        raise ValueError(
            f"{path} holds no results ({error}); {_MAKERS}"
        ) from None
    if not isinstance(found, list | dict):
        raise ValueError(f"{path} holds no results, but {found!r}; {_MAKERS}")
    return found


def _measurements(path: pathlib.Path) -> list[Measurement]:
    found = results.load(path)
    if not found:
        raise ValueError(
            f"{path} holds no times: an emulated processor gives none, tflm "
            "benchmark on this machine or a phone does"
        )
    return found


def _place(path: pathlib.Path, found: dict[str, Any]) -> Place:
    """Returns what a run or a model is called, after where it lies.

    It is called as it says, or else as its directory or the file.
    """
    parts = _whole(path).parts[:-1]
    above = tuple(part for part in parts if part != "checkpoints")
    if name := found.get("name"):
        return *above, str(name)
    if path.name not in ("progress.json", "matrices.json"):
        return *above, path.stem
    return above


def _document(path: pathlib.Path) -> Place:
    """Returns what a document of rows is called, after where it lies."""
    above = _whole(path).parts[:-1]
    return above if path.name == "rows.json" else (*above, path.stem)


def _whole(path: pathlib.Path) -> pathlib.Path:
    """Returns a path with the names of all directories, links as given."""
    return pathlib.Path(os.path.abspath(path))


def _what(found: dict[str, Any]) -> str:
    for field, what in _OTHERS.items():
        if field in found:
            return f"it is {what}"
    return _MAKERS
