"""What a training run needs of its task."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import tensorflow as tf

from tflm.training.team import ALONE, Team

# What is learned from a batch: the loss, and what to do when the update is
# made, such as to keep the state that the batch ended with.
Outcome = tuple[tf.Tensor, Callable[[], Any]]


class Course(Protocol):
    """Batches of an epoch, what is lost on them, and an examination.

    Attributes:
        measure: what `examine` returns, as in "perplexity".
        epoch_steps: updates of an epoch.
        weights: what is learned beside the model.
        state: what else the next update depends on; checkpoints keep it.
        team: who reads a batch.
    """

    measure: str
    epoch_steps: int
    weights: Sequence[tf.Variable]
    state: Sequence[tf.Variable]
    team: Team = ALONE

    def batch(self, step: int, done: float) -> tuple[str, Sequence[Any]]:
        """Returns what is read here for the update number `step`.

        Args:
            step: from 0, over all epochs.
            done: share of the run before it.

        Returns:
            Which of `losses` it is for, and its arguments but for the seed.
        """

    def losses(self, kind: str) -> Callable[..., Outcome]:
        """Returns the loss of a batch, as a function for a graph.

        It takes an int32 [2] to draw dropout masks from, and what `batch`
        gives. The losses of a team add up to that of the whole batch.
        """

    def signature(self, kind: str) -> Sequence[tf.TensorSpec] | None:
        """Returns what is known of the arguments of such a loss.

        None has a graph made for each shape that they have.
        """

    def examine(self) -> float:
        """Returns how wrong the model is on the validation text."""

    def finish(self) -> None:
        """Gives the model what has been learned beside its weights."""

    def facts(self) -> list[str]:
        """Returns what another run with the same course has, too."""
