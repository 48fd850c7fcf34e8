"""What the tables, the plot and the page say of measured files."""

import dataclasses
import html.parser
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as xml
import zlib

import numpy as np
import pytest
from matplotlib.text import Text

from tflm import benchmark, report


def row(name="model", megabytes=1.0, perplexity=None, **fields) -> report.Row:
    quality = {} if perplexity is None else {"perplexity": perplexity}
    return report.Row(
        **{
            "name": name,
            "recipe": "int8",
            "bytes": round(megabytes * 1e6),
            "zip_bytes": round(megabytes * 9e5),
            "quality": quality,
            **fields,
        }
    )


ROWS = [
    row("unigram", 0.04, 721.0, parameters=10_000),
    row("Kneser-Ney", 9.1, 148.2),
    row("LSTM", 79.05, 82.6, parameters=19_780_000),
    row("LSTM + int8", 19.96, 82.9),
    row("LowRank(rank=64) + int8", 4.33, 85.4, latency={"p50_ms": 0.1234}),
    row("LowRank(rank=64) + int4", 2.39, 91.4),
    row("TensorTrain(rank=32) + int8", 1.87, 97.8),
    row("Prune(sparsity=0.5) + int8", 1.559, 98.1),
    row("stock", 19.9),
]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def names(figure) -> list[str]:
    return [" ".join(t.get_text().split()) for t in figure.axes[0].texts]


def test_rows_survive_saving(tmp_path):
    report.save(ROWS, tmp_path / "rows.json")
    assert report.load(tmp_path / "rows.json") == ROWS


def test_saving_leaves_nothing_but_the_file(tmp_path):
    report.save(ROWS[:2], tmp_path / "rows.json")
    report.save(ROWS, tmp_path / "rows.json")
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\xff",
        "3",
        "[3]",
        '["a"]',
        '{"name": "a"}',
        '[{"name": "a"}]',
        "[" * 100_000,
        '[{"name": "a", "recipe": "", "bytes": 1, "zip_bytes": 1, "x": 1}]',
        '[{"name": "a", "recipe": "", "bytes": "1", "zip_bytes": 1}]',
        '[{"name": "a\\nb", "recipe": "", "bytes": 1, "zip_bytes": 1}]',
    ],
)
def test_other_files_are_an_error_of_one_line(text, tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match="rows.json holds no results") as error:
        report.load(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"perplexity": float("nan")},
        {"perplexity": float("inf")},
        {"quality": {"recall_at_1": "12 %"}},
        {"latency": {"p50_ms": "fast"}},
        {"latency": None},
        {"parameters": 1.5},
        {"name": " "},
    ],
)
def test_a_row_refuses_what_is_no_measurement(fields):
    with pytest.raises(ValueError, match="row"):
        row(**fields)


def test_table_has_units_that_people_read():
    quality = {
        "perplexity": 98.126,
        "recall_at_1": 0.1724,
        "recall_at_3": 0.3,
        "keystroke_savings_3": 0.4449,
        "top1_agreement": 1.0,
    }
    latency = {"p50_ms": 0.03049, "p95_ms": 2}
    measured = row("x", 1.5594, parameters=1_410_000)
    measured = dataclasses.replace(measured, quality=quality, latency=latency)
    head, _, line = map(cells, report.markdown([measured]).splitlines())
    assert dict(zip(head, line, strict=True)) == {
        "file": "x",
        "MB": "1.559",
        "zip MB": "1.403",
        "parameters": "1,410,000",
        "perplexity": "98.13",
        "recall@1": "17.2%",
        "recall@3": "30.0%",
        "saved@3": "44.5%",
        "same@1": "100.0%",
        "p50 ms": "0.030",
        "p95 ms": "2.000",
    }


def test_what_is_missing_is_a_dash():
    line = cells(report.markdown([row("stock")]).splitlines()[-1])
    assert line == ["stock", "1.000", "0.900", *["–"] * 8]


def test_tables_keep_the_order_of_the_rows():
    expected = [row.name for row in ROWS]
    text = report.table(ROWS).splitlines()[1:]
    assert [line.split("  ")[0] for line in text] == expected
    lines = report.markdown(ROWS).splitlines()[2:]
    assert [cells(line)[0] for line in lines] == expected


def test_columns_of_the_text_are_aligned():
    lines = report.table(ROWS).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_markdown_escapes_bars():
    assert "| a \\| b |" in report.markdown([row("a | b")])


def test_pareto_front_is_what_no_other_beats():
    front = [row.name for row in report.pareto(ROWS)]
    assert front == [
        "unigram",
        "Prune(sparsity=0.5) + int8",
        "TensorTrain(rank=32) + int8",
        "LowRank(rank=64) + int4",
        "LowRank(rank=64) + int8",
        "LSTM + int8",
        "LSTM",
    ]


def test_pareto_front_agrees_with_its_definition():
    random = np.random.default_rng(0)
    rows = [
        row(f"{i}", *map(float, random.integers(1, 8, 2))) for i in range(60)
    ]
    points = [(row.bytes, row.quality["perplexity"]) for row in rows]
    expected = {
        row.name
        for row, (size, loss) in zip(rows, points, strict=True)
        if not any(
            s <= size and p <= loss and (s, p) != (size, loss)
            for s, p in points
        )
    }
    assert {row.name for row in report.pareto(rows)} == expected


def test_plot_names_each_scored_row():
    assert names(report.plot(ROWS))[2:] == [row.name for row in ROWS[:-1]]


def test_labels_hide_neither_points_nor_each_other():
    figure = report.plot(ROWS)
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
    assert report.plot(rows).axes[0].get_xscale() == scale


@pytest.mark.parametrize("rows", [[], ROWS[-1:], ROWS[:1], [ROWS[0]] * 2])
def test_few_rows_are_plotted_and_printed(rows):
    assert report.render(report.plot(rows), "png").startswith(b"\x89PNG")
    assert report.table(rows)
    assert report.markdown(rows)


def test_names_are_not_taken_for_formulas():
    assert "cost $x_1$" in names(report.plot([row("cost $x_1$", 1, 90.0)]))
    report.render(report.plot([row(r"$\bad{$", 1, 90.0)]), "png")


def test_images_are_the_same_each_time():
    one, other = (report.render(report.plot(ROWS), "svg") for _ in range(2))
    assert one == other
    assert xml.fromstring(one).tag.endswith("svg")


class Page(html.parser.HTMLParser):
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
def page() -> str:
    made_by = {"command": "tflm <compress>", "versions": {"numpy": "2.4.6"}}
    rows = [*ROWS[1:4], row("<b>&", 3, 90.0, provenance=made_by)]
    return report.html(rows, "A & B", "First.\n\n<i>Second</i>.")


def test_page_is_well_formed(page):
    parsed = Page(page)
    assert not parsed.open
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("tr") == 5
    assert tags.count("details") == 4
    assert tags.count("svg") == 1


def test_page_needs_no_other_file(page):
    assert not re.search(r"url\((?!#)|@import|<script|<link|<img", page)
    for _, attributes in Page(page).tags:
        for name, value in attributes.items():
            if name in ("src", "href", "xlink:href"):
                assert value.startswith("#")


def test_page_escapes_all_that_it_is_given(page):
    parsed = Page(page)
    assert not {"b", "i", "compress"} & {tag for tag, _ in parsed.tags}
    for text in ("A & B", "<i>Second</i>.", "<b>&", "tflm <compress>"):
        assert text in parsed.text


def test_page_says_where_each_row_comes_from(page):
    assert "<dt>versions numpy</dt><dd>2.4.6</dd>" in page


def test_page_is_for_light_and_dark(page):
    assert "prefers-color-scheme: dark" in page
    svg = page[page.index("<svg") : page.index("</svg>")]
    assert "var(--paper)" in svg
    assert not set(re.findall(r"#[0-9a-f]{6}\b(?!\))", svg)) & set(
        report._COLORS.values()
    )


def test_zip_bytes_are_those_of_deflate():
    data = bytes(range(256)) * 100
    assert report.zip_bytes(data) < len(data) / 50
    assert report.zip_bytes(data) == len(zlib.compress(data, 9))


def test_provenance_says_what_made_a_number():
    found = report.provenance("tflm evaluate", "ptb", "ab12")
    assert json.loads(json.dumps(found)) == found
    assert found["command"] == "tflm evaluate"
    assert (found["corpus"], found["corpus_sha256"]) == ("ptb", "ab12")
    assert {"python", "numpy", "tensorflow"} <= found["versions"].keys()
    assert found["hardware"] == benchmark.machine()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found["date"])
    assert found["commit"] is None or re.fullmatch(
        "[0-9a-f]{40}(-dirty)?", found["commit"]
    )


def test_provenance_does_not_tell_whose_machine_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = (
        f"/home/ada/venv/bin/tflm compress {tmp_path}/models/a.keras "
        f"--corpus=ptb:/home/ada/ptb --output={tmp_path}/b.tflite "
        "--method='LowRank(rank=8, scope=\".*/input\")' ../c https://x.org/y"
    )
    found = report.provenance(command, corpus="ptb:/home/ada/ptb")
    assert found["command"] == (
        "tflm compress models/a.keras --corpus=ptb:ptb --output=b.tflite "
        "'--method=LowRank(rank=8, scope=\".*/input\")' ../c https://x.org/y"
    )
    assert found["corpus"] == "ptb:ptb"


def test_commit_is_that_of_a_tracked_file(tmp_path):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(
            ["git", "-C", tmp_path, *who, *arguments],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    source = pathlib.Path(tmp_path, "code.py")
    source.write_text("1\n")
    assert report.commit(source) is None
    git("init", "--quiet")
    assert report.commit(source) is None
    git("add", "code.py")
    git("commit", "--quiet", "--message=first")
    assert report.commit(source) == git("rev-parse", "HEAD")
    source.write_text("2\n")
    assert report.commit(source) == git("rev-parse", "HEAD") + "-dirty"
