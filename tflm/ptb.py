"""The nets of the Penn Treebank table, and the files that are made of them.

Grachev, Ignatov and Savchenko (2019) trained theirs with the recipes of
Zaremba et al. (2014), SGD with a decay. The small nets here are trained with
Adam, a little dropout and a sampled softmax, in a third of the time; the
others with the published recipes, but for the softmax, which is sampled until
the last part of the run.
"""

import dataclasses

from tflm import model as models
from tflm.compress.tensor_train import split
from tflm.model import LayerConfig, ModelConfig, map_shapes
from tflm.plan import Plan, Variant
from tflm.recipe import RECIPES, TrainingConfig

VOCABULARY = 10_000

TUNING = TrainingConfig(
    epochs=2,
    learning_rate=0.001,
    schedule="cosine",
    loss="sampled",
    exact=0.1,
    reset=0.0,
)

_PLAIN = (Variant("", "float32"), Variant("", "int8"))
_AWARE = "QuantizeAware(layers=4, tables=4)"


def plans(directory: str) -> dict[str, Plan]:
    """Returns the plans of the table, by name, for the text in `directory`."""
    nets = {
        "lstm-200": (_zaremba(200, 0.2), _small()),
        "lr-200": (_low_rank(_zaremba(200, 0.2), 40), _small()),
        "tt-200": (_tensor_train(_zaremba(200, 0.2), 32), _small()),
        "lr-400": (_low_rank(_zaremba(400, 0.3), 120), _medium()),
        "lstm-650": (models.preset("ptb-medium"), _medium()),
        "lr-650": (_low_rank(models.preset("ptb-medium"), 122), _medium()),
        "tt-600": (_tensor_train(_zaremba(600, 0.5), 64), _medium()),
        "lstm-1500": (models.preset("ptb-large"), _large()),
        "lr-1500": (_low_rank(models.preset("ptb-large"), 300), _large()),
        "best-1mb": (_tied(544, 112, 0.2, 0.3, 0.15), _tied_recipe(24)),
        "best-5mb": (_tied(800, 192, 0.4, 0.4, 0.2), _tied_recipe(18)),
        # A minute's run, to see that all is as it should be.
        "short": (_zaremba(64, 0.0), dataclasses.replace(_small(), epochs=0.5)),
    }
    variants = {
        "lstm-200": (
            *_PLAIN,
            Variant("Prune(sparsity=0.9)", "float32", tuned=False),
            Variant("Prune(sparsity=0.9, ramp_steps=400)", "float32"),
            Variant("Prune(sparsity=0.9, block=4, ramp_steps=400)", "sparse"),
            Variant("LowRank(rank=40, initial='weighted')", "int8"),
            Variant("TensorTrain(rank=32)", "int8"),
            Variant("", "int4"),
            Variant(_AWARE, "int4"),
        ),
        "best-1mb": (*_PLAIN, Variant("", "int4"), Variant(_AWARE, "int4")),
        "best-5mb": (*_PLAIN, Variant("", "int4"), Variant(_AWARE, "int4")),
    }
    return {
        name: Plan(
            corpus=f"ptb:{directory}",
            vocabulary_size=VOCABULARY,
            name=name,
            model=model,
            training=training,
            tuning=TUNING,
            variants=variants.get(name, _PLAIN),
            shipped=_PLAIN[1],
            scores_valid=True,
            has_baselines=False,
        )
        for name, (model, training) in nets.items()
    }


def _small() -> TrainingConfig:
    return TrainingConfig(
        epochs=8,
        batch=20,
        learning_rate=0.002,
        loss="sampled",
        samples=1000,
        exact=0.1,
        reset=0.0,
    )


def _medium() -> TrainingConfig:
    return _sampled(RECIPES["ptb-medium"])


def _large() -> TrainingConfig:
    return _sampled(RECIPES["ptb-large"])


def _sampled(config: TrainingConfig) -> TrainingConfig:
    return dataclasses.replace(config, loss="sampled", exact=0.15)


def _zaremba(units: int, dropout: float) -> ModelConfig:
    """Returns a net of two layers and two tables, all of one width."""
    return dataclasses.replace(
        models.preset("ptb-small"),
        embedding_size=units,
        layers=(LayerConfig("lstm", units),) * 2,
        input_dropout=dropout,
        output_dropout=dropout,
    )


def _low_rank(config: ModelConfig, rank: int) -> ModelConfig:
    """Returns the shape with two factors for every matrix."""
    fields = {"kind": "low_rank", "rank": rank}
    return dataclasses.replace(
        config, maps=dict.fromkeys(map_shapes(config), fields)
    )


def _tensor_train(config: ModelConfig, rank: int) -> ModelConfig:
    """Returns the shape with a train of two cores for every matrix."""
    maps = {
        name: {
            "kind": "tensor_train",
            "in_dims": list(split(inputs, 2)),
            "out_dims": list(split(outputs, 2)),
            "rank": rank,
        }
        for name, (inputs, outputs) in map_shapes(config).items()
    }
    return dataclasses.replace(config, maps=maps)


def _tied(
    units: int, width: int, inputs: float, outputs: float, state: float
) -> ModelConfig:
    """Returns one projected layer whose softmax is the embedding's table."""
    return ModelConfig(
        vocabulary_size=VOCABULARY,
        embedding_size=width,
        layers=(LayerConfig("lstm", units, width),),
        tied=True,
        input_dropout=inputs,
        output_dropout=outputs,
        state_dropout=state,
    )


def _tied_recipe(epochs: int) -> TrainingConfig:
    return TrainingConfig(
        epochs=epochs,
        batch=32,
        loss="sampled",
        samples=1500,
        exact=0.04,
        reset=0.0,
    )
