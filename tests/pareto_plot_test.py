"""What the plot of measured files shows."""

import re
import xml.etree.ElementTree as xml

import numpy as np
import pytest
from matplotlib.text import Text

from tests.rows import ROWS, row
from tflm.report import families, pareto_plot, style

TIMES = (("a", 0.5), ("b", 2.0))


def labels(figure) -> list[Text]:
    """The texts in the axes but the title and what is below it."""
    _, says, title = figure.axes[0].texts[-3:], *figure.axes[0].texts[-2:]
    return [
        t
        for t in figure.axes[0].texts
        if t.get_text() and t is not says and t is not title
    ]


def names(figure) -> list[str]:
    return [" ".join(t.get_text().split()) for t in labels(figure)]


def markers(figure) -> np.ndarray:
    """Pixels of the points, [N, 2]."""
    axes = figure.axes[0]
    points = [
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axes.lines
        if line.get_marker() not in ("None", "", None)
    ]
    return axes.transData.transform(points)


def check_that_nothing_is_hidden(figure, count):
    figure.draw_without_rendering()
    axes = figure.axes[0]
    # An annotation would count the line to its point as well.
    boxes = [Text.get_window_extent(t).padded(-1) for t in labels(figure)]
    for i, box in enumerate(boxes):
        assert box.count_overlaps(boxes[:i]) == 0
    points = markers(figure)
    assert len(points) == count
    assert not any(box.count_contains(points) for box in boxes)
    assert all(axes.bbox.contains(*point) for point in points)
    whole = figure.bbox
    for box in boxes:
        assert whole.x0 <= box.x0 and box.x1 <= whole.x1
        assert whole.y0 <= box.y0 and box.y1 <= whole.y1


def test_plot_names_each_scored_row():
    shown = [name.partition(" (")[0] for name in names(pareto_plot.plot(ROWS))]
    assert sorted(shown) == sorted(row.name for row in ROWS[:-1])


@pytest.mark.parametrize("width", [8.0, 3.5])
def test_labels_hide_neither_points_nor_each_other(width):
    figure = pareto_plot.plot(ROWS, width=width)
    check_that_nothing_is_hidden(figure, len(ROWS) - 1)


@pytest.mark.parametrize("count, seed", [(15, 0), (40, 1)])
def test_crowded_labels_are_numbers_with_a_legend(count, seed):
    random = np.random.default_rng(seed)
    rows = [
        row(f"LowRank(rank={n}), Prune(sparsity=0.5) + int8", size, perplexity)
        for n, (size, perplexity) in enumerate(
            np.exp(random.normal([0, 5], 0.12, [count, 2])).tolist()
        )
    ]
    figure = pareto_plot.plot(rows)
    check_that_nothing_is_hidden(figure, count)
    shown = names(figure)
    assert {str(n + 1) for n in range(count)} <= {*shown}
    named = {name.partition(" (")[0] for name in shown}
    assert {each.name.partition(" (")[0] for each in rows} <= named


def test_what_is_far_away_squeezes_no_axis():
    rows = [row(f"{n}", 1 + 0.1 * n, 90.0 + n) for n in range(9)]
    far = [row("tiny", 0.001, 95.0), row("bad", 1.5, 3000.0)]
    figure = pareto_plot.plot([*rows, *far])
    axes = figure.axes[0]
    assert axes.get_ylim()[1] < 120
    assert axes.get_xlim()[0] > 0.5
    assert "tiny (0.001 MB)" in names(figure)
    assert "bad (perplexity 3,000)" in names(figure)
    arrows = [t for t in axes.texts if not t.get_text()]
    assert len(arrows) == 2
    check_that_nothing_is_hidden(figure, 11)


def test_axes_have_ticks_for_their_size():
    axes = pareto_plot.plot(ROWS).axes[0]
    assert len(axes.get_xticks()) >= 5
    assert len(axes.get_yticks()) >= 5


def test_no_tick_is_where_an_outlier_stands():
    rows = [row(f"{n}", 1 + 0.1 * n, 90.0 + n) for n in range(9)]
    axes = pareto_plot.plot([*rows, row("bad", 1.5, 3000.0)]).axes[0]
    low, high = axes.get_ylim()
    assert max(axes.get_yticks()) < high - 0.08 * (high - low)


@pytest.mark.parametrize(
    "rows, scale",
    [
        ([row("a", 1, 100.0), row("b", 100, 90.0)], "log"),
        ([row("a", 1, 100.0), row("b", 2, 90.0)], "linear"),
    ],
)
def test_size_is_logarithmic_where_sizes_differ_much(rows, scale):
    assert pareto_plot.plot(rows).axes[0].get_xscale() == scale


@pytest.mark.parametrize("rows", [ROWS[:1], [ROWS[0]] * 2, ROWS[:2]])
def test_few_rows_are_plotted(rows):
    assert style.render(pareto_plot.plot(rows), "png").startswith(b"\x89PNG")


@pytest.mark.parametrize("rows", [[], ROWS[-1:]])
@pytest.mark.parametrize("cost", ["MB", "ms"])
def test_an_empty_plot_is_an_error_with_its_cure(rows, cost):
    with pytest.raises(ValueError, match=f"{cost}; tflm .* --json") as error:
        pareto_plot.plot(rows, cost)
    assert "\n" not in str(error.value)


def test_names_are_not_taken_for_formulas():
    assert "cost $x_1$" in names(pareto_plot.plot([row("cost $x_1$", 1, 90.0)]))
    style.render(pareto_plot.plot([row(r"$\bad{$", 1, 90.0)]), "png")


@pytest.mark.parametrize("image_format", ["svg", "pdf", "png"])
def test_images_are_the_same_each_time(image_format):
    one, other = (
        style.render(pareto_plot.plot(ROWS[:3]), image_format) for _ in range(2)
    )
    assert one == other


def test_an_svg_is_xml_with_its_text():
    image = style.render(pareto_plot.plot(ROWS), "svg")
    assert xml.fromstring(image).tag.endswith("svg")
    assert b"Kneser-Ney" in image


def test_a_pdf_has_no_fonts_that_publishers_refuse():
    image = style.render(pareto_plot.plot(ROWS), "pdf")
    assert image.startswith(b"%PDF")
    assert not re.search(rb"/Subtype /Type3", image)


def test_time_can_be_the_cost():
    rows = [row(n, 1, 90.0 - t, latency={"p50_ms": t}) for n, t in TIMES]
    axes = pareto_plot.plot([*rows, *ROWS[:2]], "ms").axes[0]
    assert axes.get_xlabel() == "median step, ms"
    assert {line.get_xdata()[0] for line in axes.lines} >= {0.5, 2.0}
    assert names(pareto_plot.plot([*rows, *ROWS[:2]], "ms")) == ["a", "b"]


@pytest.mark.parametrize(
    "recipe, name",
    [
        ("float32", "dense, float"),
        ("float16", "dense, float"),
        ("int8 for 2.16", "quantized"),
        ("QuantizeAware(layers=4, tables=4) + int4", "quantized"),
        ("LowRank(rank=64) + int8", "LowRank"),
        ("TensorTrain(rank=32), Prune(sparsity=0.5) + int8", "TensorTrain"),
        ("Prune(sparsity=0.9) untrained + float32", "pruned"),
        ("Adaptive(cutoffs=(1, 2)) + int8", "Adaptive"),
        ("ngram(order=5, budget_bytes=1461904)", "n-gram"),
        ("stock", "stock, others"),
        ("published", "published"),
        ("published LowRank()", "LowRank"),
    ],
)
def test_a_recipe_has_its_family(recipe, name):
    assert families.of(row(recipe=recipe)).name == name


def test_families_differ_by_color_and_by_marker():
    """But for the two that are not ours, which are gray."""
    assert len({family.marker for family in families.ALL}) == len(families.ALL)
    colors = [family.color for family in families.ALL]
    assert len({*colors}) == len(colors) - 1


def test_a_legend_names_the_families_that_are_there():
    rows = [row("a", 1, 90.0), row("b", 2, 80.0, recipe="stock")]
    legend = pareto_plot.plot(rows).axes[0].get_legend()
    assert [t.get_text() for t in legend.texts] == [
        "quantized",
        "stock, others",
    ]
