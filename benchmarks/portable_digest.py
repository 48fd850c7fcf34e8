"""The digest of what a model says in portable arithmetic, as JSON.

python -m benchmarks.portable_digest MODEL.tflite WORDS

It needs Python, NumPy and what reads a .tflite file, and no more, so that it
runs where the coder cannot be installed.
"""

import hashlib
import json
import pathlib
import platform
import sys

import numpy as np

from tflm.archive.portable.predictor import PortablePredictor
from tflm.archive.portable.read import read

_TEXTS = 8


def digest(model: bytes, words: int) -> str:
    """Returns the SHA-256 of the weights before each of some words."""
    predictor = PortablePredictor(read(model), _TEXTS, [0])
    found = hashlib.sha256()
    for n in range(words):
        weights = predictor.weights()
        found.update(weights.astype("<i8").tobytes())
        others = np.arange(_TEXTS) * n  # So that no two texts are alike.
        tokens = (weights.argmax(1) + others) % predictor.vocabulary_size
        predictor.feed(tokens.astype(np.int32))
    return found.hexdigest()


if __name__ == "__main__":
    content = pathlib.Path(sys.argv[1]).read_bytes()
    where = {"machine": platform.machine(), "numpy": np.__version__}
    print(json.dumps({**where, "sha256": digest(content, int(sys.argv[2]))}))
