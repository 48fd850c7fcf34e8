"""The trials of benchmarks/reliability, few of them, and their page."""

import json
import pathlib
import subprocess
import sys

from benchmarks.reliability import trial

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "results/reliability.json"


def test_the_short_run_finds_nothing_wrong(tmp_path):
    output = tmp_path / "found.json"
    command = [sys.executable, "-m", "benchmarks.reliability", "--short"]
    printed = subprocess.check_output(
        [*command, f"--output={output}"], cwd=ROOT, text=True
    )
    found = json.loads(output.read_text("utf-8"))
    assert printed == trial.table(found["trials"]) + "\n"
    rows = [row for rows in found["trials"].values() for row in rows]
    assert not [reason for row in rows for reason in row["reasons"]]
    assert not [row for row in rows if row["wrong"]]
    assert all(row["tried"] for row in rows)
    kinds = {key.partition(" ")[0] for key in found["trials"]}
    assert {"kills", "memory", "play"} <= kinds


def test_what_hangs_a_fuzzed_reader_or_kills_it_is_wrong():
    found = {"what": "damaged", "on": "files", "tried": 9, "refused": 4}
    row = trial.fuzzed(
        found | {"accepted": 2, "wrong": 1, "hung": 1, "killed": 1}
    )
    assert (row.tried, row.wrong) == (9, 3)
    assert row.measured == "4 refused, 2 taken"


def test_page_has_the_table_of_the_results():
    found = json.loads(RESULTS.read_text("utf-8"))
    page = (ROOT / "docs/reliability.md").read_text("utf-8")
    assert trial.table(found["trials"]) in page
