"""The whole pipeline on a text of a few lines."""

import dataclasses
import shutil

import pytest

from tflm.bundle.bundle import Bundle
from tflm.compression import LowRank, Prune
from tflm.experiment import baselines, quality, run, stages
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.model.config import LayerConfig, ModelConfig
from tflm.report.rows import load_rows
from tflm.text import dataset
from tflm.text.corpus import load_corpus
from tflm.training.config import TrainingConfig

pytestmark = pytest.mark.usefixtures("converts_here")


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    lines = [f"we see the thing{n % 9} , line {n} ." for n in range(900)]
    path.write_text("\n".join(lines))
    quick = TrainingConfig(
        epochs=1, batch=8, steps=5, loss="sampled", samples=12
    )
    return ExperimentConfig(
        corpus=str(path),
        vocabulary_size=18,
        model=ModelConfig(18, 16, (LayerConfig("cifg", 32, 16),)),
        training=quick,
        tuning=dataclasses.replace(quick, epochs=0.2),
        variants=(
            Variant("float32"),
            Variant("int8", runtime="2.16"),
            Variant("float32", (LowRank(rank=4, scope="layer_.*"),)),
        ),
    )


@pytest.fixture(scope="module")
def done(experiment, tmp_path_factory):
    directory = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset, "load_corpus", licensed)
        return run.run(experiment, directory, "a command"), directory


def licensed(name):
    return dataclasses.replace(load_corpus(name), licence="MIT")


def test_each_file_and_baseline_has_a_row(done):
    rows, _ = done
    assert [row.name for row in rows] == [
        "stock TensorFlow Lite",
        "float32",
        "int8 for 2.16",
        "LowRank(rank=4, scope='layer_.*') + float32",
        "unigram",
        "Kneser-Ney",
    ]


def test_every_row_is_scored_and_says_how(done):
    rows, _ = done
    for row in rows:
        assert 1 < row.quality["perplexity"] < 18
        assert row.provenance["command"] == "a command"
        assert row.provenance["corpus_sha256"]


def test_rows_say_how_their_model_was_trained(done):
    float32, low_rank = done[0][1].provenance, done[0][3].provenance
    assert float32["training_seconds"] > 0
    assert low_rank["training_seconds"] > float32["training_seconds"]
    first, second = low_rank["learning_curves"]
    assert [first] == float32["learning_curves"]
    assert all(1 < perplexity < 18 for perplexity in first + second)


def test_every_file_is_timed(done):
    rows, _ = done
    assert all(row.latency["p50_ms"] > 0 for row in rows[:4])


def test_the_stock_file_is_of_the_same_model(done):
    rows, _ = done
    stock, ours = rows[0].quality, rows[2].quality
    assert stock["perplexity"] == pytest.approx(ours["perplexity"], rel=0.1)


def test_the_shipped_file_is_scored_by_message_too(done):
    rows, _ = done
    assert "message_perplexity" in rows[2].quality
    assert "message_perplexity" not in rows[1].quality


def test_the_n_gram_model_is_no_larger_than_the_file(done):
    rows, _ = done
    assert rows[-1].bytes <= rows[2].bytes


def test_baselines_are_words_alone_and_five_in_a_row(done):
    _, directory = done
    orders = {path.name for path in (directory / "files").glob("*-gram.bin")}
    assert orders == {"1-gram.bin", "5-gram.bin"}


def test_each_file_has_a_sound_bundle(done, experiment):
    _, directory = done
    for variant in experiment.variants:
        Bundle.load(run.bundle_path(directory, variant)).check()


def test_bundles_say_what_their_files_are_worth(done, experiment):
    rows, directory = done
    by_name = {row.name: row for row in rows}
    for variant in experiment.variants:
        bundle = Bundle.load(run.bundle_path(directory, variant))
        assert bundle.manifest["metrics"] == by_name[variant.name].quality
        assert bundle.manifest["corpus"]["licence"] == "MIT"


def test_a_second_run_trains_and_scores_nothing(
    done, experiment, tmp_path, monkeypatch
):
    rows, directory = done
    # It times the files again, so it has rows.json of its own.
    again_in = shutil.copytree(directory, tmp_path / "again")

    def never(*_, **__):
        raise AssertionError("done before")

    for module, name in (
        (stages, "train_by"),
        (quality, "score"),
        (run.convert, "convert"),
        (run.stock, "convert"),
        (baselines.kneser_ney, "train"),
    ):
        monkeypatch.setattr(module, name, never)
    again = run.run(experiment, again_in, "a command")
    assert [r.quality for r in again] == [r.quality for r in rows]


def test_rows_are_kept_as_json(done):
    rows, directory = done
    assert load_rows(directory / "rows.json") == rows


def test_another_experiment_is_refused(done, experiment):
    _, directory = done
    other = dataclasses.replace(experiment, vocabulary_size=17)
    with pytest.raises(ValueError, match="belongs to another run"):
        run.run(other, directory, "a command")


def test_examples_are_three_words_each(done, experiment):
    _, directory = done
    bundle = run.bundle_path(directory, experiment.shipped)
    shipped = run.examples(bundle, ["we see", "line"])
    assert [*shipped] == ["we see", "line"]
    assert all(len(words) == 3 for words in shipped.values())


def test_files_that_are_trained_otherwise_are_kept_apart():
    variant = Variant("int8", (Prune(),))
    longer = dataclasses.replace(variant, tuning=TrainingConfig(epochs=3))
    assert len({variant.model_slug, longer.model_slug}) == 2


def test_a_hierarchical_model_has_no_stock_file(experiment, tmp_path):
    table = {"kind": "adaptive", "cutoffs": (6,), "ranks": (16, 2)}
    model = dataclasses.replace(
        experiment.model, maps={"embedding": table}, hierarchical=True
    )
    experiment = dataclasses.replace(
        experiment,
        model=model,
        training=dataclasses.replace(
            experiment.training, loss="full", epochs=0.1
        ),
        variants=(Variant("float32"),),
        has_baselines=False,
    )
    rows = run.run(experiment, tmp_path / "work", "a command")
    assert [row.name for row in rows] == ["float32"]
