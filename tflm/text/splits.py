"""The parts of a text: to train on, to choose by and to be scored on."""

import hashlib
from typing import Literal

Split = Literal["train", "valid", "test", "all"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test")


def split_of(key: str) -> Split:
    """Returns the split of a conversation or line: 90, 5 and 5 in 100."""
    digest = hashlib.sha256(key.encode()).digest()
    bucket = int.from_bytes(digest[:8], "big") % 100
    return "train" if bucket < 90 else "valid" if bucket < 95 else "test"
