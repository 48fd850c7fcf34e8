"""The arrays of a file by name, without running anything of the file."""

import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors import safe_open

from tflm import arrays, files

Tensors = dict[str, np.ndarray]


def load(path: files.Path) -> Tensors:
    """Reads a `.safetensors` or `.npz` file.

    A tensor that safetensors stored under one of its names, as it does with
    tied ones, is there under the others too.

    Returns:
        tensors of floating point numbers, as float32; whole numbers, which
        count batches, are no weights.

    Raises:
        ValueError: the file is missing, damaged, or of another kind.
    """
    path = pathlib.Path(path)
    read = arrays.read if path.suffix == ".npz" else _safetensors
    try:
        return floats(read(path))
    except FileNotFoundError:
        raise ValueError(
            f"{path} is missing: give a file that exists"
        ) from None
    except Exception as error:  # Of NumPy, zipfile or safetensors.
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path} holds no tensors that can be read ({reason}): save it "
            f"with safetensors.torch.save_model"
        ) from None


def floats(tensors: Mapping[str, Any]) -> Tensors:
    """Returns what is not whole numbers, as float32.

    Args:
        tensors: of NumPy, or of PyTorch, on any device.
    """
    found = {name: _array(tensor) for name, tensor in tensors.items()}
    return {
        name: array.astype(np.float32)
        for name, array in found.items()
        if array.dtype.kind not in "biu"
    }


def _array(tensor: Any) -> np.ndarray:
    if hasattr(tensor, "detach"):  # NumPy has no bfloat16, which float() ends.
        tensor = tensor.detach().cpu()
        tensor = tensor.float() if tensor.is_floating_point() else tensor
    return np.asarray(tensor)


def _safetensors(path: pathlib.Path) -> Tensors:
    files.check(path)
    with safe_open(path, "numpy") as file:
        found = {name: file.get_tensor(name) for name in file.keys()}
        kept = file.metadata() or {}
    shared = {a: found[b] for a, b in kept.items() if b in found}
    return shared | found
