"""The packages that files and numbers depend on, and their versions here."""

import importlib.metadata

DISTRIBUTION = "tflm-toolkit"  # This toolkit, as pip knows it.
PACKAGES = (
    "tensorflow",
    "tf_keras",
    "tensorflow-model-optimization",
    "ai-edge-litert",
    "ai-edge-quantizer",
    "numpy",
    "flatbuffers",
    "protobuf",
    "absl-py",
)


def version(name: str) -> str | None:
    """Returns the version of a package that is installed, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
