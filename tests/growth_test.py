"""Which points make a line, and that all of them are drawn."""

import dataclasses
import json

import pytest

from benchmarks import growth_plot
from benchmarks.growth_plot import Point
from tflm.report import style


def point(family, units=650, words=10_000, rank=None):
    size = units * words * (0.2 if rank else 1) / 1e8
    return Point(family, units, words, rank, int(size * 1e8), size, size / 2)


POINTS = [
    *(point("int8", units=n) for n in (650, 200, 1000)),
    *(point("int8", words=n) for n in (5000, 40_000)),
    *(point("stock", units=n) for n in (200, 650)),
    *(point("low-rank int8", units=n, rank=122) for n in (650, 200)),
    *(point("low-rank int8", rank=n) for n in (64, 16)),
]


@pytest.mark.parametrize(
    "family, size, expected",
    [
        ("int8", "units", [200, 650, 1000]),
        ("int8", "words", [5000, 10_000, 40_000]),
        ("int8", "rank", [None]),
        ("low-rank int8", "units", [200, 650]),
        ("low-rank int8", "rank", [16, 64, 122]),
    ],
)
def test_a_line_is_of_nets_that_differ_in_one_size(family, size, expected):
    found = growth_plot.line(POINTS, family, size)
    assert [getattr(point, size) for point in found] == expected


def test_points_survive_saving(tmp_path):
    path = tmp_path / "points.json"
    path.write_text(json.dumps(growth_plot.document(POINTS, {"command": "x"})))
    assert growth_plot.load(path) == POINTS


def test_panels_show_times_and_limits():
    units, words, rank = growth_plot.draw(POINTS).axes
    drawn = [line.get_xydata().tolist() for line in units.lines]
    for family in ("stock", "int8", "low-rank int8"):
        found = growth_plot.line(POINTS, family, "units")
        assert [[p.units, p.p50_ms] for p in found] in drawn
    assert [[p.units, p.limit_ms] for p in found] in drawn
    assert len(words.lines) == 5
    dense = growth_plot.line(POINTS, "int8", "rank")[0].p50_ms
    assert {*rank.lines[1].get_ydata()} == {dense}


def test_a_dense_model_alone_is_drawn():
    figure = growth_plot.draw([dataclasses.replace(POINTS[0])])
    assert style.render(figure, "png").startswith(b"\x89PNG")
