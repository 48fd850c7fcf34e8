"""The shape of a model as JSON, which a model's file begins with."""

import dataclasses
from typing import Any

from tflm import json_files
from tflm.model.config import LayerConfig, ModelConfig, renamed
from tflm.model.tagger_config import TaggerConfig


def parse(text: bytes | str) -> ModelConfig:
    """Reads what `ModelConfig.to_json` wrote of any kind, also of 0.1.0.

    Raises:
        ValueError: it is no JSON, or a configuration that cannot be.
    """
    fields = json_files.parse(text, "the configuration", dict[str, Any])
    if "layers" not in fields:
        raise ValueError("the configuration has no layers")
    kind = TaggerConfig if "labels" in fields else ModelConfig
    found = json_files.convert(fields, "the configuration", kind)
    for k, layer in enumerate(fields["layers"]):
        json_files.convert(layer, f"layers[{k}]", LayerConfig)
    maps = {renamed(name): of_map for name, of_map in found.maps.items()}
    return dataclasses.replace(found, maps=maps)
