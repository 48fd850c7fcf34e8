"""Bytes and sensitivity of matrices as a table and as an image."""

import pytest

from tflm.report import matrices, matrix_plot, style
from tflm.report.matrices import Matrix

SEARCH = {
    "base_perplexity": 100.0,
    "matrices": [
        {"name": "layer_0/input", "bytes": 400, "losses": {"100": 130.0}},
        {
            "name": "embedding",
            "bytes": 1200,
            "losses": {"300": 150.0, "700": 104.0},
        },
    ],
}
FILE = {
    "bytes": 10_000,
    "tensors": [
        {"name": "a", "shape": [10, 90], "dtype": "INT8", "bytes": 900},
        {"name": "b", "shape": [90, 100], "dtype": "INT8", "bytes": 9000},
        {"name": "c", "shape": [2], "dtype": "INT32", "bytes": 8},
    ],
}


def test_a_search_gives_bytes_and_what_they_bear():
    found = Matrix.read_all(SEARCH)
    assert [each.name for each in found] == ["embedding", "layer_0/input"]
    assert matrices.cells(found)[1:] == [
        ["embedding", "1,200", "75.0%", "700", "104.00"],
        ["layer_0/input", "400", "25.0%", "100", "130.00"],
    ]


def test_a_file_gives_bytes_that_add_up_to_it():
    found = Matrix.read_all(FILE)
    assert [each.name for each in found] == [
        "b [90×100] int8",
        "a [10×90] int8",
        "all else",
    ]
    assert sum(each.bytes for each in found) == FILE["bytes"]
    assert matrices.cells(found)[0] == ["matrix", "bytes", "share"]


@pytest.mark.parametrize(
    "document",
    [{"tensors": 3, "bytes": 9}, {"matrices": [{}], "base_perplexity": 1}],
)
def test_something_else_is_an_error_of_one_line(document):
    with pytest.raises(ValueError, match="no matrices") as error:
        Matrix.read_all(document)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("width", [8.0, 3.5])
def test_what_was_measured_is_a_panel_of_its_own(width):
    figure = matrix_plot.plot(Matrix.read_all(SEARCH), "small", width)
    bars, lines = figure.axes
    assert [bar.get_width() for bar in bars.patches] == [0.0012, 0.0004]
    assert [*lines.lines[0].get_ydata()] == [150.0, 104.0]
    assert [*lines.lines[0].get_xdata()] == pytest.approx([300 / 1200, 7 / 12])
    assert style.render(figure, "svg")


def test_a_file_is_bars_alone():
    assert len(matrix_plot.plot(Matrix.read_all(FILE)).axes) == 1
    with pytest.raises(ValueError, match="nothing to plot"):
        matrix_plot.plot([], "small")
