"""What the tensors of a PyTorch state dict are, by their names and shapes.

A state dict has no layers: `encoder.weight` is an embedding as it is as wide
as the first layer's input, and `decoder.weight` a softmax as it has a row for
each word that this has. Where more than one tensor fits, names decide; where
they do not, the user does.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping

import numpy as np

from tflm.model.foreign.pytorch import chain
from tflm.model.foreign.pytorch.chain import Part
from tflm.model.foreign.pytorch.modules import module_of, registered, split
from tflm.model.foreign.pytorch.tensors import Tensors

Names = Mapping[str, str]

_KINDS = {4: "lstm", 3: "gru", 1: "rnn"}  # By how many gates they have.
_EMBEDDING = re.compile(r"emb|encoder|wte|lookup", re.IGNORECASE)
_SOFTMAX = re.compile(r"decoder|head|out|logit|soft|vocab|fc|lin", re.I)
_ROLES = ("embedding", "softmax", "none")
_PLACE = re.compile(r"(\d+)(?::(.*))?")  # As in 2, or 2:relu.


def find(tensors: Tensors, names: Names) -> list[Part]:
    """Returns the layers of a language model, from embedding to softmax.

    Args:
        tensors: of a state dict, by name.
        names: what a tensor or module is, where it is not to be guessed:
            `embedding`, `softmax`, `none`, or the activation of a dense layer
            or an nn.RNN; `2` or `2:relu` of the second layer.

    Raises:
        ValueError: the tensors are not those of an embedding, cells, dense
            layers and a softmax, or it is not clear which is which.
    """
    unused, names = _of_modules(tensors, names)
    names, places = _split_places(names)
    used = {n: tensor for n, tensor in tensors.items() if n not in unused}
    recurrent, modules = split(used)
    cells = [_cell(*key, recurrent[key], names) for key in recurrent]
    if not cells:
        raise ValueError(
            f"no nn.LSTM, nn.GRU or nn.RNN is in it: it has {_listed(tensors)}"
        )
    dense = [
        Part(name, "dense", modules.pop(name), given, module=name)
        for name in list(modules)
        if _columns(modules[name])
        and (given := names.get(name, ""))
        and given not in _ROLES
    ]
    widths = {*map(_columns, modules.values())}
    layers = chain.arranged([*cells, *dense], registered(used), widths, places)
    embedding = _embedding(modules, layers[0], names)
    modules = _without_copies(modules, embedding)
    softmax = _softmax(modules, embedding, layers[-1], names)
    if modules:
        raise _not_a_part(modules)
    chain.check([embedding, *layers, softmax])
    return [embedding, *layers, softmax]


def summary(found: Iterable[Part]) -> str:
    """Returns what was found as what, in one line."""
    return ", ".join(f"{part.name} as {part.kind}" for part in found)


def _of_modules(tensors: Tensors, names: Names) -> tuple[set[str], Names]:
    """Returns the tensors that are none of the model's, and what modules are.

    Whoever names a tensor, or the cell in a wrapper, names its module.
    """
    unused: set[str] = set()
    roles: dict[str, str] = {}
    for name, role in names.items():
        owned = [x for x in tensors if name in _names_of(x)]
        if not owned:
            raise ValueError(
                f"no tensor is called {name}: there are {_listed(tensors)}"
            )
        if role == "none":
            unused.update(owned)
        else:
            roles |= {module_of(x): role for x in owned}
    return unused, roles


def _names_of(tensor: str) -> tuple[str, ...]:
    """Returns what a user may call a tensor, or the module that it is of."""
    return tensor, tensor.rpartition(".")[0], module_of(tensor)


def _split_places(names: Names) -> tuple[Names, dict[str, int]]:
    """Returns what is what, and the places that modules have."""
    roles, places = dict(names), {}
    for name, given in names.items():
        if found := _PLACE.fullmatch(given):
            places[name] = int(found[1])
            roles[name] = found[2] or ""
    return roles, places


def _cell(module: str, layer: str, tensors: Tensors, names: Names) -> Part:
    name = module + layer
    missing = {"weight_ih", "weight_hh"} - {*tensors}
    if missing:
        raise ValueError(f"{name} lacks {', '.join(sorted(missing))}")
    part = Part(name, "", tensors, names.get(module, ""), module)
    rows = tensors["weight_ih"].shape[0]
    kind = _KINDS.get(rows // part.units if rows % part.units == 0 else 0)
    if not kind:
        raise ValueError(
            f"{name} has {rows} rows for {part.units} units: it is no nn.LSTM, "
            f"nn.GRU or nn.RNN"
        )
    if kind == "rnn" and part.activation not in ("tanh", "relu"):
        raise ValueError(
            f"{name} is an nn.RNN, and no tensor tells its nonlinearity: give "
            f"--map={module}=tanh or relu"
        )
    if kind != "rnn" and part.activation:
        raise ValueError(
            f"{module} is an nn.{kind.upper()}, which has its own activations: "
            f"leave --map={module}={part.activation} out"
        )
    return dataclasses.replace(part, kind=kind)


def _embedding(modules: dict[str, Tensors], first: Part, names: Names) -> Part:
    fitting = {
        name: tensors
        for name, tensors in modules.items()
        if _columns(tensors) == first.inputs
    }
    plain = {n: t for n, t in fitting.items() if "bias" not in t}
    name = _one("embedding", plain or fitting, _EMBEDDING, names)
    if name is None:
        raise ValueError(
            f"no embedding is in it: {first.name} reads vectors of "
            f"{first.inputs}, and no matrix of {_listed(modules)} has them"
        )
    return Part(name, "embedding", {"weight": modules[name]["weight"]})


def _without_copies(
    modules: dict[str, Tensors], embedding: Part
) -> dict[str, Tensors]:
    """Returns the modules without the embedding, as often as it is there."""
    table = embedding.tensors["weight"]
    return {
        name: tensors
        for name, tensors in modules.items()
        if "bias" in tensors or not _same(tensors.get("weight"), table)
    }


def _softmax(
    modules: dict[str, Tensors], embedding: Part, last: Part, names: Names
) -> Part:
    """Takes the softmax out of the modules; it is tied where there is none."""
    table = embedding.tensors["weight"]
    shapes = {
        name: {leaf: tensor.shape for leaf, tensor in tensors.items()}
        for name, tensors in modules.items()
    }
    bias = {"bias": table.shape[:1]}  # Where its tied table is left out.
    weight = {"weight": (len(table), last.outputs)}
    fitting = {
        name: modules[name]
        for name, found in shapes.items()
        if found in (bias, weight, weight | bias)
    }
    name = _one("softmax", fitting, _SOFTMAX, names)
    if name is None:
        return Part(embedding.name, "softmax", {"weight": table})
    tensors = {"weight": table} | modules.pop(name)
    if _same(tensors["weight"], table):
        tensors["weight"] = table
    return Part(name, "softmax", tensors)


def _one(
    role: str, fitting: Mapping[str, Tensors], usual: re.Pattern, names: Names
) -> str | None:
    """Returns the one module that plays a role, None if there is none."""
    given = [name for name in fitting if names.get(name) == role]
    free = [name for name in fitting if not names.get(name)]
    named = [name for name in free if usual.search(name)]
    for choice in (given, free, named):
        weights = [fitting[name].get("weight") for name in choice]
        if choice and all(_same(weight, weights[0]) for weight in weights):
            return next((name for name in named if name in choice), choice[0])
    if not given and not free:
        return None
    raise ValueError(
        f"{_listed(given or free)} may be the {role}: say which with "
        f"--map={(given or free)[0]}={role}"
    )


def _not_a_part(modules: dict[str, Tensors]) -> ValueError:
    name, tensors = next(iter(modules.items()))
    if _columns(tensors):
        return ValueError(
            f"{name} is an nn.Linear, and no tensor tells its activation: give "
            f"--map={name}=linear (or relu, tanh, ...), or --map={name}=none "
            f"if it is not of the model"
        )
    shapes = ", ".join(f"{k} {[*t.shape]}" for k, t in tensors.items())
    return ValueError(
        f"{name} ({shapes}) is no nn.Embedding, nn.LSTM, nn.GRU or nn.Linear: "
        f"give --map={name}=none if the model does without"
    )


def _columns(tensors: Tensors) -> int | None:
    """Returns those of the matrix of an nn.Embedding or nn.Linear."""
    weight = tensors.get("weight")
    if weight is None or weight.ndim != 2 or {*tensors} - {"weight", "bias"}:
        return None
    return weight.shape[1]


def _same(a: np.ndarray | None, b: np.ndarray | None) -> bool:
    return a is b or (a is not None and b is not None and np.array_equal(a, b))


def _listed(names: Iterable[str]) -> str:
    names = [*names]
    return ", ".join(names[:8]) + ", ..." * (len(names) > 8)
