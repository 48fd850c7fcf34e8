"""What the page of results says, and which files are written."""

import re
from html.parser import HTMLParser

import pytest

from tests.rows import ROWS, row
from tflm.report import html, pareto_plot, style


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag != "meta":
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
    assert tags.count("svg") == 1


def test_page_needs_no_other_file(text):
    assert not re.search(r"url\((?!#)|@import|<script|<link|<img", text)
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
    svg = text[text.index("<svg") : text.index("</svg>")]
    assert "var(--paper)" in svg
    assert not set(re.findall(r"#[0-9a-f]{6}\b(?!\))", svg)) & set(
        style.COLORS.values()
    )


def test_writing_leaves_a_page_and_its_plot(tmp_path):
    html.write(ROWS, tmp_path / "report.html", "A & B", "First.")
    html.write(ROWS, tmp_path / "report.html", "A & B", "First.")
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.html",
        "report.png",
        "report.svg",
    }
    written = (tmp_path / "report.html").read_text("utf-8")
    assert written == html.html(ROWS, "A & B", "First.")
    image = pareto_plot.plot(ROWS)
    for file_format in ("png", "svg"):
        content = (tmp_path / f"report.{file_format}").read_bytes()
        assert content == style.render(image, file_format)


@pytest.mark.parametrize("name", ["a.svg", "a.PNG"])
def test_an_image_is_no_page(tmp_path, name):
    with pytest.raises(ValueError, match="let its name end in .html"):
        html.write(ROWS, tmp_path / name, "A")
    assert not [*tmp_path.iterdir()]
