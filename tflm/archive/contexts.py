"""What comes after the last bytes, as this file has shown: half a byte a step.

Contexts of one byte to six, and of the word so far, each count what they have
seen; a net may say what it thinks. All that is mixed by weights that learn from
each step, as lpaq and cmix (Mahoney 2005, Knoll 2014) do, in whole numbers.
The streams share what they learn: each step changes it for all of them, so a
text in parts is nearly as good as whole, and none is read without the others.
"""

from typing import Any

import numpy as np

from tflm.archive import odds
from tflm.archive.predictor import Predictor

SYMBOLS = 16  # Of half a byte; its bits are the nodes 1 to 15 of a tree.
_ORDERS = (1, 2, 3, 4, 5, 6)
_CONTEXTS = len(_ORDERS) + 2  # With that of no byte, and the word.
_INPUTS = _CONTEXTS + 1  # With the net.
_SEEN = 255  # The most that is counted.
_HALF = 1 << 15  # A probability has 16 bits.
_WEIGHT = 1 << 16  # A weight of one.
_WHOLE = 1 << 46  # Shared by the symbols; times 2^16 it still is an int64.
_LEARN, _LEARN_NODE = 13, 15  # Shifts: how slowly weights change.
_BITS = np.array([3, 2, 1, 0])
_WORD = np.uint64(0x2545F4914F6CDD1D)
_ODD = [np.uint64(n) for n in (0xD6E8FEB86659FD93, 0x9E3779B97F4A7C15)]


class Contexts:
    """A `Predictor` of the halves of bytes, the high one first.

    Args:
        streams: N, how many texts are read side by side.
        slots: two to this power are the rows of a context; more do not clash.
        net: predicts whole bytes of the same streams.
    """

    vocabulary_size = SYMBOLS

    def __init__(self, streams: int, slots: int, net: Predictor | None = None):
        self.streams, self._slots, self._net = streams, slots, net
        self._each = np.arange(streams)
        self._first = (np.arange(_CONTEXTS) << slots)[:, np.newaxis]
        self._hashes = np.zeros([_CONTEXTS, streams], np.uint64)
        self._half = np.zeros(streams, np.int64)  # One more than the high half.
        self._masks = [np.uint64((1 << 8 * n) - 1) for n in _ORDERS]
        # How fast a probability follows, by how often it was right or wrong.
        self._rates = (_HALF << 2) * 10 // (10 * np.arange(_SEEN + 1) + 16) >> 1
        # Weights of an input: by what its context has seen, by the node, and
        # by how many contexts have seen anything.
        self._by_seen = np.zeros([_INPUTS, _SEEN + 1], np.int64)
        self._by_node = np.zeros([17 * SYMBOLS, _INPUTS], np.int64)
        self._by_known = np.zeros([_CONTEXTS + 1, _INPUTS], np.int64)
        self.start()

    def start(self) -> None:
        """Forgets all."""
        rows = _CONTEXTS << self._slots
        # The probability of a one and, in the lowest byte, how often seen.
        self._cells = np.full(rows * SYMBOLS, _HALF << 8, np.int32)
        self._by_seen[:] = _WEIGHT * 3 // 10
        self._by_node[:] = 0
        self._by_known[:] = 0
        self._is_weighed = False
        self._last = np.zeros(self.streams, np.uint64)
        self._word = np.zeros(self.streams, np.uint64)
        if self._net:
            self._net.start()
        self._begin()

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where it is decoded, for JSON."""
        return self._net.fingerprint() if self._net else {}

    def weights(self) -> np.ndarray:
        """Returns int64 [N, 16], each at least 1: of the next half byte."""
        nodes = np.arange(SYMBOLS)
        half = self._hashes + self._half.astype(np.uint64) * _ODD[1]
        rows = (_mix(half) >> np.uint64(64 - self._slots)).astype(np.int64)
        self._rows = (rows + self._first) * SYMBOLS  # [C, N]
        cells = self._cells.take(self._rows[:, :, np.newaxis] + nodes)
        self._chances, self._seen = cells >> 8, cells & _SEEN  # [C, N, 16]
        self._said = np.zeros([_INPUTS, self.streams, SYMBOLS], np.int64)
        self._said[:-1] = odds.stretch(self._chances)
        if self._net:
            self._said[-1] = self._of_net()
        self._known = (self._seen[:, :, 1] > 0).sum(0)  # [N]
        self._nodes = self._half[:, np.newaxis] * SYMBOLS + nodes  # [N, 16]
        weights = self._by_node.take(self._nodes, 0)
        weights += self._by_known[self._known][:, np.newaxis]
        weights = np.moveaxis(weights, 2, 0)
        mixed = (self._said * weights).sum(0)
        places = np.arange(_CONTEXTS)[:, np.newaxis, np.newaxis]
        own = self._by_seen[places, self._seen]
        mixed += (self._said[:-1] * own).sum(0)
        mixed += self._said[-1] * self._by_seen[-1, 0]
        self._mixed = odds.squash(mixed >> 16)  # [N, 16]
        self._is_weighed = True
        return _symbols(self._mixed)

    def feed(self, tokens: np.ndarray) -> None:
        """Reads the next half of a byte of every stream, int32 [N]."""
        if not self._is_weighed:
            self.weights()
        self._is_weighed = False
        tokens = tokens.astype(np.int64)
        path = (tokens[:, np.newaxis] | SYMBOLS) >> _BITS + 1  # [N, 4]
        bits = tokens[:, np.newaxis] >> _BITS & 1
        self._learn(path, bits)
        if not self._half.any():
            self._half = tokens + 1
            return
        self._read((self._half - 1) << 4 | tokens)
        self._begin()

    def _learn(self, path: np.ndarray, bits: np.ndarray) -> None:
        each = self._each[:, np.newaxis]
        wrong = (bits << 16) - self._mixed[each, path]
        slope = self._said[:, each, path] * wrong >> 8  # [I, N, 4]
        share = self.streams.bit_length() - 1
        seen = self._seen[:, each, path]
        places = np.arange(_CONTEXTS)[:, np.newaxis, np.newaxis]
        np.add.at(
            self._by_seen, (places, seen), slope[:-1] >> _LEARN - 8 + share
        )
        self._by_seen[-1, 0] += (slope[-1] >> _LEARN - 8 + share).sum()
        by_node = np.moveaxis(slope, 0, 2) >> _LEARN_NODE - 8
        np.add.at(self._by_node, self._nodes[each, path], by_node)
        np.add.at(self._by_known, self._known, by_node.sum(1) >> 3)
        chances = self._chances[:, each, path]
        target = (bits << 16) - bits
        chances += ((target - chances) * self._rates[seen] >> 16).astype("i4")
        cells = np.clip(chances, 16, (1 << 16) - 17) << 8
        cells |= np.minimum(seen + 1, _SEEN)
        # Of streams in the same place one is kept.
        self._cells[self._rows[:, :, np.newaxis] + path] = cells

    def _read(self, read: np.ndarray) -> None:
        """Moves every context on by a byte."""
        last = read.astype(np.uint64)
        self._last = self._last << np.uint64(8) | last
        upper = (read >= ord("A")) & (read <= ord("Z"))
        lower = read + 32 * upper
        is_letter = (lower >= ord("a")) & (lower <= ord("z")) | (read > 127)
        word = (self._word + lower.astype(np.uint64) + np.uint64(1)) * _WORD
        self._word = np.where(is_letter, word, np.uint64(0))
        if self._net:
            self._net.feed(read.astype(np.int32))

    def _begin(self) -> None:
        """Begins a byte."""
        self._half = np.zeros(self.streams, np.int64)
        before = [np.zeros_like(self._last)]
        before += [self._last & mask for mask in self._masks]
        before.append(self._word + (self._last & self._masks[0]))
        salt = np.arange(_CONTEXTS, dtype=np.uint64)[:, np.newaxis]
        self._hashes = _mix((np.stack(before) + salt) * _ODD[0] + salt)
        if self._net:
            self._net_says = self._net.weights().reshape(-1, SYMBOLS, SYMBOLS)

    def _of_net(self) -> np.ndarray:
        """Returns what the net says of each node, int64 [N, 16]."""
        if self._half.any():
            level = self._net_says[self._each, self._half - 1]
        else:
            level = self._net_says.sum(2)
        found = np.zeros([self.streams, SYMBOLS], np.int64)
        size = SYMBOLS >> 1
        while size:
            zeros, ones = level[:, 0::2], level[:, 1::2]
            level = zeros + ones
            found[:, size : 2 * size] = (ones << 16) // level
            size >>= 1
        return odds.stretch(np.minimum(found, (1 << 16) - 1))


def _symbols(chances: np.ndarray) -> np.ndarray:
    """Returns symbols' weights, of the chance of a one at each node."""
    shares = np.full([len(chances), 1], _WHOLE, np.int64)
    for size in (1, 2, 4, 8):
        ones = shares * chances[:, size : 2 * size] >> 16
        both = np.stack([shares - ones, ones], 2)
        shares = both.reshape(len(chances), -1)
    return np.maximum(shares, 1)


def _mix(numbers: np.ndarray) -> np.ndarray:
    """Spreads what differs over the highest bits, uint64."""
    return (numbers ^ numbers >> np.uint64(29)) * np.uint64(0xBF58476D1CE4E5B9)
