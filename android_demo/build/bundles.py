"""The bundles that an APK carries, each of which must fit the app."""

import pathlib
import signal
import subprocess
import sys
from collections.abc import Iterable

from android_demo.build.process import BuildError
from android_demo.build.versions import VERSIONS
from tflm.bundle.bundle import Bundle
from tflm.tflite import inspect
from tflm.tflite.flatbuffer import runtimes

_SECONDS = 120  # For the golden answers of one bundle.
_CHECK = (
    "import sys; from tflm.bundle.bundle import Bundle; "
    "Bundle.load(sys.argv[1]).check()"
)


def assets(folders: Iterable[pathlib.Path]) -> dict[str, bytes]:
    """Returns the files of bundles by their names in the APK.

    Raises:
        BuildError: one is no bundle, damaged, needs a newer TensorFlow Lite
            than the app has, answers otherwise than its golden file or ends
            the process that asks it, or two have the same name.
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
    _check_answers(folder)
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


def _check_answers(folder: pathlib.Path) -> None:
    """Runs the model in a process of its own, which it may end.

    A keyboard that it ends each time would lock people out of their phone.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHECK, str(folder)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BuildError(
            f"{folder} did not answer within {_SECONDS} s: export it again"
        ) from None
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        raise BuildError(
            f"the model of {folder} ends whoever runs it ({name}): export it "
            "again"
        )
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise BuildError(
            f"{folder} does not answer as its golden.json says: "
            f"{last.removeprefix('ValueError: ')}"
        )
