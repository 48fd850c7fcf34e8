"""What tells a model from all others."""

import hashlib

from tflm.model.identity import identity
from tflm.model.language_model import LanguageModel


def digest(model: LanguageModel) -> str:
    """Returns the SHA-256 of a model's shape and weights, in hexadecimal."""
    found = hashlib.sha256(identity(model.config).encode())
    for weight in model.named_weights().values():
        found.update(weight.numpy().tobytes())
    return found.hexdigest()
