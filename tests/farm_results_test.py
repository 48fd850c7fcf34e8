"""What was pulled from a phone of a device farm becomes measurements."""

import json

import pytest

from tflm.device import farm_results

FOUND = {
    "file_sha256": "7f",
    "file_bytes": 4,
    "init_ms": 1.0,
    "first_ms": 1.0,
    "step_p50_ms": 2.0,
    "warmup_runs": 20,
    "warmup_mean_ms": 1.0,
    "invoke_ns": [1_000_000, 2_000_000, 3_000_000],
    "phone": {"model": "P"},
    "before": {"thermal_status": 0},
    "after": {"thermal_status": 0},
}


def put(directory, number, **found):
    path = directory / f"phone/artifacts/scenario_{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(FOUND | found))


def test_results_are_in_the_order_of_the_rounds(tmp_path):
    put(tmp_path, 1, nonce="10/a", invoke_ns=[1_000_000])
    put(tmp_path, 2, nonce="2/a", invoke_ns=[3_000_000])
    put(tmp_path, 3, nonce="1/b", keys={"press_ns": [5_000_000]})
    a, b = farm_results.read(tmp_path, "P").measurements
    assert (a.model, a.device, a.rounds_ms) == ("a", "P", (3, 1))
    assert a.latency.runs == 2
    assert a.device_state["model"] == "P"
    assert (a.warnings, a.keystrokes) == ((), None)
    assert b.keystrokes["max_ms"] == 5


def test_rounds_that_failed_are_told(tmp_path):
    put(tmp_path, 1, nonce="1/a", after={"thermal_status": 2})
    put(tmp_path, 2, nonce="2/a", error="it broke")
    put(tmp_path, 3, nonce="3/a", file_sha256="80")
    put(tmp_path, 4, nonce="4/a", keys=[1])
    put(tmp_path, 5, nonce="5/a", after="hot")
    outcome = farm_results.read(tmp_path, "P")
    [kept] = outcome.measurements
    hot = "it became hot while it measured"
    assert kept.warnings == ("only 1 of 5 rounds", hot)
    [failure] = outcome.failures
    assert failure["error"] == "P: the app says: it broke"


@pytest.mark.parametrize(
    ["content", "reason"],
    [
        ("{", "is not JSON"),
        ("[1]", "expected object"),
        ("{}", "is no result"),
        ('{"nonce": "7f"}', "is no result"),
    ],
)
def test_other_files_are_no_results(content, reason, tmp_path):
    (tmp_path / "scenario_1.json").write_text(content)
    with pytest.raises(ValueError, match=f"scenario_1.json:? {reason}"):
        farm_results.read(tmp_path, "P")


def test_results_of_two_phones_are_not_mixed(tmp_path):
    for phone in ("one", "two"):
        (tmp_path / phone).mkdir()
        path = tmp_path / phone / "scenario_1.json"
        path.write_text('{"nonce": "1/a"}')
    with pytest.raises(ValueError, match="give the results of one"):
        farm_results.read(tmp_path, "P")


def test_no_results_are_refused(tmp_path):
    with pytest.raises(ValueError, match="pull them again"):
        farm_results.read(tmp_path, "P")
