"""The README's tables are those of the results; wheel_test runs the rest."""

import re
import shlex

from tests.readme import README, ROOT, commands
from tflm.experiment import ptb, ptb_table
from tflm.report.rows import load_rows
from tflm.report.text_table import markdown


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    names = [shlex.split(line)[1] for line in commands("make")]
    assert names == ["demo", "test", "apk"]
    assert all(f"\n{name}: " in makefile for name in names)


def test_tables_are_those_of_the_results():
    rows = load_rows(ROOT / "results/chitchat/keyboard.json")
    assert markdown(rows) in README
    nets = ptb.experiments("anywhere")
    assert ptb_table.budgets(ROOT / "results/ptb", nets) in README


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(targets) > 5
    assert [t for t in targets if not (ROOT / t).exists()] == []
