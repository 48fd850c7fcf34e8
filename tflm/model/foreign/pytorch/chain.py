"""The layers of a state dict, and in which order a model has them.

A module keeps its parts as it registers them, which is how it uses them. A
sorted file has lost that: then widths and numbers in names have to leave one
order, or the user says which it is.
"""

import dataclasses
import itertools
import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from tflm.model.foreign.pytorch.tensors import Tensors

_MOST_MODULES = 7  # All orders of so many are soon tried.


@dataclasses.dataclass(frozen=True)
class Part:
    """One layer: the tensors of a module, or of one layer of it.

    Attributes:
        name: in the state dict, as in `rnn.l0`.
        kind: `embedding`, `lstm`, `gru`, `rnn`, `dense` or `softmax`.
        tensors: by PyTorch's names without the layer: `weight_ih`, `bias`.
        activation: of a dense layer or an nn.RNN, as the user gives it.
        module: that it is, or is a layer of; of cells and dense layers.
    """

    name: str
    kind: str
    tensors: Tensors
    activation: str = ""
    module: str = ""

    @property
    def inputs(self) -> int:
        """Width of what it reads; of an embedding, of its vectors."""
        return self._first.shape[1]

    @property
    def outputs(self) -> int:
        """Width of what it writes; of an embedding, how many words it has."""
        if "weight_hh" in self.tensors:
            return self.tensors["weight_hh"].shape[1]
        return self._first.shape[0]

    @property
    def units(self) -> int:
        """How many units a cell has."""
        if "weight_hr" in self.tensors:
            return self.tensors["weight_hr"].shape[1]
        return self.outputs

    @property
    def _first(self) -> np.ndarray:
        weight = self.tensors.get("weight_ih")
        return self.tensors["weight"] if weight is None else weight


def check(parts: Sequence[Part]) -> None:
    """Raises ValueError unless each layer reads what the one before writes."""
    words, width = parts[0].outputs, parts[0].inputs
    for before, part in itertools.pairwise(parts):
        if part.inputs != width:
            raise ValueError(
                f"{part.name} reads vectors of {part.inputs} and {before.name} "
                f"writes {width}: it is no chain of layers"
            )
        width = part.outputs
    if width != words:
        raise ValueError(
            f"{parts[0].name} has {words} words and {parts[-1].name} {width}: "
            f"both must have the whole vocabulary"
        )


def arranged(
    layers: Sequence[Part],
    registered: Sequence[str],
    widths: Collection[int | None],
    places: Mapping[str, int],
) -> list[Part]:
    """Returns cells and dense layers in the order in which a model has them.

    Args:
        layers: those of one module are in order, and beside each other.
        registered: modules as they were registered, none if that is not known.
        widths: of vectors that an embedding may have and a softmax may read.
        places: of modules, from 1, as the user gives them.

    Raises:
        ValueError: the order is not clear, or places are not those of modules.
    """
    blocks: dict[str, list[Part]] = {}
    for part in layers:
        blocks.setdefault(part.module, []).append(part)

    def chain(names: Sequence[str]) -> list[Part]:
        return [part for name in names for part in blocks[name]]

    if places:
        _check_places(blocks, places)
        return chain(sorted(blocks, key=lambda name: places[name]))
    names = sorted(blocks, key=_numbers)
    if registered:
        names = sorted(blocks, key=registered.index)
        if _fits(chain(names), widths):
            return chain(names)
    if _is_one_scheme(names):
        return chain(sorted(names, key=_numbers))
    if len(names) > _MOST_MODULES:
        raise _unclear(blocks)
    orders = [
        order
        for order in itertools.permutations(names)
        if _is_numbered(order) and _fits(chain(order), widths)
    ]
    if len(orders) > 1:
        raise _unclear(blocks)
    return chain(orders[0] if orders else names)


def _fits(parts: Sequence[Part], widths: Collection[int | None]) -> bool:
    """Tells whether layers fit one another, an embedding and a softmax."""
    return {parts[0].inputs, parts[-1].outputs} <= {*widths} and all(
        before.outputs == part.inputs
        for before, part in itertools.pairwise(parts)
    )


def _scheme(name: str) -> str:
    return re.sub(r"[._]?\d+", "", name)


def _numbers(name: str) -> list[int]:
    """Returns those in a name, by which `rnns.10` is behind `rnns.9`."""
    return [int(number) for number in re.findall(r"\d+", name)]


def _is_one_scheme(names: Sequence[str]) -> bool:
    """Tells whether numbers alone tell names apart."""
    numbers = {tuple(_numbers(name)) for name in names}
    return len(numbers) == len(names) and len({*map(_scheme, names)}) == 1


def _is_numbered(order: Sequence[str]) -> bool:
    """Tells whether no number is before a lower one of its scheme."""
    return all(
        _numbers(a) <= _numbers(b)
        for a, b in itertools.combinations(order, 2)
        if _scheme(a) == _scheme(b)
    )


def _check_places(
    blocks: Mapping[str, Sequence[Part]], places: Mapping[str, int]
) -> None:
    for name, place in places.items():
        if name not in blocks:
            raise ValueError(
                f"{name} has place {place} and is no layer: of an nn.Linear "
                f"give the activation too, as in --map={name}={place}:linear"
            )
    if {*places} != {*blocks} or len({*places.values()}) < len(places):
        raise ValueError(
            f"each layer needs a place of its own, as in {_maps(blocks)}"
        )


def _unclear(blocks: Mapping[str, Sequence[Part]]) -> ValueError:
    return ValueError(
        f"neither names nor widths tell in which order {', '.join(blocks)} "
        f"are: say it, as in {_maps(blocks)}"
    )


def _maps(blocks: Mapping[str, Sequence[Part]]) -> str:
    """Returns the flags that give layers their places."""
    given = {
        name: f"{place}:{block[0].activation}".rstrip(":")
        for place, (name, block) in enumerate(blocks.items(), start=1)
    }
    return " ".join(f"--map={name}={value}" for name, value in given.items())
