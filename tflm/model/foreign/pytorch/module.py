"""The nn.Module of a language model."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from tflm.model.config import ModelConfig
from tflm.model.foreign.pytorch.tensors import Tensors
from tflm.model.foreign.pytorch.to_pytorch import TorchLayer

# By the names of Keras, those that are the same function there.
_ACTIVATIONS = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "linear": nn.Identity,
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "swish": nn.SiLU,
    "tanh": nn.Tanh,
}


class LanguageModule(nn.Module):
    """Embedding, recurrent and linear layers, and a softmax's logits."""

    def __init__(
        self,
        config: ModelConfig,
        layers: Sequence[TorchLayer],
        weights: Tensors,
    ):
        super().__init__()
        self.encoder = nn.Embedding(
            config.vocabulary_size, config.embedding_size
        )
        self.layers = nn.ModuleList(map(_module, layers))
        self.activations = nn.ModuleList(map(_activation, layers))
        self.decoder = nn.Linear(config.outputs, config.vocabulary_size)
        if config.tied:
            self.decoder.weight = self.encoder.weight
        self.load_state_dict({n: torch.tensor(w) for n, w in weights.items()})
        self.eval()

    def forward(
        self, ids: torch.Tensor, states: Sequence[Any] | None = None
    ) -> tuple[torch.Tensor, list[Any]]:
        """Returns logits [rows, steps, words] and states of ids [rows, steps].

        `states` are those that reading the words before has returned; zeros at
        first.
        """
        x, new_states = self.encoder(ids), []
        states = states or [None] * len(self.layers)
        for layer, activation, state in zip(
            self.layers, self.activations, states, strict=True
        ):
            if isinstance(layer, nn.Linear):
                x = layer(x)
            else:
                x, state = layer(x, state)
            x = activation(x)
            new_states.append(state)
        return self.decoder(x), new_states


def _module(layer: TorchLayer) -> nn.Module:
    size = layer.inputs, layer.units
    if layer.kind == "Linear":
        return nn.Linear(*size)
    more: dict[str, Any] = {"batch_first": True}
    if layer.projection:
        more["proj_size"] = layer.projection
    if layer.kind == "RNN":
        more["nonlinearity"] = layer.activation
    return getattr(nn, layer.kind)(*size, **more)


def _activation(layer: TorchLayer) -> nn.Module:
    """Returns what follows a layer: of a cell, which has its own, nothing."""
    if layer.kind != "Linear":
        return nn.Identity()
    if layer.activation not in _ACTIVATIONS:
        raise ValueError(
            f"PyTorch has no activation {layer.activation}: there are "
            f"{', '.join(_ACTIVATIONS)}"
        )
    return _ACTIVATIONS[layer.activation]()
