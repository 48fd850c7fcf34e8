"""The processes that train one model together: this one, or several."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import tensorflow as tf

from tflm.layers.part import Part, whole
from tflm.model.graph import graph

Gradient: TypeAlias = tf.Tensor | tf.IndexedSlices


class Team:
    """One process, which reads all rows of a batch.

    Attributes:
        number: of this process, from 0.
    """

    number = 0

    def part(self, batch: int) -> Part:
        """Returns the rows of a batch that this process reads.

        Raises:
            ValueError: there is none for some process.
        """
        return whole(batch)

    def run(self, function: Callable[..., Any], arguments: Sequence) -> Any:
        """Returns what a function gives that may ask for `sum` and `gather`."""
        return function(*arguments)

    def sum(self, values: list[Gradient]) -> list[Gradient]:
        """Returns the sums of what each process has."""
        return values

    def gather(self, rows: tf.Tensor) -> tf.Tensor:
        """Returns the rows of a batch, of those that each process has."""
        return rows

    def check_equal(self, step: int) -> None:
        """Proves that all begin at the same step.

        Raises:
            ValueError: one begins at another.
        """


ALONE = Team()


class Workers(Team):
    """Processes that MultiWorkerMirroredStrategy connects, by TF_CONFIG.

    Each has all weights and all that is carried, and makes every update: what
    is exchanged are gradients, and the states of rows at the end of a batch.
    So any of them can write a checkpoint, and any number go on from it. Sums
    are the same in all, to the bit.

    Args:
        batch: rows that they read together.
    """

    def __init__(self, batch: int) -> None:
        self._strategy = tf.distribute.MultiWorkerMirroredStrategy()
        resolver = self._strategy.cluster_resolver
        self.number = resolver.task_id or 0
        self.size = self._strategy.num_replicas_in_sync
        self._is_even = not batch % self.size

    def part(self, batch: int) -> Part:
        """Returns one of as many parts as there are processes."""
        return part(batch, self.number, self.size)

    def run(self, function: Callable[..., Any], arguments: Sequence) -> Any:
        """Returns what a function gives that may ask for `sum` and `gather`."""
        return self._strategy.run(function, tuple(arguments))

    def sum(self, values: list[Gradient]) -> list[Gradient]:
        """Returns the sums of what each process has."""
        values = [self._smaller(value) for value in values]
        return _here().all_reduce(tf.distribute.ReduceOp.SUM, values)

    def gather(self, rows: tf.Tensor) -> tf.Tensor:
        """Returns the rows of a batch, of those that each process has."""
        return _here().all_gather(tf.stop_gradient(rows), axis=0)

    def check_equal(self, step: int) -> None:
        """Proves that all begin at the same step."""

        @graph
        def steps() -> tf.Tensor:
            own = tf.constant([step], tf.int64)
            return self._strategy.run(self.gather, (own,))

        found = sorted({*map(int, steps())})
        if len(found) > 1:
            raise ValueError(
                f"workers go on from steps {found}: give an --output on a disk "
                f"that all machines see"
            )

    def _smaller(self, value: Gradient) -> Gradient:
        """Returns a gradient in the form that moves fewer bytes.

        That of a table is by rows, where few of them were read: all processes
        get the rows of each, or the sum of whole tables. Where one reads more
        than another they might not agree which, so it is the sum.
        """
        if not isinstance(value, tf.IndexedSlices):
            return value
        if not self._is_even:
            return tf.convert_to_tensor(value)
        rows, table = value.indices.shape[0], value.dense_shape
        height = tf.get_static_value(table)[0] if table is not None else None
        if rows and height and rows * self.size < height:
            return value
        return tf.convert_to_tensor(value)


def part(batch: int, number: int, workers: int) -> Part:
    """Returns the rows of a batch that one of several workers reads.

    Raises:
        ValueError: there are more workers than rows.
    """
    if batch < workers:
        raise ValueError(
            f"a batch of {batch} rows is not enough for {workers} workers: "
            f"give fewer workers or a larger batch"
        )
    first, end = (batch * n // workers for n in (number, number + 1))
    return Part(first, end, batch)


def _here() -> tf.distribute.ReplicaContext:
    return tf.distribute.get_replica_context()
