"""A run of MLflow: what is trained, how it goes and what comes out.

MLflow is optional (`tflm-toolkit[mlflow]`) and gets no data and no weights.
"""

import contextlib
import importlib
import json
import logging as standard_logging
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

from absl import logging

from tflm import files, json_files

_RECORD = "mlflow.json"  # In a run's directory: which run of MLflow it is.
_EXPERIMENT = "tflm"  # Unless MLFLOW_EXPERIMENT_NAME says another.


class MlflowRun:
    """A run that is open; `open_run` and `resume_run` make one.

    An error of the tracker while something is logged is a warning, once: it
    must not end a training of hours.
    """

    def __init__(self, client: Any, identity: str):
        self._client, self.identity = client, identity
        self._has_warned = False

    def log(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Logs numbers, of a training step."""
        with self._warning():
            for name, value in metrics.items():
                self._client.log_metric(self.identity, name, value, step=step)

    def log_epoch(self, progress: Any) -> None:
        """Logs the last epoch of a `training.trainer.Progress`.

        It is what `tflm.train` takes as `on_epoch`.
        """
        self.log(progress.history[-1], progress.step)

    @contextlib.contextmanager
    def ending(self) -> Iterator["MlflowRun"]:
        """Ends the run with the block: finished, killed or failed."""
        status = "FAILED"
        try:
            yield self
            status = "FINISHED"
        except KeyboardInterrupt:
            status = "KILLED"
            raise
        finally:
            with self._warning():
                self._client.set_terminated(self.identity, status)

    @contextlib.contextmanager
    def _warning(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # Whatever it, a proxy or SQL may raise.
            if not self._has_warned:
                logging.warning("MLflow: %s; going on without", _line(error))
            self._has_warned = True


def open_run(
    uri: str,
    name: str,
    parameters: Mapping[str, Any],
    parent: files.Path | None = None,
) -> MlflowRun:
    """Begins a run.

    Args:
        uri: of the tracker, as in http://127.0.0.1:5000 or sqlite:///mlflow.db.
        name: of the run.
        parameters: what it was asked for, logged as text.
        parent: directory of the run that it belongs to, if that is one of
            MLflow.

    Raises:
        ConnectionError: the tracker does not answer, or refuses.
        RuntimeError: MLflow is not installed.
    """
    client = _client(uri)
    with _reaching(uri):
        tags = {}
        if parent and (known := _recorded(parent, uri)):
            tags["mlflow.parentRunId"] = known
        made = client.create_run(_experiment(client), tags=tags, run_name=name)
        for key, value in parameters.items():
            client.log_param(made.info.run_id, key, value)
    return MlflowRun(client, made.info.run_id)


def resume_run(
    uri: str,
    name: str,
    parameters: Mapping[str, Any],
    directory: files.Path,
) -> MlflowRun:
    """Goes on with the run of MLflow that `directory` began, or begins it.

    Args:
        uri: of the tracker.
        name: of the run.
        parameters: what it was asked for, logged as text.
        directory: of the run's checkpoints, where its identity is kept.

    Raises:
        ConnectionError: the tracker does not answer, or refuses.
        RuntimeError: MLflow is not installed.
    """
    if known := _recorded(directory, uri):
        client = _client(uri)
        with _reaching(uri):
            client.update_run(known, status="RUNNING")
        return MlflowRun(client, known)
    run = open_run(uri, name, parameters)
    path = pathlib.Path(directory) / _RECORD
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, json.dumps({"uri": uri, "run": run.identity}))
    return run


def _recorded(directory: files.Path, uri: str) -> str | None:
    """Returns the run of MLflow that a directory is of, if it is at `uri`."""
    try:
        path = pathlib.Path(directory) / _RECORD
        record = json_files.read(path, dict[str, str])
    except (OSError, ValueError):
        return None
    return record.get("run") if record.get("uri") == uri else None


def _client(uri: str) -> Any:
    try:
        mlflow = importlib.import_module("mlflow")
    except ModuleNotFoundError:
        raise RuntimeError(
            "MLflow is not installed: pip install 'tflm-toolkit[mlflow]'"
        ) from None
    standard_logging.getLogger("mlflow").setLevel(standard_logging.ERROR)
    with _reaching(uri):
        return mlflow.MlflowClient(uri)


def _experiment(client: Any) -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", _EXPERIMENT)
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found else client.create_experiment(name)


@contextlib.contextmanager
def _reaching(uri: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # Of requests, SQL, files or MLflow itself.
        raise ConnectionError(
            f"MLflow at {uri} refuses or does not answer: {_line(error)}"
        ) from None


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
