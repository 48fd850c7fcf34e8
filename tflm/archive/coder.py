"""The range coder, by `constriction`: whole-number tables to bytes and back.

Everything that is said of a symbol goes through `Channel.code`, in both
directions: an encoder is given the symbol, a decoder finds it. So a model of
symbols is written once and cannot differ between the two.
"""

import importlib
from typing import Any, Protocol

import numpy as np

_WORD_BYTES = 4  # What the coder writes at a time, the high byte first.


class Channel(Protocol):
    """Carries symbols from whoever encodes to whoever decodes."""

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        """Returns the symbol, which an encoder is given.

        Args:
            weights: how likely each symbol is, float64 [K] of whole numbers
                that sum to less than 2^53: their sums are exact in any order.
            symbol: below K; whoever decodes does not know it.
        """
        ...


class Encoder:
    """A channel that keeps what it is given as bytes."""

    def __init__(self) -> None:
        library = _library()
        self._table = library.stream.model.Categorical
        self._coder = library.stream.queue.RangeEncoder()

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        assert symbol is not None
        # Said outright, as the default of `perfect` changes between versions.
        table = self._table(weights, perfect=False, lazy=True)
        self._coder.encode(symbol, table)
        return symbol

    def content(self) -> bytes:
        """Returns all that was coded; zeros at its end are left out."""
        words = self._coder.get_compressed()
        return words.astype(">u4").tobytes().rstrip(b"\0")


class Decoder:
    """A channel that reads what an encoder kept.

    Bytes that were changed give other symbols, and never an error: whoever
    needs to know has a checksum.
    """

    def __init__(self, content: bytes) -> None:
        library = _library()
        self._table = library.stream.model.Categorical
        whole = content + bytes(-len(content) % _WORD_BYTES)
        words = np.frombuffer(whole, ">u4").astype(np.uint32)
        self._coder = library.stream.queue.RangeDecoder(words)

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        table = self._table(weights, perfect=False, lazy=True)
        return int(self._coder.decode(table))


def check() -> None:
    """Raises ValueError if the coder is not installed."""
    _library()


def _library() -> Any:
    try:
        return importlib.import_module("constriction")
    except ImportError:
        raise ValueError(
            "archives need the package constriction: "
            "pip install 'tflm-toolkit[zip]'"
        ) from None
