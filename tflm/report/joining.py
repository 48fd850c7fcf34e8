"""What several commands have measured of one file, as one row."""

import dataclasses
from collections.abc import Sequence

from tflm.latency.results import Measurement
from tflm.report.comparable import text_of
from tflm.report.rows import Row


def join(documents: Sequence[tuple[str, Sequence[Row]]]) -> list[Row]:
    """Returns the rows of several documents, one for what is of one file.

    A row of a later document completes that of the same file before it, if
    both were scored on the same text, or one was not scored. Nothing that the
    first has is replaced. Rows of several documents that are called the same
    get the names of their documents before theirs.

    Args:
        documents: the name of each, and its rows.
    """
    found: list[tuple[str, Row]] = []
    for name, rows in documents:
        others = []
        for row in rows:
            places = [i for i, (_, r) in enumerate(found) if _same(r, row)]
            for i in places:
                found[i] = found[i][0], _completed(found[i][1], row)
            if not places:
                others.append((name, row))
        found += others
    users: dict[str, set[str]] = {}
    for name, row in found:
        users.setdefault(row.name, set()).add(name)
    return [
        dataclasses.replace(row, name=f"{name}: {row.name}")
        if len(users[row.name]) > 1
        else row
        for name, row in found
    ]


def _same(row: Row, other: Row) -> bool:
    if not row.sha256 or row.sha256 != other.sha256:
        return False
    return not (row.quality and other.quality) or text_of(row) == text_of(other)


def _completed(row: Row, by: Row) -> Row:
    """Returns a row with what `by` has and it has not."""
    missing = {
        field.name: getattr(by, field.name)
        for field in dataclasses.fields(Row)
        if getattr(row, field.name) in (None, "", {})
    }
    filled = dataclasses.replace(row, **missing)
    provenance = row.provenance if row.quality else by.provenance
    return dataclasses.replace(
        filled,
        quality=by.quality | row.quality,
        examples=by.examples | row.examples,
        provenance=provenance or row.provenance,
    )


def with_latency(
    rows: Sequence[Row], measured: Sequence[Measurement]
) -> list[Row]:
    """Returns the rows with their times on other devices.

    A row whose file was measured on several devices is there for each, with
    the device in its name; one whose file was not keeps the times it has.
    """
    found = []
    for row in rows:
        same = [m for m in measured if m.latency.file_sha256 == row.sha256]
        if not row.sha256 or not same:
            found.append(row)
            continue
        for each in same:
            name = f"{row.name}, {each.device}" if same[1:] else row.name
            took = _took(each)
            found.append(dataclasses.replace(row, name=name, latency=took))
    return found


def unmatched(
    rows: Sequence[Row], measured: Sequence[Measurement]
) -> tuple[list[Row], list[Measurement]]:
    """Returns the rows without a measurement, and those without a row."""
    timed = {each.latency.file_sha256 for each in measured}
    known = {row.sha256 for row in rows if row.sha256}
    return (
        [row for row in rows if row.sha256 not in timed],
        [each for each in measured if each.latency.file_sha256 not in known],
    )


def timed_rows(measured: Sequence[Measurement]) -> list[Row]:
    """Returns a row for each measurement, which has a size and times alone."""
    several = len({each.device for each in measured}) > 1
    return [
        Row(
            name=f"{each.model}, {each.device}" if several else each.model,
            recipe="",
            bytes=each.latency.file_bytes,
            zip_bytes=None,
            latency=_took(each),
            file_sha256=each.latency.file_sha256,
        )
        for each in measured
    ]


def _took(measurement: Measurement) -> dict:
    took = dataclasses.asdict(measurement.latency)
    return took | {"device": measurement.device}
