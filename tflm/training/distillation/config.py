"""How a model learns from a teacher."""

import dataclasses
from typing import Literal, get_args

Gate = Literal["none", "target", "correct", "max"]


@dataclasses.dataclass(frozen=True)
class DistillationConfig:
    """How much of what is learned comes from a teacher.

    The loss of a word is `(1 - a) NLL + a KD`, where a is the weight below
    times what the gate says of the word (`loss.losses`, `gates.weights`).

    Attributes:
        teacher: paths of models, or one file of what they said, by comma;
            for commands and recipes.
        words: how many of the teacher's likeliest words are kept.
        weight: a at the start of a run.
        final_weight: a at its end; between them it falls in a line.
        gate: where the teacher is trusted: `none` is everywhere alike;
            `target`, more where it gives the target a higher probability;
            `correct`, only where the target is its likeliest word; `max`,
            more where it is surer, whatever of.
        power: of the probability that `target` and `max` go by.
        temperature: of both distributions; above 1 the less likely words
            count more.

    Raises:
        ValueError: a field is none of these.

    Examples:
        >>> lesson = tflm.DistillationConfig(gate="target", words=5)
        >>> taught = tflm.TrainingConfig(1, 8, 10, distillation=lesson)
        >>> learn = tflm.make_fit(
        ...     train_ids, valid_ids, taught, targets=targets
        ... )
    """

    teacher: str = ""
    words: int = 30
    weight: float = 0.5
    final_weight: float = 0.05
    gate: Gate = "none"
    power: float = 1.0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if self.gate not in get_args(Gate):
            raise ValueError(
                f"gate {self.gate!r} is unknown: "
                f"give {', '.join(get_args(Gate)[:-1])} or max"
            )
        if type(self.words) is not int or self.words < 1:
            raise ValueError(
                f"words must be a whole number of at least 1, "
                f"got {self.words!r}"
            )
        for name in ("weight", "final_weight"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(
                    f"{name} must be from 0 to 1, got {getattr(self, name)}"
                )
        for name in ("power", "temperature"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"{name} must be above 0, got {getattr(self, name)}"
                )

    def weight_at(self, done: float) -> float:
        """Returns a where a share `done` of the run is over."""
        return self.weight + (self.final_weight - self.weight) * done
