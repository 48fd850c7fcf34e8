"""The tables of docs/measuring.md are those of the results."""

import pathlib
import subprocess
import sys

from benchmarks import growth_plot, limit
from tflm.latency import results as latency_results
from tflm.report.rows import load_rows
from tflm.report.text_table import markdown

ROOT = pathlib.Path(__file__).parents[1]
LATENCY = ROOT / "results" / "latency.json"


def test_table_of_times_is_that_of_the_results():
    text = (ROOT / "docs" / "measuring.md").read_text("utf-8")
    assert markdown(load_rows(LATENCY), limit.COLUMNS) in text


def test_program_prints_the_table():
    command = [sys.executable, "-m", "benchmarks.latency", f"--table={LATENCY}"]
    printed = subprocess.check_output(command, cwd=ROOT, text=True)
    assert printed == markdown(load_rows(LATENCY), limit.COLUMNS)


def test_points_of_the_plot_can_be_drawn_again():
    points = growth_plot.load(ROOT / "results" / "growth.json")
    families = {point.family for point in points}
    assert families == {"stock", "int8", "low-rank int8"}
    assert all(
        len(growth_plot.line(points, "low-rank int8", size)) >= 4
        for size in growth_plot.PANELS
    )


def test_cost_of_measuring_is_that_of_the_results():
    results = ROOT / "results" / "comparison.json"
    command = [sys.executable, "-m", "benchmarks.comparison"]
    printed = subprocess.check_output(
        [*command, f"--table={results}"], cwd=ROOT, text=True
    )
    lines = printed.splitlines()[:4]
    text = (ROOT / "docs" / "measuring.md").read_text("utf-8")
    assert "\n".join(lines) in text


def test_readme_shows_times_of_the_results():
    found = latency_results.load(ROOT / "results" / "comparison.json")
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    for each in found:
        took = each.latency
        for line in lines:
            if line.startswith(f"| {each.model} |"):
                assert f"| {took.p50_ms:.3f} | {took.p95_ms:.3f} |" in line
    shown = [x for x in found if any(f"| {x.model} |" in li for li in lines)]
    assert len(shown) == 5
