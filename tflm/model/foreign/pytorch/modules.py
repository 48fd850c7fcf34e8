"""The tensors of a PyTorch state dict, module by module."""

import re

from tflm.model.foreign.pytorch.tensors import Tensors

# Of nn.LSTM, nn.GRU and nn.RNN, of their cells, and of AWD-LSTM's wrapper,
# which drops weights: its raw ones are those that are trained.
_RECURRENT = re.compile(
    r"(?P<module>.*?)\.?(module\.)?(?P<leaf>(weight|bias)_(ih|hh|hr))"
    r"(_l(?P<layer>\d+))?(?P<reverse>_reverse)?(?P<raw>_raw)?"
)


def split(tensors: Tensors) -> tuple[dict[str, Tensors], dict[str, Tensors]]:
    """Returns the tensors of each recurrent layer, and of each other module.

    Both are by name, as in `rnn.l0` and `decoder`, and the tensors by their
    last name, without a layer's number.

    Raises:
        ValueError: a recurrent layer reads backwards.
    """
    recurrent: dict[str, Tensors] = {}
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
        of_layer = recurrent.setdefault(found["module"] + layer, {})
        of_layer[found["leaf"]] = tensors[name]
    return _ordered(recurrent), _ordered(modules)


def _ordered(groups: dict[str, Tensors]) -> dict[str, Tensors]:
    """Returns them by name, with `l10` behind `l9`."""

    def order(name: str) -> list:
        parts = re.split(r"(\d+)", name)
        return [int(part) if part.isdigit() else part for part in parts]

    return {name: groups[name] for name in sorted(groups, key=order)}
