"""Stages leave files, are done once, and go on where they were killed."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from tests.command import run_here as tflm
from tests.prose import chains
from tflm.bundle.bundle import Bundle
from tflm.commands import compress as compress_command
from tflm.compression import Adaptive
from tflm.experiment import stages
from tflm.experiment.claim import claim
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.report.rows import load_rows
from tflm.text import dataset
from tflm.text.corpus import load_corpus
from tflm.training.config import TUNING
from tflm.training.trainer import Trainer

QUICK = (
    *("--epochs=0.1", "--batch=20", "--steps=2", "--loss=full"),
    "--checkpoint_seconds=0",
)
pytestmark = pytest.mark.usefixtures("converts_here")
METHODS = (
    "LowRank(rank=4, scope='layer_.*'), "
    "Prune(sparsity=0.5, scope='layer_0/input', ramp_steps=20)"
)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    place = tmp_path_factory.mktemp("text")
    (place / "text.txt").write_text(chains())
    return dataset.prepare(str(place / "text.txt"), place / "ids", 60)


@pytest.fixture
def place(text, make_model, tmp_path):
    """A directory with a model of the text in `model`."""
    model = make_model(vocabulary_size=len(text.vocabulary))
    origin = dataclasses.replace(text.origin, licence="MIT")
    workspace.save(Trained(model, text.vocabulary, origin), tmp_path / "model")
    return tmp_path


@pytest.fixture
def without_table(monkeypatch):
    """Ends `compress` with its model; `cli_test` has the table of files."""
    monkeypatch.setattr(compress_command, "_rows", lambda *_: [])


def killed_after(updates, *arguments):
    """Runs the command until so many updates are done."""
    left, update = iter(range(updates)), Trainer._update

    def dying(self):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return update(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Trainer, "_update", dying)
        return tflm(*arguments)


def weights(directory):
    model = workspace.load(directory).model
    return {n: w.numpy() for n, w in model.named_weights().items()}


def compress(place, output, *more):
    model, output = place / "model", place / output
    more = more or ("--methods", METHODS, *QUICK)
    return ("compress", model, "--output", output, *more)


def test_a_killed_compress_ends_with_the_same_weights(place, without_table):
    assert tflm(*compress(place, "whole")) == 0
    first, _ = stages.progress(place / "whole")
    # It dies in the training of each of the two methods.
    for updates in (5, first["step"]):
        assert killed_after(updates, *compress(place, "killed")) == 130
        assert not (place / "killed" / "model.npz").exists()
    assert killed_after(first["step"], *compress(place, "killed")) == 0
    expected, found = weights(place / "whole"), weights(place / "killed")
    for weight, value in expected.items():
        np.testing.assert_array_equal(found[weight], value, weight)


def test_a_compress_that_was_killed_after_its_model_goes_on(
    place, monkeypatch, without_table, capsys
):
    def killed(*_):
        raise KeyboardInterrupt

    def done(*arguments):
        (arguments[-1] / "rows.json").write_text("[]")
        return []

    untrained = ("--methods", "LowRank(rank=3)", "--no_training")
    monkeypatch.setattr(compress_command, "_rows", killed)
    assert tflm(*compress(place, "small", *untrained)) == 130
    first = (place / "small/model.npz").read_bytes()
    monkeypatch.setattr(compress_command, "_rows", done)
    assert tflm(*compress(place, "small", *untrained)) == 0
    assert (place / "small/model.npz").read_bytes() == first
    assert tflm(*compress(place, "small", *untrained)) == 2
    assert "small exists: give --overwrite" in capsys.readouterr().err


def test_a_directory_of_another_compress_is_refused(
    place, capsys, without_table
):
    killed_after(3, *compress(place, "small"))
    other = ("--methods", "LowRank(rank=3)", *QUICK)
    assert tflm(*compress(place, "small", *other)) == 2
    assert "belongs to another run" in capsys.readouterr().err
    assert tflm(*compress(place, "small", *other, "--overwrite")) == 0


def test_overwriting_makes_and_scores_the_files_anew(place):
    untrained = ("--methods", "LowRank(rank=3)", "--no_training")
    assert tflm(*compress(place, "small", *untrained)) == 0
    before = load_rows(place / "small/rows.json")
    trained = workspace.load(place / "model")
    for weight in trained.model.trainable_variables:
        weight.assign(1.5 * weight)
    workspace.save(trained, place / "model")
    again = compress(place, "small", *untrained, "--overwrite")
    assert tflm(*again) == 0
    after = load_rows(place / "small/rows.json")
    for old, new in zip(before, after, strict=True):
        assert old.name == new.name
        assert old.file_sha256 != new.file_sha256
        assert old.quality["perplexity"] != new.quality["perplexity"]


def test_a_search_leaves_the_model_of_another_run_alone(place, capsys):
    kept = (place / "model/model.npz").read_bytes()
    shutil.copytree(place / "model", place / "other")
    (place / "other/run.json").write_text("{}")
    search = ("--budget_bytes=1MB", "--no_training")
    assert tflm(*compress(place, "other", *search)) == 2
    assert "belongs to another run" in capsys.readouterr().err
    assert (place / "other/model.npz").read_bytes() == kept


def test_the_model_itself_is_not_overwritten(place, capsys):
    before = weights(place / "model")
    again = compress(place, "model", "--methods", "Prune()", "--overwrite")
    assert tflm(*again) == 2
    assert "is the model itself" in capsys.readouterr().err
    assert weights(place / "model").keys() == before.keys()


def test_a_file_is_not_claimed(tmp_path):
    (tmp_path / "t.txt").touch()
    with pytest.raises(FileExistsError, match="t.txt is a file: give a dire"):
        claim(tmp_path / "t.txt", {}, overwrite=True)


def test_a_claim_without_work_does_not_bind(tmp_path):
    claim(tmp_path, {"methods": "LowRank(rank=99)"})
    claim(tmp_path, {"methods": "LowRank(rank=9)"})
    (tmp_path / "checkpoints").mkdir()
    claim(tmp_path, {"methods": "LowRank(rank=9)"})
    with pytest.raises(ValueError, match="belongs to another run"):
        claim(tmp_path, {"methods": "LowRank(rank=8)"})


def test_a_run_begun_before_words_were_curated_goes_on(tmp_path):
    claim(tmp_path, {"corpus": "a"})
    (tmp_path / "checkpoints").mkdir()
    claim(tmp_path, {"corpus": "a", "curated": False, "scored_on": ""})
    with pytest.raises(ValueError, match="belongs to another run"):
        claim(tmp_path, {"corpus": "a", "curated": True})


def test_overwriting_begins_anew_only_what_is_finished(tmp_path):
    claim(tmp_path, {}, overwrite=True)
    (tmp_path / "checkpoints").mkdir()
    claim(tmp_path, {}, overwrite=True)
    assert (tmp_path / "checkpoints").exists()
    (tmp_path / "model.npz").touch()
    claim(tmp_path, {}, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_hierarchical_softmax_is_tuned_by_the_full_loss(text, place):
    trained = workspace.load(place / "model")
    tuning = dataclasses.replace(TUNING, epochs=0.02, batch=8, steps=5)
    methods = [Adaptive(cutoffs=(10, 30), reduction=2, hierarchical=True)]
    found = stages.compress_model(
        place / "split", trained, methods, tuning, text
    )
    assert tuning.loss == "sampled"
    assert found.model.config.hierarchical


def test_a_model_of_a_text_before_it_was_changed_is_refused(text, place):
    origin = dataclasses.replace(text.origin, corpus_sha256="of before")
    later = dataclasses.replace(text, origin=origin)
    shape = workspace.load(place / "model").model.config
    with pytest.raises(ValueError, match="as it was before it was changed"):
        stages.train_model(place / "model", "again", shape, TUNING, later)


def test_the_licence_of_a_text_is_known():
    assert load_corpus("chitchat").licence == "MIT"


def test_export_tells_licence_and_scores(place):
    assert tflm("export", place / "model", "--output", place / "bundle") == 0
    manifest = Bundle.load(place / "bundle").manifest
    assert manifest["corpus"]["licence"] == "MIT"
    assert 1 < manifest["metrics"]["perplexity"] < 1000
    assert manifest["provenance"]["versions"]
    card = (place / "bundle" / "MODEL_CARD.md").read_text("utf-8")
    assert "licence MIT" in card


def test_export_goes_without_scores_where_the_text_is_gone(place):
    origin = json.loads((place / "model" / "origin.json").read_text())
    origin["corpus"] = "nowhere.txt"
    (place / "model" / "origin.json").write_text(json.dumps(origin))
    assert tflm("export", place / "model", "--output", place / "bundle") == 0
    assert Bundle.load(place / "bundle").manifest["metrics"] == {}
