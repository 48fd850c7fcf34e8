import json
import pathlib

import pytest

from tests.command import run_here as tflm
from tflm.experiment import beforehand, ptb, ptb_table
from tflm.report import families
from tflm.report.rows import Row, save_rows

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture
def results(tmp_path, monkeypatch):
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
    budgets = [
        {"megabytes": m, "perplexity": 99, "known": "recalled", "file": "x"}
        for m in (1, 5, 20)
    ]
    third = {"row": "PRU", "perplexity": 62.6, "megabytes": 75.6}
    text = json.dumps(
        {"rows": [known, other], "others": [third], "budgets": budgets}
    )
    published = tmp_path / "published.json"
    published.write_text(text)
    monkeypatch.setattr(ptb_table, "PUBLISHED", published)
    quality = {"perplexity": 120.5, "valid_perplexity": 125.25}
    made = {"training_seconds": 90.0}
    worse = quality | {"valid_perplexity": 126.0}
    rows = [
        Row("float32", "float32", 18_600_000, 17_000_000, 4_651_600, worse),
        Row("int8", "int8", 4_700_000, 4_100_000, None, quality, {}, made),
    ]
    save_rows(rows, tmp_path / "small.json")
    return tmp_path


def cells(text):
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()[2:]
    ]


def test_published_numbers_stand_beside_ours(results):
    first, second, *_ = cells(ptb_table.markdown(results, ["small"]))
    assert first[:7] == [
        "small",
        "float32",
        "LSTM 200-200",
        "117.7 (recalled)",
        "18.6",
        "126.00",
        "120.50",
    ]
    assert second[:5] == ["small", "int8", "-", "-", "-"]
    assert second[-1] == "2"


def test_what_was_not_run_says_so(results):
    lines = cells(ptb_table.markdown(results, ["medium", "large"]))
    known = ["LSTM 650", "117.7", "18.6"]
    assert lines[0][:6] == ["medium", "float32", *known, "not run"]
    assert lines[1][:2] == ["large", "not run"]


def test_a_budget_takes_the_best_file_that_fits(results):
    none, small, large = cells(ptb_table.budgets(results, ["small", "medium"]))
    assert none[3] == "not run"
    assert small == [
        "5 MB",
        "x",
        "99.0 (recalled)",
        "small: int8",
        "125.25",
        "120.50",
        "4.700",
    ]
    assert large == ["20 MB", *small[1:]]


def test_the_plot_has_what_was_published_and_our_int8_files(results):
    fields = {"bytes": 5_000_000, "zip_bytes": 1}
    row = Row("int8", "int8", quality={"perplexity": 500.0}, **fields)
    save_rows([row], results / "smoke.json")  # Neither good nor published.
    nets = ["small", "medium", "smoke"]
    names = [row.name for row in ptb_table.rows(results, nets)]
    assert names == [
        "small: int8",
        "published: LSTM 200-200",
        "published: LSTM 650",
        "published: PRU",
    ]


def test_the_plot_knows_what_a_model_was_shaped_by(results):
    """Its file says no more than how its numbers are kept."""
    row = Row("int8", "int8", bytes=1, zip_bytes=1, quality={"perplexity": 5.0})
    save_rows([row], results / "lr-9.json")
    (ours, *_) = ptb_table.rows(results, ["lr-9"])
    assert families.of(ours).name == "LowRank"


def test_every_published_row_has_an_experiment():
    text = ptb_table.PUBLISHED.read_text("utf-8")
    experiments = ptb.experiments("anywhere")
    for row in json.loads(text)["rows"]:
        names = [variant.name for variant in experiments[row["net"]].variants]
        assert row["file"] in names


def test_a_precision_is_that_of_all_training():
    experiments = ptb.experiments("anywhere", precision="mixed")
    taught = experiments["pru-1mb-taught"]
    tunings = [each.tuning for each in taught.variants if each.tuning]
    assert {
        (how.precision, how.distillation is None)
        for how in (taught.training, taught.tuning, *tunings)
    } == {("mixed", False)}
    assert experiments["lstm-200"].training.precision == "mixed"


def test_models_are_trained_after_their_teachers():
    experiments = ptb.experiments("anywhere", output="out")
    places = {name: pathlib.Path("out", name) for name in experiments}
    wave_of = {
        (name, variant.model_slug): number
        for number, wave in enumerate(beforehand._waves(experiments, places))
        for name, _, variant in wave
    }
    order = ["best-5mb", "pru-5mb-taught", "pru-1mb-taught"]
    assert [wave_of[name, "full"] for name in order] == [0, 1, 2]
    assert {wave_of[key] for key in wave_of if key[0] == order[-1]} == {2, 3}


def test_the_command_prints_the_table_and_draws_it(tmp_path, capsys):
    results = f"--results={ROOT / 'results/ptb'}"
    assert tflm("ptb", "--table", results) == 0
    printed = capsys.readouterr().out
    names = [*ptb.experiments("anywhere")]
    assert ptb_table.markdown(ROOT / "results/ptb", names) in printed
    assert ptb_table.budgets(ROOT / "results/ptb", names) in printed
    assert tflm("ptb", f"--plot={tmp_path / 'plot'}", results) == 0
    drawn = (tmp_path / "plot.svg").read_text("utf-8")
    assert "</svg>" in drawn and (tmp_path / "plot.png").exists()


def test_the_docs_show_the_results():
    text = (ROOT / "docs/ptb.md").read_text("utf-8")
    for make in (ptb_table.markdown, ptb_table.budgets):
        assert (
            make(ROOT / "results/ptb", [*ptb.experiments("anywhere")]) in text
        )


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
    from tflm.model.build import build_model

    found = build_model(ptb.experiments("anywhere")[net].model).parameters / 1e6
    assert found == pytest.approx(millions, rel=0.1)
