"""How likely each next token is, in whole numbers: what a coder needs."""

from typing import Any, Protocol

import numpy as np


class Predictor(Protocol):
    """Predicts the next token of N streams side by side.

    Whoever decodes must be told, bit for bit, what was told to whoever
    encoded: so the weights are whole numbers, and `fingerprint` says what has
    to be the same for them to come out the same.

    Attributes:
        streams: N, how many texts are read side by side.
        vocabulary_size: V, how many tokens there are.
    """

    streams: int
    vocabulary_size: int

    def start(self) -> None:
        """Begins every stream anew, as at the beginning of a text."""
        ...

    def weights(self) -> np.ndarray:
        """Returns int64 [N, V], each at least 1: how likely a token is next.

        Only their ratios within a row count; a row sums to less than 2^53.
        It may be changed by the next call of any method.
        """
        ...

    def feed(self, tokens: np.ndarray) -> None:
        """Reads the next token of every stream, int32 [N]."""
        ...

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where it is decoded, for JSON."""
        ...
