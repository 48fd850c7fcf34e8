"""The step as a .tflite file by litert-torch, out of PyTorch.

litert-torch does not share an environment with TensorFlow Model Optimization
(absl-py), so this file runs in one of its own and imports nothing of ours:

python benchmarks/backends/litert_step.py WEIGHTS.npz MODEL.tflite
"""

import sys

import litert_torch
import numpy as np
import torch
from torch import nn


class Step(nn.Module):
    """One word of LSTM layers, each a product of [x, h]."""

    def __init__(self, arrays):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.tensor(arrays["table"]))
        count = sum(name.startswith("kernel") for name in arrays)
        self.layers = nn.ModuleList(
            _linear(arrays[f"kernel_{k}"].T, arrays[f"bias_{k}"])
            for k in range(count)
        )
        self.softmax = _linear(arrays["softmax"], arrays["bias"])
        self.sizes = [each.out_features // 4 for each in self.layers]

    def forward(self, token, state):
        """Returns logits [1, words] and the new state [1, S]."""
        x = self.table(token)
        states = state.split([size for size in self.sizes for _ in "hc"], 1)
        new_states = []
        for k, layer in enumerate(self.layers):
            h, c = states[2 * k : 2 * k + 2]
            i, f, g, o = layer(torch.cat([x, h], 1)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            x = torch.sigmoid(o) * torch.tanh(c)
            new_states += [x, c]
        return self.softmax(x), torch.cat(new_states, 1)


def _linear(kernel: np.ndarray, bias: np.ndarray) -> nn.Linear:
    layer = nn.Linear(kernel.shape[1], kernel.shape[0])
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(kernel))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def main(weights: str, output: str) -> None:
    with np.load(weights, allow_pickle=False) as arrays:
        step = Step(dict(arrays)).eval()
    size = 2 * sum(step.sizes)
    example = (torch.zeros(1, dtype=torch.int32), torch.zeros(1, size))
    litert_torch.convert(step, example).export(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
