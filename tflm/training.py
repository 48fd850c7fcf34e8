"""Trains a language model: resumable, deterministic, with a progress bar."""

import dataclasses
import hashlib
import json
import math
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Literal, get_args, get_type_hints

import numpy as np
import tensorflow as tf
import tf_keras as keras
from absl import logging
from tqdm import tqdm

from tflm import corpus, files
from tflm.model import LanguageModel


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
        reset: chance that a row forgets its state before a batch, so that
            the model learns to begin from nothing as a keyboard does.
        patience: epochs without a better validation perplexity after which
            training stops; 0 for never.
        seed: of dropout, samples and resets.
        checkpoint_seconds: how often a run saves itself.

    Raises:
        ValueError: a name is none of its field's, or a size is not positive.
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

    def __post_init__(self):
        for name, hint in get_type_hints(type(self)).items():
            value, names = getattr(self, name), get_args(hint)
            if names and value not in names:
                raise ValueError(
                    f"{name} {value!r} is unknown: give {' or '.join(names)}"
                )
        for name in ("epochs", "batch", "steps", "learning_rate", "samples"):
            if not getattr(self, name) > 0:
                raise ValueError(
                    f"{name} must be above 0, got {getattr(self, name)}"
                )


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


# The published recipes of the presets of `tflm.model`.
RECIPES = {
    "keyboard": TrainingConfig(
        epochs=11,
        learning_rate=0.004,
        loss="sampled",
        exact=0.04,
        reset=0.05,
    ),
    "ptb-small": _zaremba(13, 0.5, 4, steps=20, clip=5.0),
    "ptb-medium": _zaremba(39, 0.8, 6, clip=5.0),
    "ptb-large": _zaremba(55, 1 / 1.15, 14, clip=10.0),
}


class DivergedError(ArithmeticError):
    """The loss is no number any more."""


@dataclasses.dataclass
class Progress:
    """Where a run stands; part of every checkpoint."""

    step: int = 0
    seconds: float = 0.0
    best_perplexity: float = math.inf
    epochs_without_gain: int = 0
    history: list[dict[str, float]] = dataclasses.field(default_factory=list)


def train(
    model: LanguageModel,
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
) -> Progress:
    """Trains `model` in place; it ends with its best weights in validation.

    Args:
        model: what to train.
        train_ids: int32 [n], the text as `corpus.read_ids` gives it.
        valid_ids: int32 [m], likewise.
        config: how.
        directory: where to keep checkpoints and TensorBoard scalars. A run
            that was killed goes on from its last checkpoint there and ends
            with the very weights of one that was not. None keeps nothing.
        bar: whether to show a progress bar, on a terminal.

    Returns:
        What was reached: perplexities by epoch, steps and seconds.

    Raises:
        DivergedError: the loss is not finite. The last good checkpoint stays.
        ValueError: the text is too short for one batch, or `directory` holds
            checkpoints of another run.
        OSError: `directory` cannot be written.
    """
    run = Run(model, train_ids, valid_ids, config)
    saver = _Checkpoints(directory, run) if directory else None
    if saver:
        saver.restore()
    scalars = _scalars(directory) if directory else None
    shown = tqdm(
        total=run.total * config.batch * config.steps,
        initial=run.progress.step * config.batch * config.steps,
        unit="token",
        unit_scale=True,
        dynamic_ncols=True,
        disable=None if bar else True,
    )
    with shown:
        for loss in run:
            shown.update(config.batch * config.steps)
            shown.set_postfix(loss=f"{loss:.3f}", refresh=False)
            if run.progress.step % 100 == 0 and scalars:
                with scalars.as_default(run.progress.step):
                    tf.summary.scalar("loss", loss)
                    tf.summary.scalar("learning_rate", run.learning_rate)
            if run.at_epoch_end and scalars:
                with scalars.as_default(run.progress.step):
                    latest = run.progress.history[-1]["valid_perplexity"]
                    tf.summary.scalar("valid_perplexity", latest)
            if saver:
                saver.save_if_due()
    if saver:
        saver.save()
    run.use_best_weights()
    return run.progress


def make_fit(
    train_ids: np.ndarray,
    valid_ids: np.ndarray,
    config: TrainingConfig,
    directory: files.Path | None = None,
    bar: bool = True,
) -> Callable[[LanguageModel], None]:
    """Returns plain training as a value, for `tflm.compress` methods."""

    def fit(model: LanguageModel) -> None:
        train(model, train_ids, valid_ids, config, directory, bar)

    return fit


def perplexity(
    model: LanguageModel, ids: np.ndarray, batch: int = 20, steps: int = 35
) -> float:
    """Returns exp of the mean loss over `ids`, `<eos>` counted.

    It reads `batch` rows side by side, so that each row's first words lack
    what came before: quick, for use while training. What is reported comes
    from `tflm.evaluation`, which reads the text as one.
    """
    return _score(_make_score(model), model.state_size, ids, batch, steps)


def _score(score, state_size: int, ids, batch: int = 20, steps: int = 35):
    steps = max(1, min(steps, len(ids) - 1))
    batch = max(1, min(batch, (len(ids) - 1) // steps))
    state = tf.zeros([batch, state_size])
    count = corpus.batch_count(ids, batch, steps)
    total = 0.0
    for index in range(count):
        x, y = corpus.batch_at(ids, batch, steps, index)
        loss, state = score(x, y, state)
        total += float(loss)
    return math.exp(min(total / count, 700.0))


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


def _scalars(directory: files.Path) -> tf.summary.SummaryWriter:
    try:
        return tf.summary.create_file_writer(str(directory))
    except tf.errors.OpError as error:  # It is no OSError.
        reason = error.message.partition("\n")[0].rpartition("; ")[2]
        raise OSError(f"{directory} cannot be written: {reason}") from None


class Run:
    """A run in progress; iterating over it makes one update at a time."""

    def __init__(self, model, train_ids, valid_ids, config: TrainingConfig):
        self.model, self.config = model, config
        self.train_ids, self.valid_ids = train_ids, valid_ids
        self.epoch_steps = corpus.batch_count(
            train_ids, config.batch, config.steps
        )
        corpus.batch_count(valid_ids, 1, 1)  # Refuses it now, not later.
        self.total = max(1, round(config.epochs * self.epoch_steps))
        self.progress = Progress()
        self.state = tf.Variable(tf.zeros([config.batch, model.state_size]))
        self.optimizer = _make_optimizer(config)
        self.optimizer.build(model.trainable_variables)
        self.best = [tf.Variable(w) for w in model.trainable_variables]
        if config.loss == "sampled":
            self.inclusion = _inclusion(train_ids, model, config.samples)
        self._updates = {}
        self._score = _make_score(model)

    @property
    def at_epoch_end(self) -> bool:
        step = self.progress.step
        return step == self.total or step % self.epoch_steps == 0

    @property
    def learning_rate(self) -> float:
        return learning_rate(self.config, self.progress.step / self.epoch_steps)

    @property
    def samples_now(self) -> bool:
        done = self.progress.step / self.total
        return self.config.loss == "sampled" and done < 1 - self.config.exact

    def variables(self) -> list[tf.Variable]:
        """Returns everything that the next update depends on."""
        projection = self.model.projection
        return [
            *self.model.trainable_variables,
            *self.optimizer.variables,
            *(projection.variables if projection else []),
            self.state,
            *self.best,
        ]

    def __iter__(self) -> Iterator[float]:
        while self.progress.step < self.total and not self._stopped_early():
            start = time.perf_counter()
            loss = self._update()
            self.progress.step += 1
            if self.at_epoch_end:
                self._validate()
            self.progress.seconds += time.perf_counter() - start
            yield loss

    def use_best_weights(self) -> None:
        for weight, best in zip(
            self.model.trainable_variables, self.best, strict=True
        ):
            weight.assign(best)

    def _update(self) -> float:
        step = self.progress.step
        index = step % self.epoch_steps
        if index == 0:
            self.state.assign(tf.zeros_like(self.state))
        self._reset_rows(step)
        x, y = corpus.batch_at(
            self.train_ids, self.config.batch, self.config.steps, index
        )
        sample = self._sample(step) if self.samples_now else ()
        self.optimizer.learning_rate.assign(self.learning_rate)
        update = self._update_function(bool(sample))
        seed = tf.constant([self.config.seed, step], tf.int32)
        loss = float(update(x, y, seed, *sample))
        if not math.isfinite(loss):
            raise DivergedError(
                f"the loss is {loss} at step {step}: lower the learning rate "
                f"({self.config.learning_rate}) or clip "
                f"({self.config.clip}); the last checkpoint is kept"
            )
        return loss

    def _reset_rows(self, step: int) -> None:
        if not self.config.reset:
            return
        random = np.random.default_rng([self.config.seed, step, 1])
        keep = random.random([self.config.batch, 1]) >= self.config.reset
        if not keep.all():
            self.state.assign(self.state * keep.astype(np.float32))

    def _sample(self, step: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the candidates of a step and their log inclusion chances.

        Systematic sampling: with one random offset, word i is taken with
        chance `inclusion[i]` exactly and the number of words is constant.
        """
        random = np.random.default_rng([self.config.seed, step, 2])
        order = random.permutation(len(self.inclusion))
        heights = random.random() + np.cumsum(self.inclusion[order])
        taken = np.floor(heights) > np.floor(heights - self.inclusion[order])
        ids = np.sort(order[taken])
        # A rounding error more or less must not mean another shape.
        ids = ids[: self.config.samples]
        return (
            tf.constant(ids, tf.int32),
            tf.constant(np.log(self.inclusion[ids]), tf.float32),
        )

    def _update_function(self, sampled: bool):
        if sampled not in self._updates:
            self._updates[sampled] = _make_update(
                self.model, self.optimizer, self.state, self.config.clip
            )
        return self._updates[sampled]

    def _validate(self) -> None:
        reached = _score(self._score, self.model.state_size, self.valid_ids)
        epoch = self.progress.step / self.epoch_steps
        self.progress.history.append(
            {"epoch": epoch, "valid_perplexity": reached}
        )
        logging.info("epoch %.2f: valid perplexity %.2f", epoch, reached)
        if reached < self.progress.best_perplexity:
            self.progress.best_perplexity = reached
            self.progress.epochs_without_gain = 0
            for best, weight in zip(
                self.best, self.model.trainable_variables, strict=True
            ):
                best.assign(weight)
        else:
            self.progress.epochs_without_gain += 1

    def _stopped_early(self) -> bool:
        patience = self.config.patience
        return 0 < patience <= self.progress.epochs_without_gain


def _make_update(model, optimizer, state, clip):
    """Returns the graph of one update: (x, y, seed, sample) to the loss."""

    @tf.function
    def update(x, y, seed, *sample):
        with tf.GradientTape() as tape:
            hidden, new_state = model.hidden(x, state, seed)
            hidden = tf.reshape(hidden, [-1, hidden.shape[-1]])
            targets = tf.reshape(y, [-1])
            softmax = model.softmax
            losses = (
                softmax.sampled_loss(hidden, targets, *sample)
                if sample
                else softmax.loss(hidden, targets)
            )
            loss = tf.reduce_mean(losses)
        weights = model.trainable_variables
        gradients = tape.gradient(loss, weights)
        gradients = [tf.convert_to_tensor(g) for g in gradients]
        gradients, norm = tf.clip_by_global_norm(gradients, clip)
        # One bad batch must not spoil the weights that a checkpoint keeps.
        if tf.math.is_finite(norm):
            optimizer.apply_gradients(zip(gradients, weights, strict=True))
            state.assign(new_state)
            if model.projection is not None:
                model.projection()
        return loss + 0 * norm

    return update


def _make_score(model):
    @tf.function
    def score(x, y, state):
        hidden, state = model.hidden(x, state)
        hidden = tf.reshape(hidden, [-1, hidden.shape[-1]])
        losses = model.softmax.loss(hidden, tf.reshape(y, [-1]))
        return tf.reduce_mean(losses), state

    return score


def _make_optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    if config.optimizer == "sgd":
        return keras.optimizers.SGD(config.learning_rate, jit_compile=False)
    return keras.optimizers.Adam(
        config.learning_rate, beta_2=0.99, epsilon=1e-8, jit_compile=False
    )


def _inclusion(
    ids: np.ndarray, model: LanguageModel, samples: int
) -> np.ndarray:
    """Returns the chance of each word to be a candidate; they sum to samples.

    Half is spread by frequency^(1/2), half evenly; common words come out at 1
    and are always there, so that the estimate varies little.
    """
    size = model.config.vocabulary_size
    counts = np.zeros(size)
    for start in range(0, len(ids), 1 << 20):  # `ids` may not fit in memory.
        counts += np.bincount(ids[start : start + (1 << 20)], minlength=size)
    weights = np.sqrt(counts + 1)
    weights = weights / weights.sum() + 1 / size
    samples = min(samples, size)
    low, high = 0.0, float(size) ** 2
    for _ in range(100):  # Finds the factor at which capped chances add up.
        middle = (low + high) / 2
        if np.minimum(weights * middle, 1).sum() < samples:
            low = middle
        else:
            high = middle
    return np.minimum(weights * high, 1.0)


class _Checkpoints:
    """The last two states of a run, in one directory."""

    def __init__(self, directory: files.Path, run: Run):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.run = run
        self.saved_at = time.monotonic()
        self.fingerprint = _fingerprint(run)
        self.kept: list[pathlib.Path] = []

    def restore(self) -> None:
        """Takes up the newest checkpoint that is whole, if there is one."""
        for path in reversed(self._paths()):
            try:
                with (
                    open(path, "rb") as file,
                    np.load(file, allow_pickle=False) as arrays,
                ):
                    record = json.loads(arrays["progress"].tobytes())
                    count = len(arrays.files) - 1
                    loaded = [arrays[f"v{i}"] for i in range(count)]
                    fingerprint = record.pop("fingerprint")
                    progress = Progress(**record)
            except Exception:  # Whatever zipfile, NumPy or JSON may raise.
                logging.warning("checkpoint %s is damaged: skipped", path.name)
                continue
            self._check(fingerprint, loaded, path)
            self.run.progress = progress
            for variable, value in zip(
                self.run.variables(), loaded, strict=True
            ):
                variable.assign(value)
            self.kept = [path]
            logging.info("going on from step %d", self.run.progress.step)
            return

    def save_if_due(self) -> None:
        interval = self.run.config.checkpoint_seconds
        if time.monotonic() - self.saved_at >= interval:
            self.save()

    def save(self) -> None:
        record = dataclasses.asdict(self.run.progress)
        record["fingerprint"] = self.fingerprint
        arrays = {f"v{i}": v for i, v in enumerate(self.run.variables())}
        arrays = {name: variable.numpy() for name, variable in arrays.items()}
        text = np.frombuffer(json.dumps(record).encode(), np.uint8)
        path = self.directory / f"step-{self.run.progress.step:09d}.npz"
        with files.writing(path) as file:
            np.savez(file, progress=text, **arrays)
        self.kept = [old for old in self.kept if old != path][-1:] + [path]
        for old in set(self._paths()).difference(self.kept):
            old.unlink()
        self.saved_at = time.monotonic()

    def _paths(self) -> list[pathlib.Path]:
        return sorted(self.directory.glob("step-*.npz"))

    def _check(self, fingerprint: str, loaded, path: pathlib.Path) -> None:
        shapes = [variable.shape for variable in self.run.variables()]
        same = [value.shape for value in loaded] == shapes
        if fingerprint != self.fingerprint or not same:
            raise ValueError(
                f"{path} belongs to another run (other text, model or "
                f"training settings): give another directory or remove it"
            )


def _fingerprint(run: Run) -> str:
    """Returns what two runs must share for one to go on with the other."""
    settings = dataclasses.asdict(run.config)
    del settings["checkpoint_seconds"]
    text = [run.model.config.to_json(), json.dumps(settings)]
    for ids in (run.train_ids, run.valid_ids):
        ends = np.concatenate([ids[:1000], ids[-1000:]])
        text += [str(len(ids)), hashlib.sha256(ends.tobytes()).hexdigest()]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()
