"""The bundles that an APK carries, each of which must fit the app."""

import pathlib
from collections.abc import Iterable

from android_demo.build.process import BuildError
from android_demo.build.versions import VERSIONS
from tflm.bundle.bundle import Bundle
from tflm.tflite import inspect
from tflm.tflite.flatbuffer import runtimes


def assets(folders: Iterable[pathlib.Path]) -> dict[str, bytes]:
    """Returns the files of bundles by their names in the APK.

    Raises:
        BuildError: one is no bundle, damaged, needs a newer TensorFlow Lite
            than the app has, or two have the same name.
    """
    found: dict[str, bytes] = {}
    for folder in folders:
        files = _read(folder)
        if found.keys() & files.keys():
            raise BuildError(
                f"two bundles are called {folder.name!r}: rename a folder"
            )
        found |= files
    return found


def _read(folder: pathlib.Path) -> dict[str, bytes]:
    try:
        bundle = Bundle.load(folder)
    except (ValueError, KeyError, OSError) as error:
        raise BuildError(str(error)) from error
    _check_runtime(folder, bundle.model)
    names = ["manifest.json", *bundle.manifest["files"]]
    return {
        f"assets/{folder.name}/{name}": (folder / name).read_bytes()
        for name in names
    }


def _check_runtime(folder: pathlib.Path, model: bytes) -> None:
    artifact = VERSIONS["maven"]["tensorflow-lite"]["artifact"]
    ours = artifact.split(":")[2]
    needed = inspect.inspect(model).runtime
    if needed == runtimes.UNKNOWN or runtimes.is_older(ours, needed):
        raise BuildError(
            f"{folder} needs TensorFlow Lite {needed}, the app has {ours}: "
            f"export the model with --runtime {ours}"
        )
