"""Strings byte by byte: words outside the vocabulary, unusual gaps.

By counts, not by the contexts of `contexts`: those weigh a half byte of many
streams at a time in tables of a file's size; here each block begins with what
the vocabulary has taught, which a fork of counts shares without a copy.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from tflm.archive.coder import Channel
from tflm.archive.counts import Counts

MOST_BYTES = 1 << 14  # Of one string.
_ORDER = 4  # Bytes before one that it is predicted from.
_BEGIN = b"\n"
_END = 256
_SYMBOLS = 257
_NEW = 0


class Spelling:
    """Codes strings, each the cheaper if it, or its like, was seen before."""

    def __init__(self, words: Iterable[str] = ()):
        """Knows how some words are spelled."""
        prior = [1 / _SYMBOLS] * _SYMBOLS
        self._bytes = Counts(prior, strength=0.1, discount=0.6)
        self._again: list[bytes] = []
        self._places: dict[bytes, int] = {}
        self._times = [1]
        for word in words:
            for contexts, symbol in _symbols(_bytes(word)):
                self._bytes.learn(contexts, symbol)

    def fork(self) -> "Spelling":
        """Returns one that knows the same and learns for itself."""
        child = Spelling()
        child._bytes = self._bytes.fork()
        child._again, child._places = [*self._again], {**self._places}
        child._times = [*self._times]
        return child

    def code(self, channel: Channel, text: str | None = None) -> str:
        """Returns a string, which whoever decodes does not know."""
        spelled = None if text is None else _bytes(text)
        place = None if spelled is None else self._places.get(spelled, _NEW)
        if self._again:
            weights = np.array(self._times, np.float64)
            place = channel.code(weights, place)
        if place:
            self._times[place] += 2
            return _text(self._again[place - 1])
        spelled = self._letters(channel, spelled)
        self._times[_NEW] += 1
        if spelled not in self._places:  # As damaged bytes may say.
            self._again.append(spelled)
            self._places[spelled] = len(self._again)
            self._times.append(1)
        return _text(spelled)

    def _letters(self, channel: Channel, spelled: bytes | None) -> bytes:
        found = bytearray(_BEGIN)
        symbols = None if spelled is None else iter([*spelled, _END])
        while True:
            symbol = None if symbols is None else next(symbols)
            contexts = _contexts(bytes(found[-_ORDER:]))
            symbol = self._bytes.code(channel, contexts, symbol)
            if symbol == _END:
                return bytes(found[1:])
            found.append(symbol)
            if len(found) > MOST_BYTES + 1:
                raise ValueError("a string has no end")


def _symbols(spelled: bytes) -> Iterator[tuple[list[bytes], int]]:
    whole = _BEGIN + spelled
    for place, symbol in enumerate([*spelled, _END], 1):
        before = whole[max(0, place - _ORDER) : place]
        yield _contexts(before), symbol


def _contexts(before: bytes) -> list[bytes]:
    return [before[len(before) - n :] for n in range(len(before) + 1)]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
