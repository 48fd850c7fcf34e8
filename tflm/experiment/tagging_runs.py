"""The taggers of the tagging table, and the files made of them.

Each has a second seed (`-again`). The nets of the comparison are those of
Dinarelli and Tellier (2016) and of Dupont et al. (2017), in one size: what is
fed back differs, and the layer that remembers.
"""

import dataclasses
import itertools

from tflm.compression import LowRank, Method, Prune, QuantizeAware, TensorTrain
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.model.config import LayerConfig
from tflm.model.tagger_config import TaggerConfig
from tflm.training.config import TAG_TUNING, TrainingConfig

_PLAIN = (Variant("float32"), Variant("int8"))
_TRAINED_INT4 = Variant("int4", (QuantizeAware(4, 4),))
_INT4 = (Variant("int4"), _TRAINED_INT4)

# What makes a file smaller still: each trained after it, in int8.
_SMALLER: tuple[Method, ...] = (
    LowRank(rank=20, scope="embedding|layer_0/input"),
    LowRank(rank=40, scope="layer_0/input"),
    TensorTrain(rank=20, scope="embedding"),
    Prune(sparsity=0.7, ramp_steps=400),
)
_SMALL = (
    LowRank(rank=16, scope="embedding"),
    QuantizeAware(4, 4),
)

_TRAINING = TrainingConfig(
    epochs=10, batch=16, steps=48, learning_rate=0.003, clip=5.0
)


def experiments(directory: str) -> dict[str, ExperimentConfig]:
    """Returns the experiments of the table by their names.

    Args:
        directory: with `atis`, `snips` and `ud`, the folders of the texts.
    """
    found = {}
    several = (_texts, _swapped, _whole, _compared)
    groups = (make(directory).items() for make in several)
    for name, config in itertools.chain.from_iterable(groups):
        again = dataclasses.replace(config.training, seed=1)
        found[name] = dataclasses.replace(config, name=name)
        found[f"{name}-again"] = dataclasses.replace(
            config, name=f"{name}-again", training=again, variants=_PLAIN
        )
    return found


def _texts(directory: str) -> dict[str, ExperimentConfig]:
    """Returns the best tagger of each text."""
    return {**_slots(directory), **_treebanks(directory)}


def _slots(directory: str) -> dict[str, ExperimentConfig]:
    more = tuple(Variant("int8", (method,)) for method in _SMALLER)
    return {
        "atis": _experiment(
            _atis(directory),
            2000,
            _net(128, 60, output_dropout=0.4, init_scale=0.05),
            _TRAINING,
            (*_PLAIN, *_INT4),
        ),
        "snips": _experiment(
            f"conll:{directory}/snips",
            3500,
            _net(
                *(192, 48),
                suffix_size=12,
                input_dropout=0.1,
                output_dropout=0.5,
            ),
            dataclasses.replace(
                _TRAINING,
                epochs=6,
                batch=32,
                learning_rate=0.004,
                word_noise=0.02,
            ),
            (*_PLAIN, *_INT4, *more, Variant("int4", _SMALL)),
        ),
    }


def _treebanks(directory: str) -> dict[str, ExperimentConfig]:
    return {
        "ewt": _experiment(
            f"conll:{directory}/ud/en_ewt:2",
            10_000,
            _parts_of_speech(previous=2),
            dataclasses.replace(
                _TRAINING,
                epochs=4,
                batch=32,
                learning_rate=0.004,
                word_noise=0.1,
            ),
            (*_PLAIN, *_INT4),
        ),
        "sequoia": _experiment(
            f"conll:{directory}/ud/fr_sequoia:2",
            8000,
            _parts_of_speech(previous=3),
            dataclasses.replace(_TRAINING, epochs=7, word_noise=0.05),
            (*_PLAIN, *_INT4),
        ),
    }


def _swapped(directory: str) -> dict[str, ExperimentConfig]:
    """Returns those that also read sentences with other spans."""
    atis = _compared(directory)["elman-labels"]
    snips = _slots(directory)["snips"]
    return {
        "atis-swaps": dataclasses.replace(
            atis,
            training=dataclasses.replace(
                _TRAINING, epochs=6, rare_noise=0.3, swaps=1
            ),
        ),
        "snips-swaps": dataclasses.replace(
            snips,
            training=dataclasses.replace(snips.training, swaps=1),
            variants=_PLAIN,
        ),
    }


def _whole(directory: str) -> dict[str, ExperimentConfig]:
    """Returns the best by validation text, with that text to train on, too.

    Published results on ATIS are mostly of these 4,978 sentences. One in
    twenty is kept to choose the epoch by.
    """
    best = {
        "elman-labels": _compared(directory)["elman-labels"],
        "atis-swaps": _swapped(directory)["atis-swaps"],
    }
    places = (f"{directory}/atis/atis.{split}" for split in ("train", "test"))
    corpus = f"conll:{','.join(places)}"
    return {
        f"{name}-whole": dataclasses.replace(config, corpus=corpus)
        for name, config in best.items()
    }


def _compared(directory: str) -> dict[str, ExperimentConfig]:
    """Returns the nets of the published comparison, on ATIS."""
    layers = {
        "elman": LayerConfig("rnn", 100),
        "lstm": LayerConfig("lstm", 80),
        "gru": LayerConfig("gru", 80),
        "dense": LayerConfig("dense", 128, activation="relu"),
    }
    labels = {"": {"previous": 0}, "-labels": {"previous": 5}}
    found = {
        f"{name}{ending}": _net(layer, 60, **fields)
        for name, layer in layers.items()
        for ending, fields in labels.items()
    }
    found["jordan"] = _net(layers["dense"], 60, previous=1, label_size=0)
    # After as many epochs as the others the LSTM is still far from its best.
    longer = dataclasses.replace(_TRAINING, epochs=30)
    return {
        name: _experiment(
            _atis(directory),
            2000,
            dataclasses.replace(net, output_dropout=0.4, init_scale=0.05),
            longer if name.startswith("lstm") else _TRAINING,
            _PLAIN,
        )
        for name, net in found.items()
    }


def _atis(directory: str) -> str:
    return f"conll:{directory}/atis/atis-2,{directory}/atis/atis.test"


def _net(
    layer: LayerConfig | int, width: int, suffix_size: int = 10, **fields
) -> TaggerConfig:
    """Returns a forward net of one layer; a number is of dense units."""
    if isinstance(layer, int):
        layer = LayerConfig("dense", layer, activation="relu")
    return TaggerConfig(
        layers=(layer,),
        embedding_size=width,
        suffix_size=suffix_size,
        **fields,
    )


def _parts_of_speech(previous: int) -> TaggerConfig:
    return _net(
        *(128, 50),
        suffix_size=20,
        window=2,
        previous=previous,
        label_size=10,
        input_dropout=0.2,
        output_dropout=0.4,
    )


def _experiment(
    corpus: str,
    vocabulary_size: int,
    net: TaggerConfig,
    training: TrainingConfig,
    variants: tuple[Variant, ...],
) -> ExperimentConfig:
    return ExperimentConfig(
        corpus=corpus,
        vocabulary_size=vocabulary_size,
        model=net,
        training=training,
        tuning=TAG_TUNING,
        variants=variants,
        shipped=_PLAIN[1],
        scores_valid=True,
        has_baselines=False,
    )
