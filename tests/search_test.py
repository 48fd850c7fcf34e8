"""A search on a small trained model, from its sensitivity to the bundle."""

import dataclasses
import json

import numpy as np
import pytest

from tflm import compression
from tflm.bundle.bundle import Bundle
from tflm.experiment import lineage, recipe, stages
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.tasks import TASKS
from tflm.model import workspace
from tflm.model.build import build_model
from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.workspace import Trained
from tflm.report.rows import load_rows
from tflm.search import candidates, pipeline, size
from tflm.search.budget import Budget
from tflm.search.compress_to_budget import compress_to_budget
from tflm.search.sensitivity import Sensitivity, break_even
from tflm.text import dataset
from tflm.tflite import convert
from tflm.tflite.interpreter import load_step
from tflm.training.config import TrainingConfig
from tflm.training.train import train

pytestmark = pytest.mark.usefixtures("converts_here")
FORMATS = ("int8", "int4")
QUICK = TrainingConfig(epochs=0.3, batch=8, steps=5, reset=0.0)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    random = np.random.default_rng(0)
    lines = [
        f"word{a} word{(3 * a + 1) % 90} word{(5 * a + 2) % 90} , line ."
        for a in random.integers(0, 90, 1500)
    ]
    path.write_text("\n".join(lines))
    place = tmp_path_factory.mktemp("ids")
    return dataset.prepare(str(path), place, 90)


@pytest.fixture(scope="module")
def trained(text):
    layers = (LayerConfig("lstm", 64),)
    words = len(text.vocabulary)
    model = build_model(ModelConfig(words, 32, layers, tied=False))
    how = dataclasses.replace(QUICK, epochs=3, learning_rate=0.01)
    train(model, text.train, text.valid, how, bar=False)
    origin = dataclasses.replace(text.origin, licence="MIT")
    return Trained(model, text.vocabulary, origin)


@pytest.fixture(scope="module")
def limit(trained):
    """Half of what the int8 file takes."""
    return Budget(len(convert.convert(trained.model, "int8")) // 2)


@pytest.fixture(scope="module")
def done(trained, text, limit, tmp_path_factory):
    output = tmp_path_factory.mktemp("search")
    way = lineage.trained(ExperimentConfig(corpus=text.origin.corpus))
    found = compress_to_budget(
        trained, limit, output, None, QUICK, FORMATS, "a command", way
    )
    return found, output


def test_break_even_is_the_last_rank_that_saves():
    for m, n in ((10_000, 96), (7, 5), (96, 2010)):
        rank = break_even(m, n)
        assert rank * (m + n) < m * n <= (rank + 1) * (m + n)


def test_expected_bytes_are_near_those_of_the_file(trained):
    model = trained.model
    ranks = {"softmax": 8, "layer_0/input": 16}
    smaller = model
    for name, rank in ranks.items():
        method = compression.LowRank(rank=rank, scope=name)
        smaller = method(smaller, compression.skip_training)
    for file_format in FORMATS:
        expected = size.other_bytes(smaller.config) + sum(
            size.kept_bytes(
                linear,
                name,
                (linear.inputs, linear.outputs),
                size.bits_of(name, file_format),
            )
            for name, linear in smaller.maps.items()
        )
        found = len(convert.convert(smaller, file_format))
        assert expected == pytest.approx(found, rel=0.15)


def test_fewer_units_are_what_the_method_leaves(trained):
    method = compression.parse("RemoveUnits(share=0.25)")
    smaller = method(trained.model, compression.skip_training)
    assert smaller.config == size.with_fewer_units(trained.model.config, 0.25)


def losses(text):
    return TASKS["predict"].losses(text)


def test_sensitivity_is_measured_once(trained, text, tmp_path, monkeypatch):
    path = tmp_path / "sensitivity.json"
    costs = Sensitivity(trained.model, losses(text), path)
    first = costs.of_ranks("softmax")
    highest = break_even(len(text.vocabulary), 64)
    assert min(first) >= 2 and max(first) <= highest
    assert first[min(first)] > first[max(first)]
    again = Sensitivity(trained.model, losses(text), path)
    monkeypatch.setattr(again, "_of_rank", None)
    assert again.of_ranks("softmax") == first


def test_the_file_is_within_the_budget_and_the_best_tried(done, limit):
    found, _ = done
    assert len(found.content) <= limit.bytes
    tried = [r for r in found.rows if not r.name.startswith("original")]
    assert all(row.bytes <= limit.bytes for row in tried)
    best = min(tried, key=lambda row: row.quality["perplexity"])
    assert best.name == found.candidate.name
    assert best.bytes == len(found.content)


def test_the_original_stands_beside_what_was_tried(done, trained):
    found, _ = done
    names = [row.name for row in found.rows[:2]]
    assert names == ["original + float32", "original + int8"]
    assert {row.parameters for row in found.rows[:2]} == {
        trained.model.parameters
    }
    assert found.rows[0].quality["top1_agreement"] == 1
    assert all(row.latency["p50_ms"] > 0 for row in found.rows)


def test_the_file_predicts_as_its_model(done):
    found, _ = done
    convert.check(found.content, found.trained.model, found.candidate.format)


def test_methods_are_in_the_papers_order(done):
    found, _ = done
    names = [type(method).__name__ for method in found.candidate.methods]
    order = ["Adaptive", "LowRank", "RemoveUnits", "QuantizeAware"]
    assert names == sorted(names, key=order.index)
    assert names


def test_all_that_a_user_needs_is_written(done, trained):
    found, output = done
    bundle = Bundle.load(output / "bundle")
    bundle.check()
    perplexity = bundle.manifest["metrics"]["valid_perplexity"]
    assert perplexity == found.row.quality["perplexity"]
    assert bundle.manifest["corpus"]["licence"] == "MIT"
    again = workspace.load(output)
    assert again.model.config == found.trained.model.config
    methods = compression.text(found.candidate.methods)
    assert again.origin.recipe.endswith(methods)
    assert load_rows(output / "rows.json") == found.rows
    log = (output / "decision_log.md").read_text("utf-8")
    for part in ("What each change costs", "Pruning:", "Bits:", "The file is"):
        assert part in log
    assert (output / "report.html").exists()


def test_the_recipe_of_the_file_needs_no_search(done):
    found, output = done
    way = recipe.load(output / "recipe.toml")
    assert Bundle.load(output / "bundle").recipe == recipe.text(way)
    assert way.budget is None
    shipped = way.experiment.shipped
    assert shipped.format == found.candidate.format
    assert shipped.methods == tuple(found.candidate.methods)
    assert way.experiment.tuning == QUICK


def test_a_second_run_trains_nothing(done, trained, text, limit, monkeypatch):
    found, output = done
    monkeypatch.setattr(stages, "train_by", None)
    again = pipeline.run(
        trained, text, limit, QUICK, output / "search", "again", FORMATS
    )
    assert again.content == found.content


def test_another_search_is_refused(done, trained, text, limit):
    _, output = done
    with pytest.raises(ValueError, match="belongs to another run"):
        pipeline.run(trained, text, limit, None, output / "search", "")


def test_what_cannot_be_met_is_told_with_the_closest(done, trained, text):
    _, output = done
    with pytest.raises(ValueError, match="closest file of this model") as e:
        pipeline.run(
            trained,
            text,
            Budget(3000),
            QUICK,
            output / "search",
            "",
            FORMATS,
        )
    assert "budget_bytes=3000 cannot be met" in str(e.value)


def test_a_wide_budget_takes_the_model_as_it_is(done, trained, text):
    _, output = done
    found = pipeline.run(
        trained,
        text,
        Budget(10**7),
        QUICK,
        output / "search",
        "",
        ("int8",),
    )
    assert found.candidate.changes == {} and not found.candidate.share
    step = load_step(found.content)
    assert step.vocabulary_size == len(text.vocabulary)


def test_time_is_a_budget_too(done, trained, text):
    _, output = done
    with pytest.raises(ValueError, match="budget_ms=1e-06"):
        pipeline.run(
            trained,
            text,
            Budget(10**6, 1e-6),
            QUICK,
            output / "search",
            "",
            ("int8",),
        )


def test_candidates_keep_to_their_budget(trained, text, done):
    _, output = done
    costs = Sensitivity(
        trained.model, losses(text), output / "search" / "sensitivity.json"
    )
    known = json.loads((output / "search/sensitivity.json").read_text())
    for nbytes in (14_000, 17_000):
        found = candidates.best(trained.model, costs, "int4", nbytes)
        if found is not None:
            assert found.bytes <= nbytes
    assert costs.known == known


def test_losses_between_ranks_fall_to_nothing():
    measured = {4: 0.5, 8: 0.1, 12: 0.2}
    found = [
        candidates._between(measured, r, 20) for r in (4, 6, 8, 12, 16, 20)
    ]
    assert found == pytest.approx([0.5, 0.35, 0.2, 0.2, 0.1, 0.0])
