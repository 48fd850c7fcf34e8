"""Learning curves as a table and as an image."""

import dataclasses
import math

import pytest

from tflm.report import curve_plot, curves, style
from tflm.report.curves import Curve

HISTORY = [
    {"epoch": 1.0, "valid_perplexity": 300.0},
    {"epoch": 2.0, "valid_perplexity": 90.0},
    {"epoch": 2.5, "valid_perplexity": 95.0},
]
RUN = Curve.read("small", {"history": HISTORY, "seconds": 90.0})


def test_the_best_epoch_is_that_of_the_lowest_perplexity():
    assert (RUN.epochs[RUN.best], RUN.measured[RUN.best]) == (2.0, 90.0)
    assert curves.cells([RUN])[1] == [
        *("small", "2.5", "300.00", "95.00", "90.00", "2", "1.5")
    ]


@pytest.mark.parametrize("history", [[], [{}], [3], "text", None])
def test_another_history_is_an_error_of_one_line(history):
    with pytest.raises(ValueError, match="small has") as error:
        Curve.read("small", {"history": history})
    assert "\n" not in str(error.value)


def test_runs_of_one_model_are_numbered():
    other = Curve("large", (1.0,), (80.0,), 1.0)
    found = [each.name for each in curves.numbered([RUN, other, RUN])]
    assert found == ["small, run 1", "large", "small, run 2"]


def test_runs_of_several_directories_are_named_after_these():
    places = [("a", "fits"), ("b", "fits"), ("b", "fits"), ("b",)]
    runs = [dataclasses.replace(RUN, above=("/", *each)) for each in places]
    assert [each.name for each in curves.numbered(runs)] == [
        "a/fits/small",
        "b/fits/small, run 1",
        "b/fits/small, run 2",
        "/b/small",
    ]


@pytest.mark.parametrize("width", [8.0, 3.5])
def test_each_run_is_a_line_and_the_best_is_named_first(width):
    better = Curve("better", (1.0, 2.0), (100.0, 70.0), 1.0)
    figure = curve_plot.plot([RUN, better], width)
    axes = figure.axes[0]
    lines = [line for line in axes.lines if len(line.get_xdata()) > 1]
    assert [[*line.get_xdata()] for line in lines] == [[1, 2, 2.5], [1, 2]]
    named = [text.get_text() for text in axes.get_legend().texts]
    assert named == ["better: 70.00", "small: 90.00"]
    figure.draw_without_rendering()
    legend = axes.get_legend().get_window_extent()
    assert figure.bbox.x1 >= legend.x1
    assert figure.bbox.y0 <= legend.y0


def test_a_run_that_diverged_is_drawn_up_to_there():
    run = Curve("wild", (1.0, 2.0), (90.0, math.inf), 1.0)
    assert style.render(curve_plot.plot([run]), "png")
    with pytest.raises(ValueError, match="nothing to plot"):
        curve_plot.plot([Curve("wild", (1.0,), (math.nan,), 1.0)])
