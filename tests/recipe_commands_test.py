"""Commands take a recipe and leave one; a bundle's makes its file again."""

import re
import runpy
import shutil
import sys

import pytest

from tests.command import run_here as tflm
from tests.prose import chains
from tflm import cli
from tflm.bundle.bundle import Bundle
from tflm.compression import LowRank
from tflm.experiment import config, ptb, recipe
from tflm.experiment.config import Variant
from tflm.model import workspace
from tflm.report.rows import load_rows
from tflm.search import from_corpus
from tflm.search.budget import Budget
from tflm.text import download

pytestmark = pytest.mark.usefixtures("converts_here")

WANTED = """
corpus = "text.txt"
vocabulary_size = 60

[model]
embedding_size = 8
layers = [{kind = "cifg", units = 16, projection = 8}]

[training]
epochs = 5
batch = 20
steps = 5
loss = "full"

[tuning]
epochs = 0.1
batch = 20
steps = 5
loss = "full"

[scores]
test_sentences = 30
has_baselines = false
"""
SHIPPED = """
[shipped]
format = "int8"
methods = "LowRank(rank=3, scope='layer_.*')"
"""
BUDGET = "[budget]\nbytes = 12_000\n"
SMALLER = LowRank(rank=3, scope="layer_.*")


@pytest.fixture(scope="module")
def made(tmp_path_factory, converts_here):
    """A directory in which each command has taken the recipe."""
    place = tmp_path_factory.mktemp("recipe")
    (place / "text.txt").write_text(chains())
    (place / "asked.toml").write_text(WANTED + SHIPPED)
    given = "--recipe=asked.toml"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for command in (
            ("train", given, "--epochs=0.5", "--output=model"),
            ("compress", "model", given, "--output=small"),
            ("export", "small", given, "--no_metadata", "--output=bundle"),
            ("run", "bundle/recipe.toml", "--output=again"),
        ):
            assert tflm(*command) == 0
        yield place


def test_flags_win_over_the_recipe(made):
    found = recipe.load(made / "model" / "recipe.toml")
    assert found.experiment.training.epochs == 0.5
    assert found.experiment.training.batch == 20
    assert found.is_only_trained


def test_the_model_is_that_of_the_recipe(made):
    model = workspace.load(made / "model").model
    assert model.config.layers[0].units == 16
    smaller = workspace.load(made / "small").model.config
    assert smaller.maps["layer_0/input"]["rank"] == 3


def test_the_bundle_has_the_whole_way(made):
    bundle = Bundle.load(made / "bundle")
    assert bundle.recipe == (made / "bundle/recipe.toml").read_text("utf-8")
    assert "recipe.toml" in bundle.manifest["files"]
    found = recipe.load(made / "bundle" / "recipe.toml").experiment
    assert found.training.epochs == 0.5
    assert found.tuning.epochs == 0.1
    assert found.shipped == Variant("int8", (SMALLER,))


def test_the_recipe_of_a_bundle_makes_its_file_again(made):
    [again] = (made / "again" / "bundles").iterdir()
    assert Bundle.load(again).model == Bundle.load(made / "bundle").model
    assert Bundle.load(again).recipe == Bundle.load(made / "bundle").recipe


def test_a_changed_recipe_in_a_bundle_is_noticed(made, tmp_path):
    place = shutil.copytree(made / "bundle", tmp_path / "bundle")
    (place / "recipe.toml").write_text("corpus = 'another'")
    with pytest.raises(ValueError, match=r"recipe.toml was changed"):
        Bundle.load(place)


def test_a_run_leaves_recipe_rows_and_page(made):
    left = {path.name for path in (made / "again").iterdir()}
    assert {"recipe.toml", "rows.json", "report.html", "bundles"} <= left
    names = [row.name for row in load_rows(made / "again" / "rows.json")]
    assert "LowRank(rank=3, scope='layer_.*') + int8" in names


def test_the_demo_shows_table_page_and_suggestions(made, monkeypatch, capsys):
    done = recipe.load(made / "again" / "recipe.toml").experiment
    monkeypatch.setattr(config, "DEMO", done)
    assert tflm("demo", "--output=again") == 0
    printed = capsys.readouterr().out
    assert "LowRank(rank=3, scope='layer_.*') + int8" in printed
    assert "Report: again/report.html" in printed
    assert re.search(r"see you -> \S+ \| \S+ \| \S+", printed)


@pytest.fixture
def table(made, monkeypatch):
    """A Penn Treebank table of one model, which is done."""
    done = recipe.load(made / "again" / "recipe.toml").experiment
    monkeypatch.setattr(ptb, "experiments", lambda *_: {"again": done})
    fetched = []
    monkeypatch.setattr(download, "fetch", lambda *given: fetched.append(given))
    return fetched


def test_ptb_fetches_its_text_and_leaves_rows(made, table):
    flags = ("--text=no_text", "--output=.", "--results=rows")
    assert tflm("ptb", "--models=again", *flags) == 0
    assert table == [("ptb", "no_text")]
    rows = load_rows(made / "rows" / "again.json")
    assert rows[0].provenance["corpus"] == "text.txt"


def test_ptb_names_its_models(table, capsys):
    assert tflm("ptb", "--list") == 0
    assert capsys.readouterr().out == "again\n"
    assert tflm("ptb", "--nets=agin") == 2
    assert "no model 'agin': there are again" in capsys.readouterr().err


def test_the_program_is_the_command_in_this_repository(monkeypatch):
    ran = []
    monkeypatch.setattr(cli, "run", lambda: ran.append([*sys.argv]))
    monkeypatch.setattr(sys, "argv", ["ptb.py", "--table"])
    runpy.run_module("export.ptb", run_name="__main__")
    [[_, command, *flags, last]] = ran
    assert (command, last) == ("ptb", "--table")
    assert "--results=results/ptb" in flags


def test_a_score_is_of_the_recipes_text(made, capsys):
    assert tflm("evaluate", "bundle", "--recipe=asked.toml", "--json") == 0
    given = undated(capsys.readouterr().out)
    more = ("--corpus=text.txt", "--sentences=30", "--json")
    assert tflm("evaluate", "bundle", *more) == 0
    assert undated(capsys.readouterr().out) == given


def undated(printed):
    """Returns what was printed without the second in which it was measured."""
    without, dates = re.subn(r'"date": "[^"]+"', "", printed)
    assert dates == 1
    return without


def test_a_budget_is_searched_from_the_trained_model(made, monkeypatch):
    text = WANTED.replace("epochs = 5", "epochs = 0.1") + BUDGET
    (made / "budget.toml").write_text(text)
    wanted, asked = recipe.load(made / "budget.toml"), {}

    def search(trained, budget, output, **fields):
        asked.update(fields, budget=budget)
        return asked

    monkeypatch.setattr(from_corpus, "compress_to_budget", search)
    assert from_corpus.run(wanted, made / "found", "a command") is asked
    assert asked["budget"] == Budget(12_000)
    assert asked["tuning"] == wanted.experiment.tuning
    assert asked["recipe"] == recipe.load(made / "found/original/recipe.toml")
    assert recipe.load(made / "found/recipe.toml") == wanted


def test_a_compress_that_is_told_nothing_is_refused(made, capsys):
    (made / "none.toml").write_text(WANTED)
    for more in ((), ("--recipe=none.toml",)):
        assert tflm("compress", "model", *more, "--output=nothing") == 2
        assert "nothing says by what" in capsys.readouterr().err
    assert not (made / "nothing").exists()
