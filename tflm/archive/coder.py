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

    def __init__(self, is_short: bool = False) -> None:
        """Begins with nothing.

        Args:
            is_short: whether every byte counts, and it is a message.
        """
        library = _library()
        self._table = library.stream.model.Categorical
        self._coder = library.stream.queue.RangeEncoder()
        self._is_short = is_short
        self._said: list[tuple[np.ndarray, int]] = []

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        assert symbol is not None
        # Said outright, as the default of `perfect` changes between versions.
        table = self._table(weights, perfect=False, lazy=True)
        self._coder.encode(symbol, table)
        if self._is_short:
            self._said.append((weights.copy(), symbol))
        return symbol

    def content(self) -> bytes:
        """Returns all that was coded; zeros at its end are left out."""
        words = self._coder.get_compressed()
        whole = words.astype(">u4").tobytes()
        if self._is_short:
            # The coder ends with whole words: fewer bytes may say the same.
            for size in range(max(0, len(whole) - 2 * _WORD_BYTES), len(whole)):
                for shorter in _near(whole[:size]):
                    if self._reads(shorter):
                        return shorter.rstrip(b"\0")
        return whole.rstrip(b"\0")

    def _reads(self, content: bytes) -> bool:
        """Tells whether a decoder would find all symbols in `content`."""
        decoder = Decoder(content)
        try:
            return all(decoder.code(w) == symbol for w, symbol in self._said)
        except ValueError:
            return False


class Decoder:
    """A channel that reads what an encoder kept.

    Bytes that were changed mostly give other symbols and seldom an error:
    whoever needs to know has a checksum.
    """

    def __init__(self, content: bytes) -> None:
        library = _library()
        self._table = library.stream.model.Categorical
        whole = content + bytes(-len(content) % _WORD_BYTES)
        words = np.frombuffer(whole, ">u4").astype(np.uint32)
        self._coder = library.stream.queue.RangeDecoder(words)

    def code(self, weights: np.ndarray, symbol: int | None = None) -> int:
        table = self._table(weights, perfect=False, lazy=True)
        try:
            return int(self._coder.decode(table))
        except AssertionError:  # So `constriction` says it.
            raise ValueError("no encoder writes such bytes") from None


def _near(content: bytes) -> list[bytes]:
    """Returns the content and the next number of as many bytes."""
    number = int.from_bytes(content, "big") + 1
    if number >> 8 * len(content):
        return [content]
    return [content, number.to_bytes(len(content), "big")]


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
