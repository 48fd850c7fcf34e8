"""Which word comes next: what a model says, and what this text has shown.

The predictor's table and those of the text so far are mixed, by how well each
has done: Bayes' rule over who is right, with a share that always goes back, as
in Herbster and Warmuth 1998.
"""

import collections

import numpy as np

from tflm.archive.coder import Channel

_BLOCK = 128  # Words in a table of the second level.
_SCALE = 2.0**50
_BACK = 0.002  # Share of trust that is dealt anew after each word.
_RECENT = 400  # Words back.
ESCAPE, END = 0, 1  # Beside the words: none of them, and no more.
_BESIDE = 2


class Mixture:
    """Codes the words of one text.

    Trust is kept apart by how often the last words were seen before. All of
    it is sums, products and quotients in one order, and whole-number tables.
    """

    def __init__(self, vocabulary_size: int):
        self._size = vocabulary_size
        self._blocks = -(-vocabulary_size // _BLOCK)
        self._padded = np.zeros(self._blocks * _BLOCK, np.int64)
        self._beside = [1.0, 1.0]
        self._coded = 2.0
        self._trust: dict[tuple[int, int], list[float]] = {}
        self._recent: collections.deque[int] = collections.deque()
        self._counts: dict[int, int] = {}
        self._after: dict[tuple[int, ...], dict[int, int]] = {}
        self._last: tuple[int, ...] = ()

    def code(
        self,
        channel: Channel,
        weights: np.ndarray,
        token: int | None = None,
    ) -> int:
        """Returns a token; below 0, -1 - ESCAPE or -1 - END.

        Args:
            channel: as `Channel.code` takes the symbol.
            weights: the predictor's, int64 [V].
            token: which one; whoever decodes does not know it.
        """
        parts = self._parts(weights)
        trust = self._trusted(parts)
        table = self._padded
        table[: self._size] = weights
        rows = table.reshape(self._blocks, _BLOCK)
        sums = rows.sum(1)
        total = int(sums.sum())
        scales = [np.floor(trust[0] * _SCALE / total)]
        first = sums * scales[0]
        shares = []
        for believed, part in zip(trust[1:], parts, strict=True):
            if part is None:
                shares.append(0.0)
                continue
            places, counts, whole = part
            scale = np.floor(believed * _SCALE / whole)
            shares.append(scale)
            np.add.at(first, places // _BLOCK, counts * scale)
        beside = [
            np.floor(n / (self._coded * 64.0) * _SCALE) + 1.0
            for n in self._beside
        ]
        first_table = np.concatenate([first, beside])
        symbol = None
        if token is not None:
            symbol = token // _BLOCK if token >= 0 else self._blocks - 1 - token
        symbol = channel.code(first_table, symbol)
        self._coded += 1.0
        if symbol >= self._blocks:
            kind = symbol - self._blocks
            self._beside[kind] += 64.0
            return -1 - kind
        base = symbol * _BLOCK
        row = rows[symbol] * scales[0]
        for scale, part in zip(shares, parts, strict=True):
            if part is None:
                continue
            places, counts, _ = part
            mine = places // _BLOCK == symbol
            row[places[mine] - base] += counts[mine] * scale
        row = row[: self._size - base]
        inside = None if token is None else token - base
        if len(row) > 1:
            inside = channel.code(row, inside)
        else:
            inside = 0
        token = base + int(inside)
        self._judge(weights, total, parts, trust, token)
        return token

    def learn(self, token: int) -> None:
        """Remembers that a word was seen next."""
        for n in range(1, len(self._last) + 1):
            seen = self._after.setdefault(self._last[-n:], {})
            seen[token] = seen.get(token, 0) + 1
        self._last = (*self._last, token)[-2:]
        self._recent.append(token)
        self._counts[token] = self._counts.get(token, 0) + 1
        if len(self._recent) > _RECENT:
            old = self._recent.popleft()
            self._counts[old] -= 1
            if not self._counts[old]:
                del self._counts[old]

    def _parts(self, weights):
        """Returns tables of the text so far: places, counts, their sum."""
        found = []
        tables = [self._counts]
        for n in (1, 2):
            seen = (
                self._after.get(self._last[-n:])
                if self._last[n - 1 :]
                else None
            )
            tables.append(seen)
        for n, table in enumerate(tables):
            if not table:
                found.append(None)
                continue
            places = np.fromiter(table.keys(), np.int64, len(table))
            counts = np.fromiter(table.values(), np.int64, len(table))
            if n == 0:
                found.append((places, counts, float(counts.sum())))
                boosted = counts * (weights[places] >> 12)
                whole = float(boosted.sum())
                found.append((places, boosted, whole) if whole else None)
            else:
                found.append((places, counts, float(counts.sum())))
        if not tables[0]:
            found.append(None)
        return found

    def _trusted(self, parts) -> list[float]:
        key = tuple(
            0 if part is None else min(6, int(part[2]).bit_length())
            for part in parts[2:]
        )
        self._key = key
        trust = self._trust.get(key)
        if trust is None:
            trust = [0.9] + [0.1 / len(parts)] * len(parts)
        self._trust[key] = trust
        there = [t if p is not None else 0.0 for t, p in zip(trust[1:], parts)]
        whole = trust[0]
        for t in there:
            whole += t
        return [trust[0] / whole, *(t / whole for t in there)]

    def _judge(self, weights, total, parts, trust, token) -> None:
        said = [trust[0] * (int(weights[token]) / total)]
        for t, part in zip(trust[1:], parts):
            if part is None:
                said.append(0.0)
                continue
            places, counts, whole = part
            hit = np.flatnonzero(places == token)
            said.append(
                t * (float(counts[hit[0]]) / whole) if len(hit) else 0.0
            )
        whole = 0.0
        for s in said:
            whole += s
        n = len(said)
        self._trust[self._key] = [
            (1.0 - _BACK) * (s / whole) + _BACK / n for s in said
        ]
