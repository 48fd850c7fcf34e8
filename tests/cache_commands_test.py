"""A cache from the command line: scored apart, found, written to bundles."""

import json
import pathlib

import numpy as np
import pytest

from benchmarks import cache as benchmark
from tests.command import run_here
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.text.corpus import load_corpus
from tflm.text.dataset import Origin, build_vocabulary

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def _here(converts_here):
    """Converts in this process, which has TensorFlow."""


@pytest.fixture
def place(tmp_path, make_model, monkeypatch):
    """A folder with a model of a few words, in `net`, and its text."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    things = [f"{a}{b}" for a in "abcde" for b in "fghijk"]
    lines = [
        f"{a} {a} {b} {a} {c} {a} {a}\n"
        for a, b, c in random.choice(things, [600, 3])
    ]
    (tmp_path / "text.txt").write_text("".join(lines))
    text = load_corpus("text.txt")
    words = build_vocabulary(text, 40)
    model = make_model(vocabulary_size=len(words))
    origin = Origin(text.name, text.sha256(), text.rules)
    workspace.save(Trained(model, words, origin), "net")
    return tmp_path


def told(capsys, *arguments):
    assert run_here(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_cache_is_found_shipped_and_scored_apart(place, capsys):
    made = told(capsys, "export", "net", "--output=bundle", "--cache=9")
    manifest = json.loads((place / "bundle/manifest.json").read_text())
    cache = manifest["cache"]
    assert cache["window"] == 9 and 0 < cache["lambda"] < 1
    assert made["cache_lambda"] == cache["lambda"]
    given = (f"--theta={cache['theta']}", f"--lambda={cache['lambda']}")
    less = "--sentences=20"
    plain = told(capsys, "evaluate", "bundle", less)
    with_cache = told(capsys, "evaluate", "bundle", less, "--cache=9", *given)
    assert with_cache["perplexity"] != plain["perplexity"]
    assert with_cache["p50_ms"] > 0 < with_cache["p50_ms_without"]
    rows = [found["rows"][0] for found in (plain, with_cache)]
    assert rows[1]["provenance"]["cache"].items() >= cache.items()
    for name, row in zip("ab", rows, strict=True):
        (place / f"{name}.json").write_text(json.dumps([row]))
    assert run_here("report", "a.json", "b.json") == 0
    shown = capsys.readouterr()
    assert "tokens, with a cache" in shown.out
    assert "not compared, as texts differ" in shown.err


def test_a_cache_that_is_worth_nothing_is_not_shipped(place, capsys, caplog):
    words = [f"{a}{b}" for a in "abcde" for b in "fghijk"]
    lines = [words[i:] + words[:i] for i in range(30)]  # No word is repeated.
    text = "".join(" ".join(line) + "\n" for line in lines)
    (place / "once.txt").write_text(text)
    asked = ("--corpus=once.txt", "--output=bundle", "--cache=1")
    made = told(capsys, "export", "net", *asked)
    manifest = json.loads((place / "bundle/manifest.json").read_text())
    assert "cache" not in manifest and "cache_lambda" not in made
    [warning] = [m for m in caplog.messages if "gets no cache" in m]
    assert "\n" not in warning


def test_the_benchmark_has_a_row_for_each_file_way_and_window(place):
    ways = ["carried", "messages", "alone"]
    found = benchmark.measure(
        ["net"], "text.txt", ["float32"], [1, 9], ways, 20
    )
    rows = [(row["text"], row["window"]) for row in found["rows"]]
    assert rows == [(way, window) for way in ways for window in (1, 9)]
    for row in found["rows"]:
        assert row["valid_perplexity"] <= row["valid_perplexity_without"]
    lines = benchmark.table(found).splitlines()
    assert len(lines) == 2 + 6 and "| net: float32 | carried | 1 |" in lines[2]


def test_page_has_the_rows_of_the_results():
    found = json.loads((ROOT / "results/ptb/cache.json").read_text("utf-8"))
    assert benchmark.table(found) in (ROOT / "docs/ptb.md").read_text("utf-8")


def test_a_benchmark_that_was_stopped_goes_on_after_its_rows(
    place, monkeypatch
):
    monkeypatch.setattr("sys.argv", ["cache"])
    asked = (["net"], "text.txt", ["float32"], [1, 9], ["alone"], 20)
    whole = benchmark.measure(*asked)
    begun = {**whole, "rows": [whole["rows"][0] | {"theta": "kept"}]}
    (place / "rows.json").write_text(json.dumps(begun))
    found = benchmark.measure(*asked, output="rows.json")
    assert [row["theta"] for row in found["rows"]][0] == "kept"
    assert found["rows"][1]["quality"] == whole["rows"][1]["quality"]
    assert json.loads((place / "rows.json").read_text()) == found
    monkeypatch.setattr("sys.argv", ["cache", "--other"])
    with pytest.raises(ValueError, match="is of another command: remove it"):
        benchmark.measure(*asked, output="rows.json")


@pytest.mark.parametrize(
    "command, message",
    [
        ("evaluate net --cache=0", "at least 1 word, got a window of 0"),
        ("evaluate net --theta=0.1", "are of a cache: give --cache=500, too"),
        ("evaluate net --cache=5 --theta=1", "go together: give both"),
        ("evaluate net --cache=5 --split=valid", "give --split=test, or both"),
        (
            "export net --cache=5 --format=full_int8 --output=out",
            "a full_int8 file does not give: give --format=int8",
        ),
        ("export net --cache=5 --to=onnx --output=out", "--cache out"),
    ],
)
def test_what_no_cache_can_be_is_refused(place, capsys, command, message):
    assert run_here(*command.split()) == 2
    assert message in capsys.readouterr().err
