import json
import pathlib

import pytest

from tflm import paper, ptb, report
from tflm.report import Row

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture
def results(tmp_path):
    known = {
        "row": "LSTM 200-200",
        "perplexity": 117.659,
        "megabytes": 18.6,
        "parameters": 4640000,
        "known": "recalled",
        "net": "small",
        "file": "float32",
    }
    other = known | {"row": "LSTM 650", "known": "reported", "net": "medium"}
    text = json.dumps({"source": "a paper", "rows": [known, other]})
    (tmp_path / "published.json").write_text(text)
    quality = {"perplexity": 120.5, "valid_perplexity": 125.25}
    made = {"training_seconds": 90.0}
    rows = [
        Row("float32", "float32", 18_600_000, 17_000_000, 4_651_600, quality),
        Row("int8", "int8", 4_700_000, 4_100_000, None, quality, {}, made),
    ]
    report.save(rows, tmp_path / "small.json")
    return tmp_path


def cells(text):
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()[2:]
    ]


def test_published_numbers_stand_beside_ours(results):
    first, second, *_ = cells(paper.markdown(results, ["small"]))
    assert first[:6] == [
        "LSTM 200-200",
        "float32",
        "117.7 (recalled)",
        "18.6",
        "125.25",
        "120.50",
    ]
    assert second[:4] == ["small", "int8", "-", "-"]
    assert second[-1] == "2"


def test_what_was_not_run_says_so(results):
    lines = cells(paper.markdown(results, ["medium", "large"]))
    assert lines[0][:5] == ["LSTM 650", "float32", "117.7", "18.6", "not run"]
    assert lines[1][:2] == ["large", "not run"]


def test_every_published_row_has_a_plan():
    text = (ROOT / "results/ptb/published.json").read_text("utf-8")
    plans = ptb.plans("anywhere")
    for row in json.loads(text)["rows"]:
        names = [variant.name for variant in plans[row["net"]].variants]
        assert row["file"] in names


def test_the_docs_show_the_results():
    table = paper.markdown(ROOT / "results/ptb", [*ptb.plans("anywhere")])
    assert table in (ROOT / "docs/ptb.md").read_text("utf-8")


@pytest.mark.parametrize(
    "net, millions",
    [
        ("lstm-200", 4.65),
        ("lr-200", 0.99),
        ("lr-400", 3.28),
        ("lr-650", 4.2),
        ("tt-200", 0.318),
        ("tt-600", 12.6),
    ],
)
def test_nets_have_the_published_sizes(net, millions):
    from tflm.model import build_model

    found = build_model(ptb.plans("anywhere")[net].model).parameters / 1e6
    assert found == pytest.approx(millions, rel=0.1)
