"""Names version conflicts of the packages that this toolkit stands on."""

import importlib
import importlib.metadata
import os
import sys

from packaging.requirements import Requirement

from tflm import packages

# What cannot be installed beside this toolkit, and why.
_FOREIGN = {
    "tensorflow-cpu": "it and tensorflow overwrite each other's files",
    "tflite-support": "it needs an older protobuf than tensorflow",
}


def versions() -> dict[str, str]:
    """Returns the version of Python and of each package that is installed."""
    found = {"python": sys.version.split()[0]}
    for name in packages.PACKAGES:
        found[name] = packages.version(name) or "missing"
    return found


def trains_on() -> str:
    """Returns what a model would be trained on here, which TensorFlow says."""
    processors = f"{os.cpu_count()} processors"
    try:
        tensorflow = importlib.import_module("tensorflow")
    except Exception:  # Of any kind, where packages do not fit each other.
        return processors
    from tflm.training import precision

    if precision.has_bfloat16():
        processors += " with bfloat16, for --precision=mixed"
    gpus = tensorflow.config.list_physical_devices("GPU")
    details = map(tensorflow.config.experimental.get_device_details, gpus)
    names = [each.get("device_name", "a GPU") for each in details]
    return ", ".join([*names, processors])


def problems() -> list[str]:
    """Returns one line for each conflict: what, the value, the cure."""
    found = []
    for name in packages.PACKAGES:
        if packages.version(name) is None:
            found.append(f"{name} is missing: pip install {name}")
    for name, reason in _FOREIGN.items():
        if installed := packages.version(name):
            found.append(
                f"{name} {installed} is installed and {reason}: "
                f"pip uninstall {name}"
            )
    found += [line for name in packages.PACKAGES for line in unmet(name)]
    found += _series()
    return found


def unmet(name: str) -> list[str]:
    """Returns a line for each requirement of a package that does not hold.

    There is none for a package that is not installed.
    """
    if packages.version(name) is None:
        return []
    lines = []
    for text in importlib.metadata.requires(name) or ():
        need = Requirement(text)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        version = packages.version(need.name)
        if version is None or not need.specifier.contains(version, True):
            wanted = f"{need.name}{need.specifier}"
            lines.append(
                f"{name} needs {wanted}, found {version or 'none'}: "
                f"pip install '{wanted}'"
            )
    return lines


def _series() -> list[str]:
    """Returns a line if TensorFlow and tf_keras are of unlike series.

    They fail far from the cause.
    """
    tensorflow, tf_keras = (
        packages.version("tensorflow"),
        packages.version("tf_keras"),
    )
    if not tensorflow or not tf_keras:
        return []
    series = ".".join(tensorflow.split(".")[:2])
    if tf_keras.startswith(series + "."):
        return []
    return [
        f"tf_keras {tf_keras} is not of tensorflow {tensorflow}'s series: "
        f"pip install 'tf_keras=={series}.*'"
    ]
