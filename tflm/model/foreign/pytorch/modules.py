"""The tensors of a PyTorch state dict, module by module."""

import re
from collections.abc import Iterable

from tflm.model.foreign.pytorch.tensors import Tensors

# Of nn.LSTM, nn.GRU and nn.RNN, of their cells, and of AWD-LSTM's wrapper,
# which drops weights: its raw ones are those that are trained.
_RECURRENT = re.compile(
    r"(?P<module>.*?)\.?(module\.)?(?P<leaf>(weight|bias)_(ih|hh|hr))"
    r"(_l(?P<layer>\d+))?(?P<reverse>_reverse)?(?P<raw>_raw)?"
)


def module_of(name: str) -> str:
    """Returns the module of a tensor: of a cell in a wrapper, the wrapper."""
    found = _RECURRENT.fullmatch(name)
    return found["module"] if found else name.rpartition(".")[0]


def registered(names: Iterable[str]) -> list[str]:
    """Returns modules in the order in which a model registers them.

    Args:
        names: of its tensors. Where they are sorted, so that that order is
            lost, no module is returned: PyTorch has `weight_ih` of each layer
            before `weight_hh`.
    """
    modules: dict[str, None] = {}
    firsts: dict[tuple[str, str], str] = {}
    for name in names:
        found = _RECURRENT.fullmatch(name)
        if found and found["leaf"].startswith("weight"):
            layer = found["module"], found["layer"]
            firsts.setdefault(layer, found["leaf"])
        modules[module_of(name)] = None
    is_kept = all(leaf == "weight_ih" for leaf in firsts.values())
    return [*modules] if is_kept else []


def split(
    tensors: Tensors,
) -> tuple[dict[tuple[str, str], Tensors], dict[str, Tensors]]:
    """Returns the tensors of each recurrent layer, and of each other module.

    The former are by module and layer, as in `rnn` and `.l0`, which a cell has
    not; the latter by module, as in `decoder`. Layers of a module are in order.
    Tensors are by their last name, without a layer's number.

    Raises:
        ValueError: a recurrent layer reads backwards.
    """
    recurrent: dict[tuple[str, str], Tensors] = {}
    modules: dict[str, Tensors] = {}
    # The raw weights come last, in place of those that they become.
    for name in sorted(tensors, key=lambda name: (name.endswith("_raw"), name)):
        module, _, leaf = name.rpartition(".")
        found = _RECURRENT.fullmatch(name)
        if not found:
            modules.setdefault(module, {})[leaf] = tensors[name]
            continue
        if found["reverse"]:
            raise ValueError(
                f"{name} reads backwards: a bidirectional model has seen the "
                f"word that it shall predict"
            )
        layer = f".l{found['layer']}" if found["layer"] else ""
        of_layer = recurrent.setdefault((found["module"], layer), {})
        of_layer[found["leaf"]] = tensors[name]
    layers = sorted(recurrent, key=lambda key: [*map(_natural, key)])
    return {key: recurrent[key] for key in layers}, modules


def _natural(name: str) -> list[str | int]:
    """Returns a key by which `l10` is behind `l9`."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if part.isdigit() else part for part in parts]
