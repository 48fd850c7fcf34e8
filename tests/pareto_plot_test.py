"""What the plot of measured files shows."""

import xml.etree.ElementTree as xml

import pytest
from matplotlib.text import Text

from tests.rows import ROWS, row
from tflm.report import pareto_plot, style


def names(figure) -> list[str]:
    return [" ".join(t.get_text().split()) for t in figure.axes[0].texts]


def test_plot_names_each_scored_row():
    assert names(pareto_plot.plot(ROWS))[2:] == [row.name for row in ROWS[:-1]]


def test_labels_hide_neither_points_nor_each_other():
    figure = pareto_plot.plot(ROWS)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    # An annotation would count the line to its point as well.
    boxes = [Text.get_window_extent(t).padded(-1) for t in axes.texts]
    assert len(boxes) == 2 + len(ROWS) - 1
    for i, box in enumerate(boxes):
        assert box.count_overlaps(boxes[:i]) == 0
    points = axes.transData.transform(
        [(row.bytes / 1e6, row.quality["perplexity"]) for row in ROWS[:-1]]
    )
    assert not any(box.count_contains(points) for box in boxes)


@pytest.mark.parametrize(
    "rows, scale",
    [
        ([row("a", 1, 100.0), row("b", 100, 90.0)], "log"),
        ([row("a", 1, 100.0), row("b", 2, 90.0)], "linear"),
    ],
)
def test_size_is_logarithmic_where_sizes_differ_much(rows, scale):
    assert pareto_plot.plot(rows).axes[0].get_xscale() == scale


@pytest.mark.parametrize("rows", [[], ROWS[-1:], ROWS[:1], [ROWS[0]] * 2])
def test_few_rows_are_plotted(rows):
    assert style.render(pareto_plot.plot(rows), "png").startswith(b"\x89PNG")


def test_names_are_not_taken_for_formulas():
    assert "cost $x_1$" in names(pareto_plot.plot([row("cost $x_1$", 1, 90.0)]))
    style.render(pareto_plot.plot([row(r"$\bad{$", 1, 90.0)]), "png")


def test_images_are_the_same_each_time():
    one, other = (style.render(pareto_plot.plot(ROWS), "svg") for _ in range(2))
    assert one == other
    assert xml.fromstring(one).tag.endswith("svg")


def test_time_can_be_the_cost():
    rows = [row(n, 1, 90.0 - t, latency={"p50_ms": t}) for n, t in TIMES]
    axes = pareto_plot.plot([*rows, *ROWS[:2]], "ms").axes[0]
    assert axes.get_xlabel() == "median step, ms"
    assert {line.get_xdata()[0] for line in axes.lines} >= {0.5, 2.0}
    assert names(pareto_plot.plot([*rows, *ROWS[:2]], "ms"))[2:] == ["a", "b"]


TIMES = (("a", 0.5), ("b", 2.0))
