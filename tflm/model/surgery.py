"""Copies of a model with other maps or another shape."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from tflm.model.build import build_model
from tflm.model.config import ModelConfig
from tflm.model.network import Network


def replace_maps(
    model: Network, fields: Mapping[str, Mapping[str, Any]]
) -> Network:
    """Returns a copy of `model` in which the named maps are of other kinds.

    A replaced map has random weights; all else is as in `model`, which is
    left as it was. `replace_maps(model, {})` is a plain copy.
    """
    maps = {**model.config.maps, **fields}
    config = dataclasses.replace(model.config, maps=maps)
    return reshaped(model, config, fresh=fields)


def reshaped(
    model: Network, config: ModelConfig, fresh: Iterable[str] = ()
) -> Network:
    """Returns a model of `config` with all the weights of `model` that fit.

    A weight fits if it has the same name and shape. The others are random,
    and so are those of the maps `fresh`; `model` is left as it was.
    """
    result = build_model(config).like(model)
    old, fresh = model.named_weights(), set(fresh)
    for name, weight in result.named_weights().items():
        of_map = not name.endswith("/bias")
        if of_map and name.rpartition("/")[0] in fresh:
            continue
        if name in old and old[name].shape == weight.shape:
            weight.assign(old[name])
    return result
