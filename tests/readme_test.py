"""The README's tables are those of the results; wheel_test runs the rest."""

import re
import shlex

from tests.readme import README, ROOT, commands
from tflm.commands import demo
from tflm.experiment import ptb, ptb_table
from tflm.experiment.config import FULL
from tflm.report.rows import load_rows
from tflm.report.text_table import markdown

KEYBOARD = ROOT / "results/chitchat/keyboard.json"


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    names = [shlex.split(line)[1] for line in commands("make")]
    assert names == ["demo", "test", "apk"]
    assert all(f"\n{name}: " in makefile for name in names)


def test_tables_are_those_of_the_results():
    rows = load_rows(KEYBOARD)
    assert markdown(rows) in README
    nets = ptb.experiments("anywhere")
    assert ptb_table.budgets(ROOT / "results/ptb", nets) in README


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(targets) > 5
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_the_demo_tells_what_the_full_run_reaches():
    by_name = {row.name: row.quality for row in load_rows(KEYBOARD)}
    found = by_name[FULL.shipped.name]
    reached = f"{found['perplexity']:.1f} and {found['recall_at_3']:.1%}"
    assert reached in demo.FULL_RUN


def test_the_demo_says_what_its_numbers_mean():
    rows = load_rows(KEYBOARD)
    said = " ".join(demo.meaning(FULL, rows).split())
    ngram = next(row.quality for row in rows if row.name == "Kneser-Ney")
    assert f"{ngram['perplexity']:.1f} and {ngram['recall_at_3']:.1%}" in said
