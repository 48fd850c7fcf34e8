"""Published shapes by name."""

import dataclasses
import difflib
import itertools

from tflm.model.config import LayerConfig, ModelConfig
from tflm.model.tagger_config import TaggerConfig


def _zaremba(units: int, dropout: float, scale: float) -> ModelConfig:
    """The models of Zaremba et al. 2014, arXiv 1409.2329."""
    return ModelConfig(
        embedding_size=units,
        layers=(LayerConfig("lstm", units),) * 2,
        tied=False,
        input_dropout=dropout,
        output_dropout=dropout,
        init_scale=scale,
    )


def _keyboard(width: int, units: int, dropout: float) -> ModelConfig:
    """A keyboard model of another size: tied, one CIFG layer, projected."""
    return ModelConfig(
        embedding_size=width,
        layers=(LayerConfig("cifg", units, width),),
        input_dropout=dropout,
        output_dropout=dropout,
    )


PRESETS: dict[str, ModelConfig] = {
    # The published shape of Gboard's model (Hard et al. 2018), and what
    # shorter texts can teach: fewer units, more dropout.
    "keyboard": ModelConfig(input_dropout=0.1, output_dropout=0.1),
    "keyboard-medium": _keyboard(96, 400, 0.2),
    "keyboard-small": _keyboard(80, 256, 0.3),
    "keyboard-tiny": _keyboard(64, 128, 0.35),
    # Label dependencies (Dupont et al. 2017), with suffixes of words.
    "tagger": TaggerConfig(
        input_dropout=0.1, output_dropout=0.4, suffix_size=12
    ),
    "ptb-small": _zaremba(200, 0.0, 0.1),
    "ptb-medium": _zaremba(650, 0.5, 0.05),
    "ptb-large": _zaremba(1500, 0.65, 0.04),
}


def summary(name: str) -> str:
    """Returns the shape of a preset in a few words.

    It reads "cifg of 670 units, projected to 96; tied embedding of 96".
    """
    shape = PRESETS[name]
    layers = []
    for layer, same in itertools.groupby(shape.layers):
        count = len([*same])
        times = f"{count} x " if count > 1 else ""
        projected = f", projected to {layer.projection}"
        layers.append(
            f"{times}{layer.kind} of {layer.units} units"
            f"{projected if layer.projection else ''}"
        )
    tied = "tied " if shape.tied else ""
    width = f"{tied}embedding of {shape.embedding_size}"
    return "; ".join([*layers, width])


def preset(name: str, vocabulary_size: int | None = None) -> ModelConfig:
    """Returns the preset `name`, of a vocabulary of this size if it is given.

    Raises:
        ValueError: there is none; the nearest is named.

    Examples:
        >>> tflm.preset("keyboard", len(words)).layers[0].units
        670
    """
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=1, cutoff=0)
        raise ValueError(
            f"preset {name!r} is unknown: did you mean {near[0]}? "
            f"There are {', '.join(PRESETS)}"
        )
    config = PRESETS[name]
    size = vocabulary_size or config.vocabulary_size
    return dataclasses.replace(config, vocabulary_size=size)
