"""The weights of a language model as arrays, for whoever builds it anew."""

import dataclasses

import numpy as np

from tflm.latency.backend import LoadedModel
from tflm.latency.inputs import Details
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
        """How many the layer has."""
        return len(self.bias) // 4

    @property
    def inputs(self) -> int:
        """The width of what the layer reads."""
        return len(self.kernel) - self.units


@dataclasses.dataclass(frozen=True)
class Weights:
    """Embedding, LSTM layers and softmax, as arrays.

    Their step has the inputs and outputs of our files: `token` int32 [1] and
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
        """How many the vocabulary has."""
        return len(self.bias)

    @property
    def state_sizes(self) -> list[int]:
        """The sizes of h and c of each layer, in their order in the state."""
        return [layer.units for layer in self.layers for _ in range(2)]

    @property
    def forms(self) -> tuple[Details, Details]:
        """Shape and dtype of the step's inputs and of its outputs."""
        state = {"shape": [1, sum(self.state_sizes)], "dtype": np.float32}
        token = {"shape": [1], "dtype": np.int32}
        logits = {"shape": [1, self.words], "dtype": np.float32}
        return (
            {"token": token, "state": state},
            {"logits": logits, "state": state},
        )


def weights(model: LanguageModel) -> Weights:
    """Returns the weights of a model of plain LSTM layers.

    Raises:
        ValueError: a matrix is not dense, or a layer is no plain LSTM.
    """
    config = model.config
    for layer in config.layers:
        if layer.kind != "lstm" or layer.projection or config.maps:
            raise ValueError(
                "other backends have LSTM layers of dense matrices, got "
                f"{layer} and maps {dict(config.maps)}: give a model like "
                "ptb-medium"
            )
    named = {n: w.numpy() for n, w in model.named_weights().items()}
    table = named["embedding/kernel"]
    return Weights(
        table=table,
        layers=tuple(
            _layer(named, f"layer_{k}") for k in range(len(config.layers))
        ),
        softmax=named.get("softmax/kernel", table),
        bias=named["softmax/bias"],
    )


def _layer(named: dict[str, np.ndarray], name: str) -> Layer:
    parts = [named[f"{name}/{part}/kernel"] for part in ("input", "recurrent")]
    return Layer(np.concatenate(parts), named[f"{name}/bias"])


def difference(
    loaded: LoadedModel, model: LanguageModel, words: int = 16
) -> float:
    """Returns how far a backend's logits are from Keras', carried states too.

    It is the largest difference of a logit as a share of their range.
    """
    step = KerasStep(model)
    state = carried = step.initial_state()
    random, worst = np.random.default_rng(0), 0.0
    for word in random.integers(step.vocabulary_size, size=words):
        expected, state = step(int(word), state)
        loaded.write("token", np.array([word], np.int32))
        loaded.write("state", carried)
        loaded.invoke()
        carried = loaded.read("state")
        error = np.abs(loaded.read("logits")[0] - expected).max()
        worst = max(worst, float(error / np.ptp(expected)))
    return worst
