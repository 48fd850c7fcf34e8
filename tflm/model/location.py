"""Where a model is: what a path must be before anything is read from it."""

import json
import pathlib
import shlex

from tflm import files

KERAS = (".keras", ".h5", ".hdf5")
PYTORCH = (".safetensors", ".npz")
ONNX = (".onnx",)
_SAVED_MODEL = "saved_model.pb"
_PICKLES = (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle")


def is_foreign(path: files.Path) -> bool:
    """Tells whether a path is one of another tool's model."""
    path = pathlib.Path(path)
    is_file = path.suffix in (*KERAS, *PYTORCH, *ONNX)
    return is_file or (path / _SAVED_MODEL).exists()


def check(path: files.Path, words: files.Path | None = None) -> None:
    """Refuses a path that holds no model, at once.

    Args:
        path: a directory, or a file of another library.
        words: the vocabulary file of the latter.

    Raises:
        ValueError: there is none, it would have to be unpickled, or a file
            has no vocabulary.
    """
    path = pathlib.Path(path)
    if path.suffix in _PICKLES and path.is_file():
        raise _pickled(path)
    if not is_foreign(path):
        if not (path / "model.npz").exists():
            check_finished(path)
            raise ValueError(
                f"{path} holds no model: give a directory that tflm train or "
                f"tflm compress wrote, or a .keras or .safetensors file"
            )
        return
    for file in (path, pathlib.Path(words or path)):
        if not file.exists():
            raise ValueError(f"{file} is missing: give a file that exists")
    if words is None:
        raise no_words(path)


def check_finished(directory: pathlib.Path) -> None:
    """Refuses the directory of a run that was stopped before it had a model.

    Raises:
        ValueError: it is one.
    """
    if (directory / "run.json").exists():
        raise ValueError(
            f"{directory} has no model yet, as what was to leave it there was "
            f"stopped: the same command goes on"
        )


def no_words(path: files.Path) -> ValueError:
    """Returns the error of a model that has no vocabulary."""
    return ValueError(
        f"{path} has no vocabulary: give --vocabulary, its words one a line in "
        f"the order of their ids, or the file of its tokenizer"
    )


def _pickled(path: pathlib.Path) -> ValueError:
    """Returns the error of a file that may run any code when it is read."""
    here, safe = (
        json.dumps(str(place), ensure_ascii=False)
        for place in (path, path.with_suffix(".safetensors"))
    )
    # A checkpoint keeps the weights beside the optimizer's.
    program = (
        f"import torch, safetensors.torch as s; "
        f'd = torch.load({here}, "cpu", weights_only=True); '
        f'd = d.get("state_dict", d.get("model", d)); '
        f"s.save_file({{k: v.clone() for k, v in d.items()}}, {safe})"
    )
    return ValueError(
        f"{path} is a pickle, which may run any code, and is not read: "
        f"convert it with {shlex.join(['python', '-c', program])}"
    )
