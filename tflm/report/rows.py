"""What was measured of files, as rows: kept as JSON, read as a table."""

import dataclasses
import json
import math
import pathlib
import zlib
from collections.abc import Sequence
from typing import Any

from tflm import files
from tflm.latency.results import Measurement


@dataclasses.dataclass(frozen=True)
class Row:
    """One model, as a file.

    Attributes:
        name: what people call it, such as `LowRank(rank=64) + int8`.
        recipe: methods and format, as text that can be parsed again.
        bytes: size of the file.
        zip_bytes: its size inside an archive; see the function of that name.
        parameters: weights of the model; None where nobody counted.
        sparse_bytes: size of the file if each zero among its weights took a
            bit, as `tflite.sparse_size` counts it; None where nobody counted.
        quality: fields of `evaluation.Quality` and `evaluation.Agreement`,
            such of them as were measured.
        latency: fields of `latency.statistics.Latency` and what a benchmark
            adds to them, or nothing.
        provenance: what `provenance.provenance` returned.

    Raises:
        ValueError: a field is of another type, a score or a time is not a
            finite number, or the name is not one line of text.
    """

    name: str
    recipe: str
    bytes: int
    zip_bytes: int
    parameters: int | None = None
    quality: dict[str, float] = dataclasses.field(default_factory=dict)
    latency: dict[str, Any] = dataclasses.field(default_factory=dict)
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)
    sparse_bytes: int | None = None

    def __post_init__(self):
        for field in dataclasses.fields(self):
            kind = getattr(field.type, "__origin__", field.type)
            self._require(field.name, getattr(self, field.name), kind)
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError(f"a row is called {self.name!r}: give it a name")
        times = {k: v for k, v in self.latency.items() if k.endswith("_ms")}
        for name, value in (self.quality | times).items():
            self._require(name, value, int | float)
            if not math.isfinite(value):
                raise ValueError(f"row {self.name!r} has {name} {value}")

    def _require(self, name: str, value: Any, kind: Any) -> None:
        if not isinstance(value, kind):
            expected = getattr(kind, "__name__", kind)
            raise ValueError(
                f"row {self.name!r} has {name} {value!r}, not {expected}"
            )


def zip_bytes(data: bytes) -> int:
    """Returns the size of `data` in an archive, as APKs and downloads have it.

    It is deflated at level 9, and the archive's own names are not counted.
    """
    return len(zlib.compress(data, 9))


def save_rows(rows: Sequence[Row], path: files.Path) -> None:
    """Writes rows as JSON, whole or not at all."""
    plain = [dataclasses.asdict(row) for row in rows]
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    files.write(path, text + "\n")


def load_rows(path: files.Path) -> list[Row]:
    """Reads rows that `save_rows` wrote.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or holds something else.
    """
    text = pathlib.Path(path).read_bytes()
    try:
        return [Row(**row) for row in json.loads(text)]
    except (RecursionError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} holds no results: {error}; measure again to replace it"
        ) from error


def with_latency(
    rows: Sequence[Row], measured: Sequence[Measurement]
) -> list[Row]:
    """Returns the rows with their times on other devices.

    A row whose file was measured on several devices is there for each, with
    the device in its name; one whose file was not has no times.
    """
    found = []
    for row in rows:
        sha256 = row.latency.get("file_sha256")
        same = [m for m in measured if m.latency.file_sha256 == sha256]
        if not same:
            found.append(dataclasses.replace(row, latency={}))
        for each in same:
            took = dataclasses.asdict(each.latency) | {"device": each.device}
            name = f"{row.name}, {each.device}" if same[1:] else row.name
            found.append(dataclasses.replace(row, name=name, latency=took))
    return found
