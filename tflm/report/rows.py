"""What was measured of files, as rows: kept as JSON, read as a table."""

import dataclasses
import json
import math
import zlib
from collections.abc import Sequence
from typing import Any

from tflm import files, json_files


@dataclasses.dataclass(frozen=True)
class Row:
    """One model, as a file.

    Attributes:
        name: what people call it, such as `LowRank(rank=64) + int8`.
        recipe: methods and format, as text that can be parsed again.
        bytes: size of the file.
        zip_bytes: its size inside an archive; see the function of that name.
            None where only its time was measured.
        parameters: weights of the model; None where nobody counted.
        sparse_bytes: size of the file if each zero among its weights took a
            bit, as `tflite.sparse_size` counts it; None where nobody counted.
        quality: fields of `evaluation.Quality` and `evaluation.Agreement`,
            such of them as were measured.
        latency: fields of `latency.statistics.Latency` and what a benchmark
            adds to them, or nothing.
        provenance: what `provenance.provenance` returned, and the `split` of
            the text that it was scored on if that is not `test`.
        file_sha256: of the file, in hexadecimal; it tells which rows and
            times are of one file.
        examples: typed text to what the file suggests after it.
        micronet: score of the file in the MicroNet challenge, as
            `tflite.flatbuffer.micronet` counts it; None where nobody did.

    Raises:
        ValueError: a field is of another type, a score or a time is not a
            finite number, or the name is not one line of text.
    """

    name: str
    recipe: str
    bytes: int
    zip_bytes: int | None
    parameters: int | None = None
    quality: dict[str, float] = dataclasses.field(default_factory=dict)
    latency: dict[str, Any] = dataclasses.field(default_factory=dict)
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)
    sparse_bytes: int | None = None
    file_sha256: str = ""
    examples: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    micronet: float | None = None

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
        for typed, shown in self.examples.items():
            self._require(f"an example, {typed!r}:", shown, list)
            for word in shown:
                self._require(f"an example, {typed!r}:", word, str)

    @property
    def sha256(self) -> str:
        """That of the file, which older rows have beside its times."""
        return self.file_sha256 or self.latency.get("file_sha256", "")

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
    text = json.dumps(
        [plain(row) for row in rows],
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )
    files.write(path, text + "\n")


def plain(row: Row) -> dict[str, Any]:
    """Returns a row for JSON, without the younger fields that are empty."""
    fields = dataclasses.asdict(row)
    return {
        name: value
        for name, value in fields.items()
        if value or name not in ("file_sha256", "examples", "micronet")
    }


def load_rows(path: files.Path) -> list[Row]:
    """Reads rows that `save_rows` wrote, or a command has printed as `rows`.

    Raises:
        OSError: there is no such file.
        ValueError: it is not JSON, or holds something else.
    """
    try:
        found = json_files.read(path, Any, has_nan=True)
        rows = found.get("rows") if isinstance(found, dict) else found
        rows = json_files.convert(rows, "rows", list[Any])
        for k, row in enumerate(rows):
            json_files.convert(row, f"rows[{k}]", Row)
        return [Row(**row) for row in rows]  # Whole numbers stay such.
    except ValueError as error:
        raise ValueError(
            f"{path} holds no results: {error}; measure again to replace it"
        ) from None
