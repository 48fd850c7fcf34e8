"""What is written of a measurement can be read again, by others too."""

import ast
import csv
import io
import json
import pathlib

import pytest
from ai_edge_litert.tools import benchmark_litert_model

from tflm.latency import results, statistics
from tflm.latency.results import Measurement
from tflm.latency.statistics import Latency
from tflm.report import latency_table

TOOK = statistics.statistics(range(1_000_000, 2_000_000, 10_000)) | {
    "init_ms": 5.0,
    "first_ms": 3.0,
    "warmup_runs": 20,
    "warmup_mean_ms": 1.6,
    "step_p50_ms": 1.6,
    "memory_bytes": None,
    "file_bytes": 1_234_567,
    "file_sha256": "ab" * 32,
    "threads": 1,
    "xnnpack": True,
    "cpu": "a chip",
    "cores": 8,
    "system": "Android 15 arm64-v8a",
    "runtime": "TensorFlow Lite 2.16.1",
}


def measured(model="a", device="host", slower=1.0, **fields) -> Measurement:
    times = tuple(slower * t for t in (1.0, 1.1, 1.2, 1.3, 1.4))
    return Measurement(model, device, Latency(**TOOK), times, **fields)


FOUND = [
    measured(),
    measured("b", slower=2.0),
    measured(
        "b",
        "adb:7X",
        keystrokes={"runs": 9} | dict.fromkeys(TOOK, 0.5),
        warnings=("the phone is hot",),
    ),
]


def test_survives_json(tmp_path):
    path = tmp_path / "found.json"
    path.write_text(json.dumps(results.document(FOUND, "tflm benchmark")))
    loaded = results.load(path)
    assert loaded == FOUND


def test_a_recorded_document_is_written_as_it_was():
    path = pathlib.Path(__file__).parents[1] / "results/comparison.json"
    recorded = json.loads(path.read_text("utf-8"))["results"]
    fields = [each.fields() for each in results.load(path)]
    assert json.dumps(fields) == json.dumps(recorded)


def test_has_every_field_of_litert():
    """LiteRT's are those of the dictionary that its own program writes."""
    source = pathlib.Path(benchmark_litert_model.__file__).read_text()
    [theirs] = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        and "model_size_mb" in [getattr(k, "value", 0) for k in node.keys]
    ]
    ours = FOUND[0].fields()
    for key, value in zip(theirs.keys, theirs.values, strict=True):
        if isinstance(value, ast.Dict):
            names = {name.value for name in value.keys}
            assert names <= ours[key.value].keys()
        elif key.value != "throughput_mb_s":  # Bytes in and out, of images.
            assert key.value in ours


def test_ratios_are_of_one_device():
    [ratio] = results.document(FOUND, "")["ratios"]
    assert (ratio["device"], ratio["model"], ratio["to"]) == ("host", "b", "a")
    assert ratio["ratio"] == 2


def test_failures_are_kept():
    failure = {"device": "adb:7X", "model": "a", "error": "it is gone"}
    assert results.document([], "", [failure])["failures"] == [failure]


@pytest.mark.parametrize(
    "text",
    ["", "3", "[]", "{}", '{"results": [3]}', '{"results": [{}]}{']
    + ['{"results": [{"model": "a", "device": "b", "latency": 3}]}']
    + ['{"results": [{"model": "a", "device": "b", "latency": {}}]}'],
)
def test_other_files_are_an_error_of_one_line(text, tmp_path):
    path = tmp_path / "found.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="found.json holds no meas") as error:
        results.load(path)
    assert "\n" not in str(error.value)


def test_csv_has_a_line_for_each():
    lines = [*csv.DictReader(io.StringIO(latency_table.as_csv(FOUND)))]
    assert [line["device"] for line in lines] == ["host", "host", "adb:7X"]
    assert float(lines[0]["p95_ms"]) == TOOK["p95_ms"]


def test_table_shows_times_keystrokes_and_ratios():
    text = latency_table.table(FOUND)
    assert f"{TOOK['p50_ms']:.3f}" in text
    assert "ms a keystroke" in text
    assert "b / a" in text
    assert all("nan" not in line for line in text.splitlines())


def test_nothing_measured_is_an_empty_table():
    assert latency_table.as_csv([]).startswith("device,model")
    assert latency_table.table([])
