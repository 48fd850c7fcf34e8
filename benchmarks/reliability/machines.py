"""Machines of a cluster that go while they train; all of them are this one."""

import contextlib
import pathlib
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.reliability import texts
from benchmarks.reliability.trial import Row, Trial

_TIMES = 5
_STORE_BYTES = 80 << 20
_MOST_DIFFERENCE = 1e-4  # Of a weight; several workers round otherwise.


def trials(place: pathlib.Path, short: bool) -> Iterator[Trial]:
    """Yields a trial for each time that a machine goes; a short run has none.

    Args:
        place: a folder for what is trained.
        short: whether few trials are enough.
    """
    for number in range(0 if short else _TIMES):
        yield Trial(f"machines {number}", lambda: [_gone(place)])


def _gone(place: pathlib.Path) -> Row:
    """Returns what came of a training that lost one of two machines."""
    from tflm.experiment import stages, together
    from tflm.model.config import LayerConfig, ModelConfig
    from tflm.scale import cluster
    from tflm.text import dataset
    from tflm.training.config import TrainingConfig

    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "text.txt").write_text(texts.small())
    text = dataset.prepare(str(place / "text.txt"), place / "ids", 60)
    shape = ModelConfig(len(text.vocabulary), 8, (LayerConfig("lstm", 16, 8),))
    how = TrainingConfig(epochs=3, batch=4, steps=5)
    with _two_machines() as (address, take_one):
        with cluster.connected(address=address):
            together.train(place / "two", shape, how, text, 2, take_one)
    # The second has its checkpoints from both, and trains no more.
    one, two = (
        stages.train_model(place / name, name, shape, how, text).model
        for name in ("one", "two")
    )
    other = two.named_weights()
    differences = [
        float(np.abs(other[name] - weight).max())
        for name, weight in one.named_weights().items()
    ]
    return Row(
        "a machine goes after the first epoch",
        "`tflm train --ray` on two machines of Ray's, here",
        tried=1,
        wrong=int(max(differences) > _MOST_DIFFERENCE),
        measured=f"weights within {max(differences):.0e} of one process's",
    )


@contextlib.contextmanager
def _two_machines() -> Iterator[tuple[str, Callable[[Any], None]]]:
    """Yields the address of a cluster, and what takes a machine away once."""
    from ray.cluster_utils import Cluster

    size = {"num_cpus": 1, "object_store_memory": _STORE_BYTES}
    several = Cluster(initialize_head=True, head_node_args=size)
    left = [several.add_node(**size)]

    def take_one(_: Any) -> None:
        if left:
            several.remove_node(left.pop(), allow_graceful=False)

    try:
        yield several.address, take_one
    finally:
        several.shutdown()
