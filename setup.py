"""Installs the library and its command; all else runs from a checkout."""

import pathlib
import re

from setuptools import find_packages, setup

ROOT = pathlib.Path(__file__).parent
INIT = (ROOT / "tflm/__init__.py").read_text(encoding="utf-8")

setup(
    name="tflm-toolkit",
    version=re.search(r'__version__ = "(.+)"', INIT).group(1),
    description="Compresses recurrent language models into .tflite files.",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=find_packages(include=["tflm", "tflm.*"]),
    package_data={
        "tflm": [
            "emulator/*.c",
            "experiment/*.json",
            "play/page/*",
            "py.typed",
            "report/page/*",
            "text/curation/*.txt",
        ]
    },
    python_requires=">=3.10,<3.14",
    install_requires=[
        "absl-py",
        "ai-edge-litert",
        "ai-edge-quantizer",
        "argcomplete",
        "chitchat-dataset",
        "flatbuffers",
        "fsspec",
        "h5py",
        "matplotlib",
        "msgspec",
        "numpy",
        "packaging",
        "regex",
        "safetensors",
        "tensorboard",
        "tensorflow",  # As tf_keras asks; tensorflow-cpu would overwrite it.
        "tensorflow-model-optimization",
        "tf_keras",
        "tomli",
        "tomli-w",
        "tqdm",
    ],
    extras_require={
        "docs": ["mkdocs", "mkdocs-material", "mkdocstrings-python"],
        # What benchmarks/latency.py compares with. PyTorch too, where it is
        # at hand.
        "backends": ["onnx", "onnxruntime"],
        # The baseline of taggers, benchmarks/crf.py.
        "crf": ["python-crfsuite"],
        # What tells lines that are nearly equal.
        "duplicates": ["datasketch"],
        "hub": ["huggingface_hub"],
        # What finds words where text has no spaces: Japanese, Thai, Chinese.
        "languages": ["janome", "pythainlp", "rjieba"],
        # Files of theirs that say how text becomes pieces of words.
        "subwords": ["sentencepiece", "tokenizers"],
        # What ONNX files need, read or written.
        "onnx": ["onnx", "tf2onnx"],
        # For `tflm.to_pytorch`; reading PyTorch's files needs none. Not pinned,
        # as its wheel for Linux brings gigabytes for other hardware.
        "pytorch": ["torch"],
        # Several processes or machines, by what Ray Train and Tune need.
        "ray": ["grpcio", "optuna", "pyarrow", "ray[data,train]"],
        # The coder of `tflm zip`.
        "zip": ["constriction"],
        # What benchmarks/zip.py compares with; pyppmd is LGPL.
        "zip-rivals": ["pyppmd", "zstandard"],
        # With what it needs for a database of one's own.
        "mlflow": ["alembic", "mlflow-skinny", "sqlalchemy"],
        "test": [
            "constriction",
            "datasketch",
            "grpcio",
            "huggingface_hub",
            "dockerfile-parse",
            "hypothesis",
            "keras",
            "mlflow-skinny",
            "mypy",
            "onnx",
            "onnxruntime",
            "optuna",
            "pyarrow",
            "pytest",
            "pytest-xdist",
            "python-crfsuite",
            "pyyaml",
            "ray[data,train]",
            "rjieba",
            "ruff",
            "scipy",
            "selenium",
            "sentencepiece",
            "tensorly",
            "tokenizers",
            "tf2onnx",
            "types-regex",
        ],
    },
    entry_points={"console_scripts": ["tflm = tflm.cli:run"]},
)
