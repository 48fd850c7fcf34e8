"""What a report takes of the commands' JSON, and what it refuses."""

import dataclasses
import json
import pathlib

import pytest

from tests.command import run_here
from tests.results_test import FOUND
from tests.rows import ROWS, row
from tflm.latency import results
from tflm.report import documents
from tflm.report.rows import plain, save_rows

RESULTS = pathlib.Path(__file__).parents[1] / "results"
SHA256 = FOUND[0].latency.file_sha256
HISTORY = [{"epoch": 1.0, "valid_perplexity": 90.0}]


def write(path, document):
    path.write_text(json.dumps(document))
    return path


def test_rows_are_taken_as_a_list_and_as_what_a_command_prints(tmp_path):
    save_rows(ROWS, tmp_path / "rows.json")
    printed = {"bundle": "x", "rows": [plain(row) for row in ROWS]}
    write(tmp_path / "printed.json", printed)
    for name in ("rows.json", "printed.json"):
        assert documents.read([tmp_path / name]).rows == ROWS


def test_times_are_joined_to_the_file_that_they_are_of(tmp_path):
    times = write(tmp_path / "times.json", results.document(FOUND[:1], "x"))
    scored = row("mine", 1, 90.0, file_sha256=SHA256)
    save_rows([scored], tmp_path / "rows.json")
    for paths in (
        [tmp_path / "rows.json", times],
        [times, tmp_path / "rows.json"],
    ):
        [found] = documents.read(paths).rows
        assert found.name == "mine"
        assert found.latency["p50_ms"] == FOUND[0].latency.p50_ms


def test_times_alone_are_rows(tmp_path):
    times = write(tmp_path / "times.json", results.document(FOUND, "x"))
    found = documents.read([times]).rows
    assert [each.name for each in found] == [
        *("a, host", "b, host", "b, adb:7X")
    ]
    assert found[0].zip_bytes is None


def test_a_directory_gives_its_rows_and_its_training(tmp_path):
    for part in ("small/checkpoints", "large/checkpoints/0-Prune"):
        (tmp_path / part).mkdir(parents=True)
        write(tmp_path / part / "progress.json", {"history": HISTORY})
    save_rows(ROWS, tmp_path / "rows.json")
    found = documents.read([tmp_path])
    assert found.rows == ROWS
    assert [each.name for each in found.curves] == ["0-Prune", "small"]


def test_a_directory_gives_the_rows_and_runs_of_those_below_it(tmp_path):
    for part in ("small", "large"):
        place = tmp_path / part / "checkpoints" / "fit-0"
        place.mkdir(parents=True)
        write(place / "progress.json", {"history": HISTORY})
        save_rows([row("LSTM", 1, 90.0)], tmp_path / part / "rows.json")
    found = documents.read([tmp_path])
    names = [each.name for each in found.rows]
    assert names == ["large: LSTM", "small: LSTM"]
    assert [each.name for each in found.curves] == [
        "large/fit-0",
        "small/fit-0",
    ]


def test_documents_called_the_same_are_named_after_their_directories(tmp_path):
    paths = [tmp_path / part / "fits/rows.json" for part in "ab"]
    for path in paths:
        path.parent.mkdir(parents=True)
        save_rows([row("LSTM", 1, 90.0)], path)
    found = documents.read(paths).rows
    assert [each.name for each in found] == ["a/fits: LSTM", "b/fits: LSTM"]


def test_a_run_is_called_as_its_directory_also_from_within(
    tmp_path, monkeypatch
):
    (tmp_path / "mine" / "checkpoints").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mine")
    write(pathlib.Path("progress.json"), {"history": HISTORY})
    [curve] = documents.read(["."]).curves
    assert curve.name == "mine"
    pathlib.Path("progress.json").rename("checkpoints/progress.json")
    [curve] = documents.read(["."]).curves
    assert curve.name == "mine"


def test_training_and_matrices_are_taken(tmp_path):
    train = write(tmp_path / "t.json", {"name": "small", "history": HISTORY})
    tensors = [{"name": "a", "shape": [9], "dtype": "INT8", "bytes": 90}]
    inspected = {"name": "x.tflite", "bytes": 100, "tensors": tensors}
    matrices = write(tmp_path / "m.json", inspected)
    found = documents.read([train, matrices])
    assert [each.name for each in found.curves] == ["small"]
    assert [each.bytes for each in found.matrices["x.tflite"]] == [90, 10]


@pytest.mark.parametrize(
    "document, cure",
    [
        ({"parameters_before": 3, "parameters": 2}, "tflm export makes one"),
        ({"train": {}, "valid": {}, "test": {}}, "tflm evaluate scores one"),
        ({"command": "x", "results": []}, "tflm benchmark"),
        ({"something": 3}, "--json"),
        (3, "--json"),
        ({"rows": 3}, "measure again"),
        ({"history": []}, "train on"),
        ({"tensors": 3}, "tflm inspect"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused_with_its_cure(document, cure, tmp_path):
    path = write(tmp_path / "x.json", document)
    with pytest.raises(ValueError, match=cure) as error:
        documents.read([path])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name",
    ["growth.json", "training.json", "../tflm/experiment/ptb_published.json"],
)
def test_other_files_of_results_are_refused(name):
    with pytest.raises(ValueError, match="holds no results"):
        documents.read([RESULTS / name])


def test_a_directory_without_results_is_refused(tmp_path):
    with pytest.raises(ValueError, match="neither rows.json nor progress"):
        documents.read([tmp_path])


def test_texts_are_told_apart_on_standard_error(tmp_path, capsys):
    rows = [
        row(name, 1, 90.0, provenance={"corpus": name}) for name in ("x", "y")
    ]
    save_rows(rows, tmp_path / "rows.json")
    assert run_here("report", tmp_path / "rows.json") == 0
    shown = capsys.readouterr()
    assert "not compared, as texts differ" in shown.err
    assert shown.out.count("file ") == 2


def test_latency_says_what_it_has_no_row_and_no_time_for(tmp_path, capsys):
    times = write(tmp_path / "times.json", results.document(FOUND[:1], "x"))
    own = {"file_sha256": "9", "p50_ms": 7.0}
    save_rows([row("mine", 1, 90.0, latency=own)], tmp_path / "rows.json")
    assert run_here("report", tmp_path / "rows.json", "--latency", times) == 0
    shown = capsys.readouterr()
    assert "no times of mine" in shown.err
    assert "times of a, of which there is no row" in shown.err
    assert "7.000" in shown.out


def test_nothing_to_plot_is_one_line_and_exit_code_two(tmp_path, capsys):
    unscored = dataclasses.replace(ROWS[0], quality={})
    save_rows([unscored], tmp_path / "rows.json")
    page = tmp_path / "page.html"
    assert run_here("report", tmp_path / "rows.json", "--output", page) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not page.exists()
