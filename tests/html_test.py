"""What the page of results says, and which files are written."""

import re
from html.parser import HTMLParser

import pytest

from tests.rows import ROWS, row
from tflm.report import html, pareto_plot, style
from tflm.report.curves import Curve
from tflm.report.matrices import Matrix


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def text() -> str:
    made_by = {"command": "tflm <compress>", "versions": {"numpy": "2.4.6"}}
    rows = [*ROWS[1:4], row("<b>&", 3, 90.0, provenance=made_by)]
    return html.html(rows, "A & B", "First.\n\n<i>Second</i>.")


def test_page_is_well_formed(text):
    parsed = Page(text)
    assert not parsed.open
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("tr") == 5
    assert tags.count("details") == 4
    assert tags.count("svg") == 2  # One of them for a phone.


def test_page_needs_no_other_file(text):
    assert not re.search(r"url\((?!#)|@import|<script |<link|<img", text)
    assert len(text) < 250_000
    for _, attributes in Page(text).tags:
        for name, value in attributes.items():
            if name in ("src", "href", "xlink:href"):
                assert value.startswith("#")


def test_page_escapes_all_that_it_is_given(text):
    parsed = Page(text)
    assert not {"b", "i", "compress"} & {tag for tag, _ in parsed.tags}
    for words in ("A & B", "<i>Second</i>.", "<b>&", "tflm <compress>"):
        assert words in parsed.text


def test_page_says_where_each_row_comes_from(text):
    assert "<dt>versions numpy</dt><dd>2.4.6</dd>" in text


def test_page_is_for_light_and_dark(text):
    assert "prefers-color-scheme: dark" in text
    svg = text[text.index("<svg") : text.rindex("</svg>")]
    assert "var(--paper)" in svg
    assert not set(re.findall(r"#[0-9a-f]{6}\b(?!\))", svg)) & set(
        style.COLORS.values()
    )


def test_writing_leaves_a_page_and_its_plot(tmp_path):
    html.write(ROWS[:3], tmp_path / "report.html", "A & B", "First.")
    html.write(ROWS[:3], tmp_path / "report.html", "A & B", "First.")
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.html",
        "report.pdf",
        "report.png",
        "report.svg",
    }
    written = (tmp_path / "report.html").read_text("utf-8")
    assert written == html.html(ROWS[:3], "A & B", "First.")
    image = pareto_plot.plot(ROWS[:3])
    for file_format in ("pdf", "png", "svg"):
        content = (tmp_path / f"report.{file_format}").read_bytes()
        assert content == style.render(image, file_format)


@pytest.mark.parametrize("name", ["a.svg", "a.PNG", "a.pdf"])
def test_an_image_is_no_page(tmp_path, name):
    with pytest.raises(ValueError, match="let its name end in .html"):
        html.write(ROWS, tmp_path / name, "A")
    assert not [*tmp_path.iterdir()]


def test_names_in_two_plots_of_a_page_differ(text):
    names = re.findall(r'<(?:clipPath|path) id="([^"]+)"', text)
    assert names
    assert len(names) == len({*names})


def test_each_head_is_explained_by_the_list(text):
    tags = Page(text).tags
    heads = {a["data-meaning"] for _, a in tags if "data-meaning" in a}
    meanings = {a["id"] for tag, a in tags if tag == "dd" and "id" in a}
    assert heads == meanings
    assert all(a["title"] for _, a in tags if "data-meaning" in a)


def test_the_largest_file_stands_first(text):
    names = re.findall(r'<tr[^>]*><th scope="row">(.*?)</th>', text)
    assert names[0] == "LSTM"
    assert "The largest file stands first." in text
    assert text.count('aria-sort="descending"') == 1


def test_cells_bear_the_numbers_that_sorting_needs():
    text = html.html([row("a", 1.5, 90.0, parameters=1_410_000)], "A")
    assert '<td data-value="1410000">1,410,000</td>' in text
    assert "<td>\u2013</td>" in text


def test_files_suggest_side_by_side():
    rows = [
        row("a", 1, 90.0, examples={"see you": ["at", "<b>"]}),
        row("b", 1, 80.0, examples={"thank": ["you"]}),
        row("c", 1, 70.0),
    ]
    text = html.html(rows, "A")
    table = text[text.index('class="examples"') :]
    table = table[: table.index("</table>")]
    assert table.count("<tr>") == 3
    assert table.count('scope="col"') == 3
    assert "&lt;b&gt;" in table
    assert "What they suggest" not in html.html(rows[2:], "A")


def test_each_text_has_a_plot_and_a_table_of_its_own(tmp_path):
    rows = [
        row(name, size, 90.0, provenance={"corpus": name})
        for size, name in enumerate(("ptb", "chitchat", "my text"), 1)
    ]
    html.write(rows, tmp_path / "page.html", "A")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count("<table") == 3
    # Each is the best of its text, whatever the others have.
    assert text.count('class="front"') == 3
    assert {path.name for path in tmp_path.glob("*.svg")} == {
        "page-ptb.svg",
        "page-chitchat.svg",
        "page-my-text.svg",
    }


def test_a_page_shows_training_and_matrices():
    run = Curve("small", (1.0, 2.0), (90.0, 80.0), 60.0)
    matrix = Matrix("embedding", 960_000, {480_000: 85.0}, 80.0)
    text = html.html([], "A", runs=[run], models={"small": [matrix]})
    assert text.count("<svg") == 4
    assert "80.00" in text
    assert "480,000" in text
    assert "How to read this" not in text


def test_nothing_to_plot_is_an_error_and_no_file(tmp_path):
    with pytest.raises(ValueError, match="tflm evaluate FILE --json scores"):
        html.write([row("unscored")], tmp_path / "page.html", "A")
    assert not [*tmp_path.iterdir()]
