"""What each change of a trained model costs, measured on validation text."""

import contextlib
import functools
import json
import math
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tflm import compression, files, json_files
from tflm.compression import Method, low_rank, skip_training
from tflm.compression.analysis import self_text
from tflm.model.config import ONE_PRODUCT, TABLES
from tflm.model.network import Network
from tflm.model.surgery import replace_maps

# From a model to what gives the loss of the weights that it then has.
Losses = Callable[[Network], Callable[[], float]]

# Of the rank above which two factors hold no fewer weights.
_RANK_SHARES = (1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4)
_REDUCTIONS = (2, 3, 4, 8)
_BITS = (4,)  # Below 8, of which files are worth trying.


class Sensitivity:
    """Losses of single changes, each measured once and kept in a file.

    A loss is in nats a word, above that of the model as it is; changes are
    made alone and without training.
    """

    def __init__(self, model: Network, losses: Losses, path: files.Path):
        """Measures the model as it is.

        Args:
            model: it is left as it was.
            losses: returns what gives the loss of a model's weights, in nats
                a word of validation text.
            path: where losses are kept.
        """
        self.model, self._losses = model, losses
        self.path = pathlib.Path(path)
        self.known: dict[str, float] = {}
        if self.path.exists():
            self.known = json_files.read(self.path, dict[str, float])
        self.base = self._once("base", lambda: losses(model)())

    def of_ranks(self, name: str) -> dict[int, float]:
        """Returns rank to loss of the map `name`, for a few ranks."""
        linear = self.model.maps[name]
        if linear.kernel is None:
            return {}
        highest = break_even(linear.inputs, linear.outputs)
        ranks = {2 * max(1, int(highest * s / 2)) for s in _RANK_SHARES}
        ranks = {r for r in ranks if r <= highest}
        return {
            rank: self._above(f"{name} rank {rank}", self._of_rank, name, rank)
            for rank in sorted(ranks)
        }

    def of_adaptive(self, name: str) -> dict[compression.Adaptive, float]:
        """Returns ways to make the table `name` adaptive to their losses."""
        linear = self.model.maps[name]
        if name not in TABLES or linear.kernel is None:
            return {}
        cutoffs = (linear.inputs // 10, linear.inputs // 2)
        ways = [
            compression.Adaptive(
                cutoffs, reduction, scope=name, initial="weighted"
            )
            for reduction in _REDUCTIONS
        ]
        found = {}
        for way in ways:
            # A small table has no way to be smaller.
            with contextlib.suppress(ValueError):
                found[way] = self.of_method(way)
        return found

    def of_bits(self, name: str) -> dict[int, float]:
        """Returns bits below 8 to the loss of rounding one map to them.

        Of two maps that are one product of the file both are rounded, and
        each has its share of the loss by how many weights it has.
        """
        names = _one_product(self.model, name)
        total = sum(self.model.maps[each].parameters for each in names)
        share = self.model.maps[name].parameters / total
        return {
            bits: share * max(self.of_method(_rounding(names, bits)), 0.0)
            for bits in _BITS
        }

    def of_method(self, method: Method) -> float:
        """Returns the loss of a method."""
        return self._above(compression.text([method]), self._of_method, method)

    def of_methods(self) -> dict[str, float]:
        """Returns the losses of all methods that were measured, by text."""
        return {
            key: loss - self.base
            for key, loss in self.known.items()
            if key.endswith(")")
        }

    def matrices(self) -> dict[str, Any]:
        """Returns what each matrix takes and bears, for JSON.

        Bytes are those of its weights in int8; a loss is given as perplexity.
        """
        return {
            "base_perplexity": math.exp(self.base),
            "matrices": [
                {
                    "name": name,
                    "bytes": linear.parameters,
                    "losses": {
                        rank * (linear.inputs + linear.outputs): math.exp(
                            self.base + loss
                        )
                        for rank, loss in self.of_ranks(name).items()
                    },
                }
                for name, linear in self.model.maps.items()
            ],
        }

    @functools.cached_property
    def can_lose_units(self) -> bool:
        """Whether `RemoveUnits` can be applied."""
        method = compression.RemoveUnits(share=0.5)
        try:
            method(self.model, skip_training)
        except ValueError:  # No layer has units to spare, or a map forbids it.
            return False
        return True

    @functools.cached_property
    def _moments(self) -> self_text.Moments:
        return self_text.moments(self.model, self_text.write(self.model))

    @functools.cached_property
    def _trial(self) -> Network:
        return replace_maps(self.model, {})

    @functools.cached_property
    def _score(self) -> Callable[[], float]:
        return self._losses(self._trial)

    @functools.cache  # noqa: B019 (as long as the search)
    def _factors(self, name: str) -> list[np.ndarray]:
        """Returns the factors that LowRank would begin with, of full rank."""
        matrix = self.model.maps[name].matrix()
        return low_rank.factors(matrix, min(matrix.shape), name, self._moments)

    def _of_rank(self, name: str, rank: int) -> float:
        left, right = self._factors(name)
        # In its old kind: its product is what costs, and no graph is remade.
        linear, old = self._trial.maps[name], self.model.maps[name]
        linear.approximate(left[:, :rank] @ right[:rank])
        found = self._score()
        linear.set_weights(old.get_weights())
        return found

    def _of_method(self, method: Method) -> float:
        return self._losses(method(self.model, skip_training))()

    def _above(self, key: str, measure, *arguments) -> float:
        return self._once(key, lambda: measure(*arguments)) - self.base

    def _once(self, key: str, measure) -> float:
        if key not in self.known:
            self.known[key] = measure()
            files.write(self.path, json.dumps(self.known, indent=1))
        return self.known[key]


def _one_product(model: Network, name: str) -> list[str]:
    """Returns the maps whose matrices are one in the file, `name` among them.

    They are the input and the recurrent matrix of a cell that adds their
    products, if both end with one.
    """
    layer = name.partition("/")[0]
    pair = [f"{layer}/input", f"{layer}/recurrent"]
    if name not in pair or any(
        each not in model.maps or model.maps[each].end() is None
        for each in pair
    ):
        return [name]
    number = int(layer.removeprefix("layer_"))
    is_sum = model.config.layers[number].kind in ONE_PRODUCT
    return pair if is_sum else [name]


def _rounding(names: Sequence[str], bits: int) -> Method:
    scope = "|".join(names)
    return compression.QuantizeAware(layers=bits, tables=bits, scope=scope)


def break_even(inputs: int, outputs: int) -> int:
    """Returns the highest rank of factors with fewer weights than [m, n]."""
    return (inputs * outputs - 1) // (inputs + outputs)
