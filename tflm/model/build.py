"""From a shape to a model of it."""

from collections.abc import Callable
from typing import Any

import tf_keras as keras

from tflm.model.config import ModelConfig
from tflm.model.language_model import LanguageModel
from tflm.model.network import Network
from tflm.model.tagger import Tagger
from tflm.model.tagger_config import TaggerConfig

_MODELS: dict[type[ModelConfig], Callable[[Any], Network]] = {
    ModelConfig: LanguageModel,
    TaggerConfig: Tagger,
}


def build_model(config: ModelConfig, seed: int = 0) -> Network:
    """Returns an untrained model; the same seed gives the same weights.

    It is a `LanguageModel`, or a `Tagger` of a `TaggerConfig`.

    Examples:
        >>> model = tflm.build_model(config)
        >>> model.parameters, model.state_size
        (3844, 44)
    """
    keras.utils.set_random_seed(seed)
    return _MODELS[type(config)](config)
