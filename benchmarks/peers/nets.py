"""The weights of a language model as arrays, for whoever builds it anew."""

import dataclasses

import numpy as np

from tflm.model.keras_step import KerasStep
from tflm.model.language_model import LanguageModel


@dataclasses.dataclass(frozen=True)
class Layer:
    """An LSTM layer of one product: gates i, f, g, o = [x, h] kernel + bias.

    Attributes:
        kernel: float32 [inputs + units, 4 units].
        bias: float32 [4 units].
    """

    kernel: np.ndarray
    bias: np.ndarray

    @property
    def units(self) -> int:
        return len(self.bias) // 4

    @property
    def inputs(self) -> int:
        return len(self.kernel) - self.units


@dataclasses.dataclass(frozen=True)
class Net:
    """Embedding, LSTM layers and softmax, as arrays.

    Its step has the inputs and outputs of our files: `token` int32 [1] and
    `state` float32 [1, S] (h and c of each layer), `logits` and `state`.

    Attributes:
        table: float32 [words, width].
        layers: from the embedding to the softmax.
        softmax: float32 [words, units].
        bias: float32 [words].
    """

    table: np.ndarray
    layers: tuple[Layer, ...]
    softmax: np.ndarray
    bias: np.ndarray

    @property
    def words(self) -> int:
        return len(self.bias)

    @property
    def state_sizes(self) -> list[int]:
        return [layer.units for layer in self.layers for _ in range(2)]

    @property
    def forms(self) -> tuple[dict, dict]:
        """Returns shape and dtype of the step's inputs and outputs."""
        state = {"shape": [1, sum(self.state_sizes)], "dtype": np.float32}
        token = {"shape": [1], "dtype": np.int32}
        logits = {"shape": [1, self.words], "dtype": np.float32}
        return (
            {"token": token, "state": state},
            {"logits": logits, "state": state},
        )


def net(model: LanguageModel) -> Net:
    """Returns the weights of a model of plain LSTM layers.

    Raises:
        ValueError: a matrix is not dense, or a layer is no plain LSTM.
    """
    config = model.config
    for layer in config.layers:
        if layer.kind != "lstm" or layer.projection or config.maps:
            raise ValueError(
                f"peers have LSTM layers of dense matrices, got {layer} and "
                f"maps {dict(config.maps)}: give a model like ptb-medium"
            )
    weights = {n: w.numpy() for n, w in model.named_weights().items()}
    table = weights["embedding/kernel"]
    return Net(
        table=table,
        layers=tuple(
            _layer(weights, f"layer_{k}") for k in range(len(config.layers))
        ),
        softmax=weights.get("softmax/kernel", table),
        bias=weights["softmax/bias"],
    )


def _layer(weights: dict[str, np.ndarray], name: str) -> Layer:
    parts = [
        weights[f"{name}/{part}/kernel"] for part in ("input", "recurrent")
    ]
    return Layer(np.concatenate(parts), weights[f"{name}/bias"])


def difference(runner, model: LanguageModel, words: int = 16) -> float:
    """Returns how far a runner's logits are from Keras', carried states too.

    It is the largest difference of a logit as a share of their range.
    """
    step = KerasStep(model)
    state = carried = step.initial_state()
    random, worst = np.random.default_rng(0), 0.0
    for word in random.integers(step.vocabulary_size, size=words):
        expected, state = step(int(word), state)
        runner.write("token", np.array([word], np.int32))
        runner.write("state", carried)
        runner.invoke()
        carried = runner.read("state")
        error = np.abs(runner.read("logits")[0] - expected).max()
        worst = max(worst, float(error / np.ptp(expected)))
    return worst
