"""How to train: settings, training presets and schedules."""

import dataclasses
import math
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tflm.model.identity import without
from tflm.training.distillation.config import DistillationConfig

Precision = Literal["float32", "mixed"]

# Settings that not all versions had, as they are where nobody asks for them.
YOUNGER = (
    ("distillation", None),
    ("cache", 0),
    ("label_noise", 0.0),
    ("word_noise", 0.0),
    ("rare_noise", 0.0),
    ("swaps", 0),
    ("alone", 0.0),
    ("precision", "float32"),
)


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    Attributes:
        epochs: passes over the training text; a fraction is allowed.
        batch: rows of text read side by side.
        steps: words after which the gradient is cut (truncated BPTT); the
            state is carried over.
        optimizer: `sgd` or `adam`.
        learning_rate: the highest of the run.
        schedule: `constant`; `decay`, multiplied by `decay` for each epoch
            after `decay_after` (Zaremba et al. 2014); `cosine`, from the
            highest to zero; `one_cycle`, a linear warm-up over
            `warmup` of the run before the cosine (Smith 2018).
        decay: see `schedule`.
        decay_after: epochs before the decay begins, see `schedule`.
        warmup: share of the run, see `schedule`.
        clip: highest global norm of a gradient.
        loss: `full`, or `sampled`, which estimates the softmax from
            `samples` words (`Softmax.sampled_loss`) and is faster.
        samples: how many words `sampled` uses.
        exact: share of a `sampled` run, at its end, that uses `full`.
        reset: how likely it is that a row forgets its state before a batch,
            so that the model learns to begin from nothing as a keyboard does.
        alone: share of rows that forget their state at each `<eos>`, so that
            every message begins as in an empty text field; the others carry
            the conversation on. Which rows these are changes by epoch.
        patience: epochs without a better validation perplexity after which
            training stops; 0 for never.
        seed: of dropout, samples and resets.
        checkpoint_seconds: how often a run saves itself.
        distillation: how to learn from a teacher; None for without one.
        cache: words that a cache beside the model remembers, whose theta and
            lambda are learned with it; 0 for none.
        label_noise: of a tagger: share of the labels fed back that are wrong
            at the end of the run, and none at its beginning.
        word_noise: of a tagger: share of words that it reads as unknown.
        rare_noise: of a tagger: a, where a word that its text has n times is
            read as unknown in a / (a + n) of them, beside `word_noise`
            (Kiperwasser and Goldberg 2016, arXiv 1603.04351).
        swaps: of a tagger: copies of the training text that it reads, too, in
            which half of the spans are others of the same kind.
        precision: `float32`, or `mixed`, which computes products in bfloat16
            where the processor has them; refused where it does not.

    Raises:
        ValueError: a name is none of its field's, or a size is not positive.

    Examples:
        >>> how = tflm.TrainingConfig(epochs=2, batch=8, steps=10)
    """

    epochs: float = 10.0
    batch: int = 64
    steps: int = 35
    optimizer: Literal["sgd", "adam"] = "adam"
    learning_rate: float = 0.003
    schedule: Literal["constant", "decay", "cosine", "one_cycle"] = "one_cycle"
    decay: float = 0.5
    decay_after: float = 4.0
    warmup: float = 0.1
    clip: float = 1.0
    loss: Literal["full", "sampled"] = "full"
    samples: int = 2000
    exact: float = 0.15
    reset: float = 0.01
    patience: int = 0
    seed: int = 0
    checkpoint_seconds: float = 60.0
    distillation: DistillationConfig | None = None
    cache: int = 0
    label_noise: float = 0.0
    word_noise: float = 0.0
    rare_noise: float = 0.0
    swaps: int = 0
    alone: float = 0.0
    precision: Precision = "float32"

    def __post_init__(self):
        for name, hint in get_type_hints(type(self)).items():
            value, names = getattr(self, name), get_args(hint)
            if get_origin(hint) is Literal and value not in names:
                raise ValueError(
                    f"{name} {value!r} is unknown: give {' or '.join(names)}"
                )
        for name in ("cache", "rare_noise", "swaps"):
            if getattr(self, name) < 0:
                raise ValueError(
                    f"{name} must be 0 or more, got {getattr(self, name)}"
                )
        for name in ("label_noise", "word_noise"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be a share below 1, got {getattr(self, name)}"
                )
        if not 0 <= self.alone <= 1:
            raise ValueError(f"alone must be a share, got {self.alone}")
        # By a norm of 0 no weight changes, by infinity each becomes NaN.
        if not 0 < self.clip < math.inf:
            raise ValueError(
                f"clip must be above 0 and finite, got {self.clip}"
            )
        for name in ("epochs", "batch", "steps", "learning_rate", "samples"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"{name} must be above 0, got {getattr(self, name)}"
                )

    def settings(self) -> dict[str, Any]:
        """Returns all that changes the weights that training ends with."""
        found = dataclasses.asdict(self)
        del found["checkpoint_seconds"]
        return without(found, YOUNGER)


def _zaremba(epochs: int, decay: float, decay_after: int, **fields):
    return TrainingConfig(
        epochs=epochs,
        batch=20,
        optimizer="sgd",
        learning_rate=1.0,
        schedule="decay",
        decay=decay,
        decay_after=decay_after,
        reset=0.0,
        **fields,
    )


def _keyboard(epochs: int, batch: int, steps: int) -> TrainingConfig:
    """For shorter texts: smaller batches, so that there are updates enough."""
    return TrainingConfig(
        epochs=epochs,
        batch=batch,
        steps=steps,
        learning_rate=0.004,
        loss="sampled",
        samples=500,
        exact=0.1,
        reset=0.05,
    )


# How the models of `tflm.model.presets` are trained, as published.
TRAINING_PRESETS = {
    "keyboard": TrainingConfig(
        epochs=11,
        learning_rate=0.004,
        loss="sampled",
        exact=0.04,
        reset=0.05,
    ),
    "keyboard-medium": _keyboard(epochs=12, batch=32, steps=35),
    "keyboard-small": _keyboard(epochs=16, batch=32, steps=20),
    "keyboard-tiny": _keyboard(epochs=20, batch=16, steps=20),
    "tagger": TrainingConfig(
        epochs=6,
        batch=16,
        steps=48,
        learning_rate=0.003,
        clip=5.0,
        word_noise=0.02,
        swaps=1,
    ),
    "ptb-small": _zaremba(13, 0.5, 4, steps=20, clip=5.0),
    "ptb-medium": _zaremba(39, 0.8, 6, clip=5.0),
    "ptb-large": _zaremba(55, 1 / 1.15, 14, clip=10.0),
}

# How to train after a method of compression.
TUNING = TrainingConfig(
    epochs=1.0,
    learning_rate=0.001,
    schedule="cosine",
    loss="sampled",
    exact=0.1,
)


# The same of a tagger.
TAG_TUNING = TrainingConfig(
    epochs=4.0,
    batch=32,
    steps=48,
    learning_rate=0.001,
    schedule="cosine",
    clip=5.0,
)


def learning_rate(config: TrainingConfig, epoch: float) -> float:
    """Returns the rate at `epoch`, a fraction of which is done."""
    top, done = config.learning_rate, min(epoch / config.epochs, 1.0)
    if config.schedule == "constant":
        return top
    if config.schedule == "decay":
        late = max(math.floor(epoch) + 1 - config.decay_after, 0.0)
        return top * config.decay**late
    warmup = config.warmup if config.schedule == "one_cycle" else 0.0
    if done < warmup:
        return top * (0.04 + 0.96 * done / warmup)
    done = (done - warmup) / (1 - warmup)
    return top * (0.002 + 0.998 * (1 + math.cos(math.pi * done)) / 2)
