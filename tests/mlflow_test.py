"""What MLflow is told of a run, in a store of files."""

import json
import sys

import mlflow
import pytest

from tests.command import run_here
from tflm.tracking import mlflow_run

EXPERIMENT = "tflm"


@pytest.fixture
def uri(tmp_path, monkeypatch):
    """A store of files, which answers at once; a database takes seconds."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
    return (tmp_path / "tracked").as_uri()


def runs(uri):
    """Returns the runs of the experiment, the newest first."""
    client = mlflow.MlflowClient(uri)
    found = client.get_experiment_by_name(EXPERIMENT)
    return [*client.search_runs([found.experiment_id])] if found else []


def history(uri, run, metric):
    client = mlflow.MlflowClient(uri)
    return client.get_metric_history(run.info.run_id, metric)


@pytest.fixture
def train(corpus_file, tmp_path, uri):
    """Trains a moment, with the command; more arguments may follow."""

    def train(*arguments):
        return run_here(
            *("train", "--corpus", corpus_file, "--vocabulary_size", 45),
            *("--epochs", 2, "--batch", 64, "--steps", 10),
            *("--output", tmp_path / "model", "--mlflow", uri, *arguments),
        )

    return train


def test_a_training_is_one_run_with_its_settings_and_curves(
    train, uri, tmp_path, capsys
):
    assert train("--json") == 0
    reached = json.loads(capsys.readouterr().out)
    [run] = runs(uri)
    assert run.info.run_name == "model"
    assert run.info.status == "FINISHED"
    assert run.data.params["epochs"] == "2.0"
    assert run.data.params["preset"] == reached["preset"]
    assert run.data.params["optimizer"] == "adam"
    epochs = reached["history"]
    for name in ("valid_perplexity", "loss", "learning_rate"):
        values = [each.value for each in history(uri, run, name)]
        assert values == [each[name] for each in epochs]
    steps = [each.step for each in history(uri, run, "loss")]
    assert steps == [reached["step"] // 2, reached["step"]]
    assert run.data.metrics["parameters"] == reached["parameters"]


def test_a_killed_training_goes_on_in_the_same_run(
    train, uri, monkeypatch, tmp_path
):
    with monkeypatch.context() as patch:
        patch.setattr(mlflow_run.MlflowRun, "log_epoch", _killed)
        assert train("--checkpoint_seconds", 0) == 130
    [run] = runs(uri)
    assert run.info.status == "KILLED"
    assert train("--checkpoint_seconds", 0) == 0
    [again] = runs(uri)
    assert again.info.run_id == run.info.run_id
    assert again.info.status == "FINISHED"
    assert "valid_perplexity" in again.data.metrics


def _killed(self, progress):
    raise KeyboardInterrupt


def test_another_tracker_has_a_run_of_its_own(uri, tmp_path):
    first = mlflow_run.resume_run(uri, "a", {}, tmp_path)
    other = mlflow_run.resume_run(f"{uri}2", "a", {}, tmp_path)
    assert first.identity != other.identity
    assert len(runs(uri)) == len(runs(f"{uri}2")) == 1


def test_a_file_is_a_run_below_that_of_its_training(
    train, uri, tmp_path, converts_here
):
    assert train() == 0
    [trained] = runs(uri)
    command = ("export", tmp_path / "model", "--output", tmp_path / "bundle")
    assert run_here(*command, "--mlflow", uri, "--format", "float32") == 0
    [run] = [each for each in runs(uri) if each.info.run_name == "float32"]
    assert run.data.tags["mlflow.parentRunId"] == trained.info.run_id
    size = (tmp_path / "bundle/model.tflite").stat().st_size
    assert run.data.metrics["bytes"] == size
    assert run.data.metrics["perplexity"] < 45


def test_a_tracker_that_is_away_is_said_before_training(
    corpus_file, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    output = tmp_path / "model"
    command = ("train", "--corpus", corpus_file, "--output", output)
    assert run_here(*command, "--mlflow", "http://127.0.0.1:9") == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("tflm: MLflow at http://127.0.0.1:9 refuses")
    assert not (output / "checkpoints").exists()


def test_a_tracker_that_fails_later_ends_no_training(uri, caplog):
    run = mlflow_run.open_run(uri, "a", {})
    run.identity = "gone"
    with run.ending():
        run.log({"loss": 1.0})
        run.log({"loss": 0.5})
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("MLflow: ")


def test_without_mlflow_the_cure_is_named(monkeypatch, uri):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(RuntimeError, match=r"'tflm-toolkit\[mlflow\]'"):
        mlflow_run.open_run(uri, "a", {})


@pytest.mark.slow
def test_a_database_of_ones_own_is_a_tracker(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    run = mlflow_run.open_run(uri, "a", {"preset": "keyboard"})
    with run.ending():
        run.log({"loss": 1.0}, 3)
    [found] = runs(uri)
    assert found.data.metrics == {"loss": 1.0}
