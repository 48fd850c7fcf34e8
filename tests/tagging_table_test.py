"""The tables of taggers are those of the results."""

from tests.readme import README, ROOT
from tflm.experiment import tagging_runs, tagging_table

RESULTS = ROOT / "results/tagging"
MODELS = [*tagging_runs.experiments("data")]


def test_the_document_has_every_row():
    text = (ROOT / "docs/tagging.md").read_text("utf-8")
    assert tagging_table.markdown(RESULTS, MODELS) in text


def test_the_readme_has_the_best_of_each_text():
    assert tagging_table.best(RESULTS) in README


def test_each_experiment_has_a_second_seed():
    found = tagging_runs.experiments("data")
    for name, config in found.items():
        if not name.endswith("-again"):
            other = found[f"{name}-again"]
            assert other.model == config.model
            assert (config.training.seed, other.training.seed) == (0, 1)


def test_what_was_not_run_says_so(tmp_path):
    [_, _, line] = tagging_table.markdown(tmp_path, ["atis"]).splitlines()
    assert line.startswith("| atis | not run |")
