"""Small PyTorch models of the kinds that people have, and what they answer.

`python -m tests.pytorch_models` with PyTorch at hand writes their weights and
logits to `pytorch_vectors.npz`, with which tests need none.
"""

import io
import pathlib

import numpy as np

ONNX_VECTORS = pathlib.Path(__file__).with_name("onnx_vectors.npz")
VECTORS = pathlib.Path(__file__).with_name("pytorch_vectors.npz")
WORDS = 20
IDS = np.array([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]], np.int64)

# What a state dict does not tell of each model, and so the user has to.
NAMES: dict[str, dict[str, str]] = {
    "lstm": {},
    "gru": {},
    "no bias": {},
    "projected": {},
    "tanh": {"rnns.0": "tanh"},
    "relu": {"rnns.0": "relu"},
    "cells": {},
    "two of a width": {},
    "hidden linear": {"fc": "relu"},
    "word_language_model": {},
    "word_language_model GRU": {},
    "awd-lstm": {},
    "fastai": {},
}


# Those that are there as ONNX too.
ONNX = ("word_language_model", "gru", "relu", "hidden linear")


def model(case: str):
    """Returns the nn.Module of a case, with weights far from zero."""
    import torch

    module = _modules()[case]()
    random = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in module.parameters():
            # Few different numbers, which make for a small file.
            whole = torch.randint(-24, 25, weight.shape, generator=random)
            weight.copy_(whole / 32)
    return module.eval()


def state_dict(case: str, module) -> dict:
    """Returns a module's weights under the names of the case's library."""
    found = {
        name: w.detach().clone() for name, w in module.state_dict().items()
    }
    rename = {"awd-lstm": _awd_lstm, "fastai": _fastai}.get(case)
    return rename(found) if rename else found


def logits(module) -> np.ndarray:
    """Returns the logits of IDS, float32 [2, 5, WORDS]."""
    import torch

    with torch.no_grad():
        return module(torch.tensor(IDS)).numpy()


def onnx_file(module) -> np.ndarray:
    """Returns what torch.onnx.export writes of a module, uint8 [bytes]."""
    import torch

    file = io.BytesIO()
    torch.onnx.export(
        module,
        (torch.tensor(IDS),),
        file,
        dynamo=False,
        input_names=["ids"],
        output_names=["logits"],
        dynamic_axes={"ids": {0: "rows", 1: "steps"}},
        opset_version=17,
    )
    return np.frombuffer(file.getvalue(), np.uint8)


def _modules() -> dict:
    import torch
    from torch import nn

    class Chain(nn.Module):
        """An embedding, cells one after another, and a softmax."""

        def __init__(self, cells, width, table=None, tied=False, bias=True):
            super().__init__()
            self.encoder = nn.Embedding(WORDS, 6)
            self.rnns = nn.ModuleList(cells)
            self.decoder = nn.Linear(width, WORDS, bias=bias)
            if tied:
                self.decoder.weight = self.encoder.weight

        def forward(self, ids):
            x = self.encoder(ids)
            for cell in self.rnns:
                x, _ = cell(x)
            return self.decoder(x)

    class Example(nn.Module):
        """As the word language model of PyTorch's examples names its parts."""

        def __init__(self, kind, width, tied, projected=0, bias=True):
            super().__init__()
            self.encoder = nn.Embedding(WORDS, 6)
            more = {"proj_size": projected} if projected else {}
            self.rnn = kind(6, width, 2, batch_first=True, bias=bias, **more)
            self.decoder = nn.Linear(projected or width, WORDS, bias=bias)
            if tied:
                self.decoder.weight = self.encoder.weight

        def forward(self, ids):
            return self.decoder(self.rnn(self.encoder(ids))[0])

    class Cells(nn.Module):
        def __init__(self):
            super().__init__()
            self.word_embeddings = nn.Embedding(WORDS, 6)
            self.cell = nn.LSTMCell(6, 7)
            self.out = nn.Linear(7, WORDS)

        def forward(self, ids):
            states, found = None, []
            for x in self.word_embeddings(ids).unbind(1):
                states = self.cell(x, states)
                found.append(self.out(states[0]))
            return torch.stack(found, 1)

    class Hidden(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(WORDS, 6)
            self.lstm = nn.LSTM(6, 7, batch_first=True)
            self.fc = nn.Linear(7, 5)
            self.head = nn.Linear(5, WORDS)

        def forward(self, ids):
            x, _ = self.lstm(self.embedding(ids))
            return self.head(torch.relu(self.fc(x)))

    relu = nn.RNN(6, 7, batch_first=True, nonlinearity="relu")

    def lstm(inputs, width):
        return nn.LSTM(inputs, width, batch_first=True)

    def awd():
        return Chain([lstm(6, 7), lstm(7, 6)], 6, tied=True)

    return {
        "lstm": lambda: Chain([lstm(6, 7)], 7),
        "gru": lambda: Chain([nn.GRU(6, 7, batch_first=True)], 7),
        "tanh": lambda: Chain([nn.RNN(6, 7, batch_first=True)], 7),
        "relu": lambda: Chain([relu], 7),
        "no bias": lambda: Example(nn.LSTM, 7, False, bias=False),
        "projected": lambda: Example(nn.LSTM, 9, False, projected=4),
        "cells": Cells,
        "two of a width": lambda: Chain([lstm(6, 6)], 6, bias=False),
        "hidden linear": Hidden,
        "word_language_model": lambda: Example(nn.LSTM, 6, True),
        "word_language_model GRU": lambda: Example(nn.GRU, 7, False),
        "awd-lstm": awd,
        "fastai": awd,
    }


def _awd_lstm(found: dict) -> dict:
    """Returns weights as its WeightDrop keeps them: one is a raw one."""
    renamed = {}
    for name, weight in found.items():
        if name.startswith("rnns."):
            _, k, leaf = name.split(".")
            raw = "_raw" if leaf == "weight_hh_l0" else ""
            name = f"rnns.{k}.module.{leaf}{raw}"
        renamed[name] = weight
    return renamed


def _fastai(found: dict) -> dict:
    """Returns the same as fastai does, with what dropout has left beside."""
    import torch

    renamed = {}
    for name, weight in _awd_lstm(found).items():
        part = "1" if name.startswith("decoder") else "0"
        if name.endswith("_raw"):
            last = f"{part}.{name.removesuffix('_raw')}"
            renamed[last] = torch.zeros_like(weight)
            name = name.replace(".module", "")
        renamed[f"{part}.{name}"] = weight
    renamed["0.encoder_dp.emb.weight"] = renamed["0.encoder.weight"]
    return renamed


def main() -> None:
    """Writes the weights and logits of all models."""
    arrays = {}
    for case in NAMES:
        module = model(case)
        for name, weight in state_dict(case, module).items():
            arrays[f"{case}/{name}"] = weight.numpy()
        arrays[f"{case}/"] = logits(module)
    np.savez_compressed(VECTORS, **arrays)
    files = {case: onnx_file(model(case)) for case in ONNX}
    np.savez_compressed(ONNX_VECTORS, **files)


if __name__ == "__main__":
    main()
