"""What other runtimes are given to build a model, without any of them."""

import numpy as np
import pytest

from benchmarks.backends import weights
from tflm.model.keras_step import KerasStep


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Plain:
    """A `LoadedModel` in NumPy, by the equations of an LSTM."""

    def __init__(self, found):
        self.weights = found
        self.inputs, self.outputs = found.forms
        self.values = {}

    def write(self, name, value):
        form = self.inputs[name]
        assert (value.shape, value.dtype) == (
            tuple(form["shape"]),
            form["dtype"],
        )
        self.values[name] = value

    def invoke(self):
        x = self.weights.table[self.values["token"]]
        sizes = np.cumsum(self.weights.state_sizes)[:-1]
        states = np.split(self.values["state"], sizes, axis=1)
        new = []
        for layer, h, c in zip(
            self.weights.layers, states[::2], states[1::2], strict=True
        ):
            gates = np.concatenate([x, h], 1) @ layer.kernel + layer.bias
            i, f, g, o = np.split(gates, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            x = sigmoid(o) * np.tanh(c)
            new += [x, c]
        logits = x @ self.weights.softmax.T + self.weights.bias
        self.values |= {"logits": logits, "new": np.concatenate(new, 1)}

    def read(self, name):
        return self.values["new" if name == "state" else name]


@pytest.fixture
def lstm(make_model):
    return make_model("lstm", tied=False, layers=2, projection=0)


def test_weights_are_those_of_the_model(lstm):
    assert weights.difference(Plain(weights.weights(lstm)), lstm) < 1e-5


def test_a_tied_softmax_has_the_table(make_model):
    model = make_model("lstm", projection=0, embedding_size=16)
    assert weights.difference(Plain(weights.weights(model)), model) < 1e-5


@pytest.mark.parametrize("what", ["table", "softmax", "bias"])
def test_other_weights_are_noticed(lstm, what):
    found = weights.weights(lstm)
    getattr(found, what)[:] = np.roll(getattr(found, what) + 0.1, 1)
    found.bias[0] += 1
    assert weights.difference(Plain(found), lstm) > 0.01


def test_a_state_that_is_not_carried_is_noticed(lstm):
    loaded = Plain(weights.weights(lstm))
    write = loaded.write
    zeros = KerasStep(lstm).initial_state()
    loaded.write = lambda n, v: write(n, zeros if n == "state" else v)
    assert weights.difference(loaded, lstm) > 0.01


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gru", "projection": 0},
        {"kind": "lstm", "projection": 4},
        {
            "kind": "lstm",
            "projection": 0,
            "maps": {"softmax": {"kind": "low_rank", "rank": 2}},
        },
    ],
)
def test_models_that_backends_do_not_have_are_refused(make_model, fields):
    with pytest.raises(ValueError, match="backends have LSTM layers"):
        weights.weights(make_model(tied=False, **fields))
