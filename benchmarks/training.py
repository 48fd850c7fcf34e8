r"""How fast training is: exact against stock Keras, fast against exact.

python -m benchmarks.training --output=results/training.json

Three questions, each answered in one run. Speed: tokens a second of our exact
mode and of stock `LSTM` layers with `model.fit`, for one model, batch and loss,
in interleaved rounds. Precision: tokens a second of presets with products in
float32 and in bfloat16, likewise, where the processor has those. Quality: the
validation perplexity of the full softmax, of the sampled one and of that in
mixed precision, and the time that each took, with --epochs of more than one by
minutes, epoch after epoch.
"""

import dataclasses
import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tf_keras as keras
from absl import app, flags

from benchmarks import program
from tflm.model.build import build_model
from tflm.model.foreign.keras.to_keras import to_keras
from tflm.model.language_model import LanguageModel
from tflm.model.presets import preset
from tflm.report import provenance
from tflm.text import dataset
from tflm.text.batches import batch_at
from tflm.training import precision
from tflm.training.config import TRAINING_PRESETS, Precision, TrainingConfig
from tflm.training.text_course import TextCourse
from tflm.training.train import train
from tflm.training.trainer import Progress, Trainer

_CORPUS = flags.DEFINE_string("corpus", "chitchat", "Text to train on.")
_WORK = flags.DEFINE_string("work", "build/benchmark", "Where ids are kept.")
_ROUNDS = flags.DEFINE_integer("rounds", 2, "Rounds of each mode.")
_STEPS = flags.DEFINE_integer("steps", 40, "Updates in a round.")
_EPOCHS = flags.DEFINE_float("epochs", 0.25, "Of the quality run.")

_BATCH, _LENGTH = 20, 35
_PRESETS, _UPDATES = ("keyboard", "ptb-small", "ptb-medium"), 10

# An estimate of the softmax learns a little less from a word. The fast mode
# spends a part of the time that it wins on more words.
_MORE_TEXT = {"full": 1.0, "sampled": 1.15}


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    text = dataset.prepare(_CORPUS.value, _WORK.value)
    result = {
        "speed": speed(text),
        "precision": precisions(text),
        "quality": quality(text),
        "provenance": provenance.provenance(
            program.command("training"),
            _CORPUS.value,
            text.origin.corpus_sha256,
        ),
    }
    program.save(result)
    shown = ("speed", "precision", "quality")
    print(json.dumps({name: result[name] for name in shown}, indent=1))


def speed(text: dataset.Text) -> dict[str, Any]:
    """Returns tokens a second of the model of ptb-small, stock and ours."""
    config = dataclasses.replace(
        preset("ptb-small"), vocabulary_size=len(text.vocabulary)
    )
    ours = build_model(config)
    modes = {"stock": stock_mode(ours, text), "exact": our_mode(ours, text)}
    seconds: dict[str, list[float]] = {name: [] for name in modes}
    for train_round in modes.values():
        train_round()  # Tracing is not training.
    for _ in range(_ROUNDS.value):
        for name, train_round in modes.items():
            start = time.perf_counter()
            train_round()
            seconds[name].append(time.perf_counter() - start)
    tokens = _STEPS.value * _BATCH * _LENGTH
    rates = {k: tokens / statistics.median(v) for k, v in seconds.items()}
    return {
        "net": "ptb-small",
        "batch": _BATCH,
        "steps": _LENGTH,
        "stock_tokens_per_second": rates["stock"],
        "exact_tokens_per_second": rates["exact"],
        "exact_over_stock_ratio": rates["exact"] / rates["stock"],
    }


def stock_mode(ours: LanguageModel, text: dataset.Text) -> Callable[[], None]:
    """Returns what trains a round by `model.fit`."""
    stock = to_keras(ours)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    stock.compile(keras.optimizers.SGD(1.0, clipnorm=5.0), loss)
    batches = [
        batch_at(text.train, _BATCH, _LENGTH, index)
        for index in range(_STEPS.value)
    ]
    x, y = (np.concatenate(side) for side in zip(*batches, strict=True))

    def train_round():
        stock.fit(x, y, batch_size=_BATCH, shuffle=False, verbose=0)

    return train_round


def our_mode(ours: LanguageModel, text: dataset.Text) -> Callable[[], None]:
    """Returns what trains a round by `Trainer`."""
    config = TrainingConfig(
        batch=_BATCH,
        steps=_LENGTH,
        optimizer="sgd",
        learning_rate=1.0,
        schedule="constant",
        clip=5.0,
        reset=0.0,
        epochs=1000,
    )
    return _updates(ours, text, config, _STEPS.value)


def _updates(
    model: LanguageModel, text: dataset.Text, config: TrainingConfig, count: int
) -> Callable[[], None]:
    """Returns what makes so many updates."""
    course = TextCourse(model, text.train, text.valid, config)
    updates = iter(Trainer(model, course, config))

    def train_round():
        for _ in range(count):
            next(updates)

    return train_round


def precisions(text: dataset.Text) -> dict[str, dict[str, float]]:
    """Returns tokens a second of presets, by the precision of products."""
    found: dict[str, dict[str, float]] = {}
    for name in _PRESETS:
        shape = dataclasses.replace(
            preset(name), vocabulary_size=len(text.vocabulary)
        )
        usual = TRAINING_PRESETS[name]
        rounds, seconds = {}, {}
        for kind in _precisions():
            config = dataclasses.replace(usual, precision=kind)
            rounds[kind] = _updates(build_model(shape), text, config, _UPDATES)
            rounds[kind]()  # Tracing is not training.
            seconds[kind] = float("inf")
        for _ in range(_ROUNDS.value):
            for kind, train_round in rounds.items():
                start = time.perf_counter()
                train_round()
                took = time.perf_counter() - start
                seconds[kind] = min(seconds[kind], took)
        words = usual.batch * usual.steps * _UPDATES
        found[name] = {kind: words / took for kind, took in seconds.items()}
    return found


def _precisions() -> tuple[Precision, ...]:
    return ("float32", "mixed") if precision.has_bfloat16() else ("float32",)


def quality(text: dataset.Text) -> dict[str, Any]:
    """Returns perplexity and seconds of the keyboard model, of each way."""
    found: dict[str, Any] = {}
    ways = {"full": {"loss": "full"}, "sampled": {"loss": "sampled"}}
    if precision.has_bfloat16():
        ways["mixed"] = {"loss": "sampled", "precision": "mixed"}
    for loss, fields in ways.items():
        config = dataclasses.replace(
            TRAINING_PRESETS["keyboard"],
            **fields,
            epochs=_EPOCHS.value * _MORE_TEXT[fields["loss"]],
        )
        shape = dataclasses.replace(
            preset("keyboard"), vocabulary_size=len(text.vocabulary)
        )
        model = build_model(shape)
        curve: list[tuple[float, float]] = []
        progress = train(
            model, text.train, text.valid, config, on_epoch=_adding_to(curve)
        )
        found[f"{loss}_minutes_and_perplexity"] = curve
        found[f"{loss}_epochs"] = config.epochs
        found[f"{loss}_valid_perplexity"] = progress.best
        found[f"{loss}_seconds"] = progress.seconds
    return {
        "net": "keyboard",
        **found,
        "perplexity_ratio": (
            found["sampled_valid_perplexity"] / found["full_valid_perplexity"]
        ),
        "time_ratio": found["sampled_seconds"] / found["full_seconds"],
    }


def _adding_to(
    curve: list[tuple[float, float]],
) -> Callable[[Progress], None]:
    """Returns what notes minutes and perplexity at the end of each epoch."""
    return lambda progress: curve.append(
        (
            round(progress.seconds / 60, 2),
            round(progress.history[-1]["valid_perplexity"], 2),
        )
    )


if __name__ == "__main__":
    app.run(main)
