"""Training by several processes, which Ray Train starts and starts again."""

import contextlib
import dataclasses
import os
import pathlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from absl import logging

from tflm import files, temporary
from tflm.experiment import stages, teachers
from tflm.experiment.tasks import task_of
from tflm.model.config import ModelConfig
from tflm.scale import cluster
from tflm.text import dataset
from tflm.text.dataset import Text
from tflm.training import team
from tflm.training.config import TrainingConfig
from tflm.training.trainer import Progress

_RESTARTS = 10  # Of all workers, each from the last checkpoint.

OnEpoch = Callable[[Progress], None]


@dataclasses.dataclass(frozen=True)
class _Work:
    """What each worker is told.

    Attributes:
        here: directory of the command, from which paths are told.
        place: directory of the model, which all machines see.
        text: directory of the ids, likewise.
        told: queue of what the first worker tells after each epoch.
    """

    here: pathlib.Path
    place: pathlib.Path
    model: ModelConfig
    training: TrainingConfig
    text: pathlib.Path
    told: Any


def train(
    place: files.Path,
    model: ModelConfig,
    training: TrainingConfig,
    text: Text,
    workers: int,
    on_epoch: OnEpoch | None = None,
    cpus: int = 1,
) -> None:
    """Trains the model of a directory by several processes.

    Each reads its rows of a batch and makes the same updates. What is left are
    the checkpoints of one process, so that `stages.train_model` has nothing
    more to do. If a worker dies all go on from the last of them, with as many
    workers as there is room for. It is called while Ray is `connected`.

    Args:
        place: of the model, on a disk that all machines see, as are the text
            and this process' directory.
        model: its shape, as of `stages.train_model`.
        training: how.
        text: to train on.
        workers: processes, at most.
        on_epoch: as of `train`, called in another thread.
        cpus: processors of its machine that a worker reserves.

    Raises:
        ValueError: the training does not fit the model, the text or so many
            workers.
        DivergedError: as of `train`.
        RuntimeError: the workers died or failed too often.
    """
    check_task(model)
    team.part(training.batch, 0, workers)
    teachers.targets(training.distillation, text)  # Once, before all would.
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.tensorflow import TensorflowTrainer

    place = pathlib.Path(place).absolute()
    place.mkdir(parents=True, exist_ok=True)
    with (
        cluster.explained(),
        explained(),
        temporary.directory(place) as storage,
        _telling(on_epoch) as told,
    ):
        ids = text.directory.absolute()
        work = _Work(pathlib.Path.cwd(), place, model, training, ids, told)
        trainer = TensorflowTrainer(
            _work,
            train_loop_config={"work": work},
            scaling_config=ScalingConfig(
                num_workers=(1, workers),
                use_gpu=_have_gpus(workers),
                resources_per_worker={"CPU": cpus},
                placement_strategy="SPREAD",
            ),
            run_config=RunConfig(
                storage_path=str(storage),
                failure_config=FailureConfig(max_failures=_RESTARTS),
            ),
        )
        failure = trainer.fit().return_value
    if failure:
        raise failure


def check_task(model: ModelConfig) -> None:
    """Refuses what several workers cannot train.

    Raises:
        ValueError: it is a tagger.
    """
    if task_of(model).name != "predict":
        raise ValueError(
            "a tagger is trained by one process: leave --workers out"
        )


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raises in one line what workers failed of in the end.

    Raises:
        RuntimeError: they did.
    """
    from ray.train import TrainingFailedError

    try:
        yield
    except TrainingFailedError as error:
        failures = getattr(error, "worker_failures", {})
        last = next(iter(failures.values()), error)
        # It ends with the error, after where that was raised.
        *_, line = [type(last).__name__, *str(last).strip().splitlines()]
        raise RuntimeError(
            f"workers failed {_RESTARTS + 1} times, in the end: {line}"
        ) from None


def _work(told: dict[str, _Work]) -> Exception | None:
    """Trains in a worker; returns an error that would only come again."""
    import tensorflow as tf
    from ray import train as ray_train

    here = ray_train.get_context().get_local_world_size()
    threads = max(1, (os.cpu_count() or 1) // here)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    work = told["work"]
    os.chdir(work.here)
    try:
        workers = team.Workers(work.training.batch)
        text, _ = dataset.load(work.text)
        stages.train_in_team(
            *(work.place, work.model, work.training, text, workers),
            on_epoch=None if workers.number else work.told.put,
        )
    except (ValueError, ArithmeticError) as error:
        return error
    return None


@contextlib.contextmanager
def _telling(on_epoch: OnEpoch | None) -> Iterator[Any]:
    """Yields a queue; what is put there is told in this process."""
    from ray.util.queue import Queue
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    # On this machine, as it is lost with another that goes.
    machine = cluster.package().get_runtime_context().get_node_id()
    here = NodeAffinitySchedulingStrategy(machine, soft=False)
    queue = Queue(actor_options={"num_cpus": 0, "scheduling_strategy": here})

    def listen() -> None:
        while progress := queue.get():
            row = progress.history[-1]
            reached = row["epoch"], row["valid_perplexity"]
            logging.info("epoch %.2f: valid perplexity %.2f", *reached)
            if on_epoch:
                on_epoch(progress)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield queue
    finally:
        queue.put(None)
        listener.join()
        queue.shutdown()


def _have_gpus(workers: int) -> bool:
    """Returns whether each worker can have a GPU of its own."""
    return bool(cluster.package().cluster_resources().get("GPU", 0) >= workers)
