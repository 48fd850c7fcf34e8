"""What is kept of measured files, and what the tables say of them."""

import dataclasses
import pathlib
import zlib

import numpy as np
import pytest

from tests.rows import ROWS, row
from tflm.latency.results import Measurement
from tflm.latency.statistics import Latency
from tflm.report import comparable
from tflm.report.columns import COLUMNS, PAGE
from tflm.report.joining import join, unmatched, with_latency
from tflm.report.pareto import pareto_front
from tflm.report.rows import load_rows, save_rows, zip_bytes
from tflm.report.text_table import markdown
from tflm.report.text_table import table as rows_table

RESULTS = pathlib.Path(__file__).parents[1] / "results"
RECORDED = sorted(  # Tables; other programs write objects.
    path
    for path in RESULTS.rglob("*.json")
    if path.read_text("utf-8").startswith("[")
)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_rows_survive_saving(tmp_path):
    save_rows(ROWS, tmp_path / "rows.json")
    assert load_rows(tmp_path / "rows.json") == ROWS


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_rows_are_saved_as_they_were(path, tmp_path):
    save_rows(load_rows(path), tmp_path / "rows.json")
    uncounted = ',\n    "sparse_bytes": null'  # Rows from before have none.
    saved, recorded = (
        each.read_text("utf-8").replace(uncounted, "")
        for each in (tmp_path / "rows.json", path)
    )
    assert saved == recorded


def test_saving_leaves_nothing_but_the_file(tmp_path):
    save_rows(ROWS[:2], tmp_path / "rows.json")
    save_rows(ROWS, tmp_path / "rows.json")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\xff",
        "3",
        "[3]",
        '["a"]',
        '{"name": "a"}',
        '[{"name": "a"}]',
        "[" * 100_000,
        '[{"name": "a", "recipe": "", "bytes": 1, "zip_bytes": 1, "x": 1}]',
        '[{"name": "a", "recipe": "", "bytes": "1", "zip_bytes": 1}]',
        '[{"name": "a\\nb", "recipe": "", "bytes": 1, "zip_bytes": 1}]',
    ],
)
def test_other_files_are_an_error_of_one_line(text, tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match="rows.json holds no results") as error:
        load_rows(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"perplexity": float("nan")},
        {"perplexity": float("inf")},
        {"quality": {"recall_at_1": "12 %"}},
        {"latency": {"p50_ms": "fast"}},
        {"latency": None},
        {"parameters": 1.5},
        {"sparse_bytes": "few"},
        {"name": " "},
        {"examples": {"see you": "later"}},
        {"examples": {"see you": [3]}},
    ],
)
def test_a_row_refuses_what_is_no_measurement(fields):
    with pytest.raises(ValueError, match="row"):
        row(**fields)


def test_table_has_units_that_people_read():
    quality = {
        "perplexity": 98.126,
        "recall_at_1": 0.1724,
        "recall_at_3": 0.3,
        "keystroke_savings_3": 0.4449,
        "top1_agreement": 1.0,
    }
    latency = {"p50_ms": 0.03049, "p95_ms": 2}
    measured = row("x", 1.5594, parameters=1_410_000)
    measured = dataclasses.replace(measured, quality=quality, latency=latency)
    head, _, line = map(cells, markdown([measured]).splitlines())
    assert dict(zip(head, line, strict=True)) == {
        "file": "x",
        "MB": "1.559",
        "zip MB": "1.403",
        "parameters": "1,410,000",
        "perplexity": "98.13",
        "recall@1": "17.2%",
        "recall@3": "30.0%",
        "saved@3": "44.5%",
        "same@1": "100.0%",
        "p50 ms": "0.030",
        "p95 ms": "2.000",
    }


def test_what_is_missing_is_a_dash():
    line = cells(markdown([row("stock")]).splitlines()[-1])
    assert line == ["stock", "1.000", "0.900", *["–"] * 8]


def test_a_column_that_nobody_filled_is_left_out():
    counted = dataclasses.replace(row("pruned"), sparse_bytes=450_000)
    head, _, first, second = map(
        cells, markdown([row("dense"), counted]).splitlines()
    )
    where = head.index("sparse MB")
    assert [first[where], second[where]] == ["–", "0.450"]
    optional = [c for c in COLUMNS.values() if c.is_optional]
    assert len(first) == len(head) == len(COLUMNS) + 2 - len(optional)
    assert "sparse MB" not in rows_table([row("dense")])


def test_quality_that_newer_files_have_has_its_columns():
    quality = {"perplexity": 9.0, "known_share": 0.953, "word_recall_at_3": 0.2}
    head, _, line = map(
        cells, markdown([row("a", quality=quality)]).splitlines()
    )
    shown = dict(zip(head, line, strict=True))
    assert (shown["known"], shown["words@3"]) == ("95.3%", "20.0%")
    assert "words@1" not in head


def test_every_column_says_what_it_is():
    assert all(column.meaning.endswith(".") for column in PAGE.values())
    assert COLUMNS.items() <= PAGE.items()


def test_younger_fields_survive_saving_and_are_not_written_empty(tmp_path):
    path = tmp_path / "rows.json"
    rows = [row("a", examples={"see you": ["at"]}, file_sha256="1"), row("b")]
    save_rows(rows, path)
    assert load_rows(path) == rows
    assert path.read_text().count("examples") == 1


def test_wide_and_combining_characters_are_aligned():
    lines = rows_table([row("中文"), row("abcd"), row("नि")]).splitlines()
    assert [lines[1][:4], lines[2][:6], lines[3][:6]] == [
        "中文  ",
        "abcd  ",
        "नि    ",
    ]


def test_results_of_before_a_size_was_counted_still_load(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[{"name": "a", "recipe": "", "bytes": 1, "zip_bytes": 1}]')
    assert load_rows(path)[0].sparse_bytes is None


def test_tables_keep_the_order_of_the_rows():
    expected = [row.name for row in ROWS]
    text = rows_table(ROWS).splitlines()[1:]
    assert [line.split("  ")[0] for line in text] == expected
    lines = markdown(ROWS).splitlines()[2:]
    assert [cells(line)[0] for line in lines] == expected


def test_columns_of_the_text_are_aligned():
    lines = rows_table(ROWS).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_long_names_are_numbered_and_stand_below_the_table():
    long = "LowRank(rank=64, scope='softmax'), " * 8 + "int8"
    rows = [row("LSTM"), row(long), row("x" * 41), row("y" * 40), row(long)]
    lines = rows_table(rows).splitlines()
    firsts = [line.split("  ")[0] for line in lines[1:6]]
    assert firsts == ["LSTM", "(1)", "(2)", "y" * 40, "(1)"]
    assert lines[6:] == ["", f"(1) {long}", f"(2) {'x' * 41}"]
    assert long in markdown(rows)


def test_markdown_escapes_bars():
    assert "| a \\| b |" in markdown([row("a | b")])


def test_pareto_front_is_what_no_other_beats():
    front = [row.name for row in pareto_front(ROWS)]
    assert front == [
        "unigram",
        "Prune(sparsity=0.5) + int8",
        "TensorTrain(rank=32) + int8",
        "LowRank(rank=64) + int4",
        "LowRank(rank=64) + int8",
        "LSTM + int8",
        "LSTM",
    ]


def test_pareto_front_agrees_with_its_definition():
    random = np.random.default_rng(0)
    rows = [
        row(f"{i}", *map(float, random.integers(1, 8, 2))) for i in range(60)
    ]
    points = [(row.bytes, row.quality["perplexity"]) for row in rows]
    expected = {
        row.name
        for row, (size, loss) in zip(rows, points, strict=True)
        if not any(
            s <= size and p <= loss and (s, p) != (size, loss)
            for s, p in points
        )
    }
    assert {row.name for row in pareto_front(rows)} == expected


def test_zip_bytes_are_those_of_deflate():
    data = bytes(range(256)) * 100
    assert zip_bytes(data) < len(data) / 50
    assert zip_bytes(data) == len(zlib.compress(data, 9))


@pytest.mark.parametrize("rows", [[], ROWS[-1:], ROWS[:1], [ROWS[0]] * 2])
def test_few_rows_are_printed(rows):
    assert rows_table(rows)
    assert markdown(rows)


def measured(sha256, device, milliseconds):
    names = (field.name for field in dataclasses.fields(Latency))
    took = dict.fromkeys(names, 1.0)
    took |= {"file_sha256": sha256, "p50_ms": milliseconds}
    return Measurement("file", device, Latency(**took), ())


def test_times_of_a_phone_take_the_place_of_the_hosts():
    rows = [
        row("a", latency={"file_sha256": "1", "p50_ms": 0.1}),
        row("b", latency={"file_sha256": "2", "p50_ms": 0.2}),
    ]
    a, b = with_latency(rows, [measured("1", "adb:7X", 3.0)])
    assert (a.name, a.latency["p50_ms"], a.latency["device"]) == (
        "a",
        3.0,
        "adb:7X",
    )
    assert b == rows[1]  # What it had is not lost.


def test_what_no_time_or_no_row_is_of_is_told():
    rows = [
        row("a", latency={"file_sha256": "1", "p50_ms": 0.1}),
        row("b"),
        row("c", file_sha256="3"),
    ]
    times = [measured("1", "host", 3.0), measured("9", "host", 3.0)]
    without, others = unmatched(rows, times)
    assert [each.name for each in without] == ["b", "c"]
    assert [each.latency.file_sha256 for each in others] == ["9"]


def test_what_several_commands_say_of_a_file_is_one_row():
    scored = row("a", 1, 90.0, file_sha256="1", parameters=7)
    timed = row("x", file_sha256="1", latency={"p50_ms": 2.0})
    other = row("b", 1, 80.0, file_sha256="2")
    [a, b] = join([("one", [scored, other]), ("two", [timed])])
    assert (a.name, a.quality, a.latency) == (
        "a",
        scored.quality,
        timed.latency,
    )
    assert b == other
    [late] = join([("one", [timed]), ("two", [scored])])
    assert (late.name, late.quality) == ("x", scored.quality)


def test_scores_of_another_text_stay_a_row_of_their_own():
    rows = [
        row("a", 1, 90.0, file_sha256="1", provenance={"corpus": corpus})
        for corpus in ("ptb", "chitchat")
    ]
    found = join([("one", rows[:1]), ("two", rows[1:])])
    assert [each.name for each in found] == ["one: a", "two: a"]
    assert [each.provenance for each in found] == [
        each.provenance for each in rows
    ]


@pytest.mark.parametrize(
    "one, other",
    [
        ({"corpus": "ptb"}, {"corpus": "chitchat"}),
        ({"corpus_sha256": "1" * 64}, {"corpus_sha256": "2" * 64}),
        ({"split": "test"}, {"split": "valid"}),
        ({}, {"alone": True}),
    ],
)
def test_rows_of_different_texts_are_apart(one, other):
    rows = [row("a", 1, 90.0, provenance=one)]
    rows += [row("b", 2, 80.0, provenance=other), row("unscored")]
    groups = comparable.by_text(rows)
    assert [[r.name for r in g] for g in groups.values()] == [
        ["a"],
        ["b"],
        ["unscored"],
    ]
    assert len({*groups}) == 3


def test_how_much_of_a_text_was_scored_makes_it_another():
    quality = {"perplexity": 90.0}
    rows = [
        row("a", quality=quality | {"tokens": tokens}) for tokens in (10, 20)
    ]
    assert [len(g) for g in comparable.by_text(rows).values()] == [1, 1]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_table_is_of_one_text(path):
    assert len(comparable.by_text(load_rows(path))) == 1


def test_unscored_rows_stand_with_the_only_text():
    assert [len(g) for g in comparable.by_text(ROWS).values()] == [len(ROWS)]


def test_each_of_several_devices_has_a_row():
    rows = [row("a", latency={"file_sha256": "1", "p50_ms": 0.1})]
    devices = [measured("1", "adb:7X", 3.0), measured("1", "adb:8Y", 5.0)]
    found = with_latency(rows, devices)
    assert [r.name for r in found] == ["a, adb:7X", "a, adb:8Y"]


def test_front_of_time_is_of_those_that_were_timed():
    rows = [
        row("fast", 9, 100.0, latency={"p50_ms": 1.0}),
        row("slow", 1, 100.0, latency={"p50_ms": 2.0}),
        row("good", 9, 90.0, latency={"p50_ms": 3.0}),
        row("untimed", 1, 80.0),
    ]
    front = [each.name for each in pareto_front(rows, "ms")]
    assert front == ["fast", "good"]
