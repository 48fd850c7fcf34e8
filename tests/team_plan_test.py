"""What several workers would take, reckoned from what one takes."""

import json
import pathlib

import pytest

from benchmarks import team_plan
from benchmarks.team_plan import Network

FREE = Network(bytes_per_second=1e30, seconds=0.0, price=2.0)


def part(rows: int, seconds: float, **fields):
    sent = {"dense_bytes": 0, "tables": [], "state_bytes": 0}
    return {"rows": rows, "seconds": seconds, **sent, **fields}


def test_two_workers_send_what_a_ring_and_gathers_move():
    of_one = part(4, 1.0, dense_bytes=800, tables=[[100, 9, 5]], state_bytes=40)
    # Half of 800 twice; 5 rows of 9 floats and an index; the states.
    assert team_plan.exchange(of_one, 2) == (800 + 5 * 10 * 4 + 40, 5)
    assert team_plan.exchange(of_one, 1) == (0, 0)


def test_a_table_whose_rows_are_nearly_all_there_is_sent_whole():
    of_one = part(4, 1.0, tables=[[8, 9, 5]])
    assert team_plan.exchange(of_one, 2) == (8 * 9 * 4, 3)


def test_a_network_that_costs_nothing_leaves_the_computing():
    parts = [part(8, 4.0), part(4, 2.0), part(2, 2.0)]
    found = {"preset": "a", "batch": 8, "steps": 10, "parts": parts}
    rows = team_plan.plan(found, FREE)
    assert [row["workers"] for row in rows] == [1, 2, 4]
    assert [row["efficiency"] for row in rows] == pytest.approx([1, 1, 0.5])
    assert [row["words_per_second"] for row in rows] == [20, 40, 40]
    assert rows[0]["hours"] == pytest.approx(1e9 / 20 / 3600)
    assert rows[2]["dollars"] == pytest.approx(2 * 4 * 1e9 / 40 / 3600)
    table = team_plan.table([found], FREE).splitlines()
    assert len(table) == 2 + 2 and "| 4 (the most) |" in table[3]


def test_messages_wait_for_the_network():
    slow = Network(bytes_per_second=1e30, seconds=0.25, price=0.0)
    assert team_plan.step(part(1, 1.0), 2, slow) == pytest.approx(1.75)


def test_page_has_the_plan_of_the_results():
    root = pathlib.Path(__file__).parents[1]
    found = json.loads((root / "results/team.json").read_text("utf-8"))
    page = (root / "docs/scale.md").read_text("utf-8")
    assert team_plan.table(found["presets"], Network()) in page
