"""Bytes of any kind to fewer, by a net that the archive holds itself.

DeepZip (Goyal et al. 2019) trains a net on the very file and stores it beside
what it codes; here contexts of the last bytes help it, or do all of it.
"""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tflm.archive.coder import Channel, Decoder, Encoder
from tflm.archive.coding import Progress
from tflm.archive.contexts import Contexts
from tflm.archive.portable.predictor import PortablePredictor
from tflm.archive.portable.read import read
from tflm.archive.predictor import Predictor

ALPHABET = 256
_MOST_STREAMS = 64
_BYTES_A_STREAM = 1 << 11
_BITS = (12, 20)  # Least and most of the logarithm of a context's rows.


class ByteCoding:
    """What encodes and decodes an archive without a bundle.

    Args:
        net: a .tflite step of 256 words, or none.

    Raises:
        ValueError: it is no such step.
    """

    def __init__(self, net: bytes = b""):
        self._program = read(net) if net else None
        if self._program and self._program.vocabulary_size != ALPHABET:
            raise ValueError("the net in it is not of bytes: copy it again")

    def fingerprint(self) -> dict[str, Any]:
        """Returns what must be the same where it is decoded, for JSON."""
        return Contexts(1, _BITS[0], self._predictor(1)).fingerprint()

    def encode(
        self, texts: Sequence[bytes], progress: Progress
    ) -> list[bytes | None]:
        """Returns each text in fewer bytes; see `Coding.encode`."""
        found: list[bytes | None] = []
        for text in texts:
            channel = Encoder()
            self._run(channel, len(text), text, progress)
            found.append(channel.content())
        return found

    def decode(
        self,
        payloads: Sequence[tuple[bytes, int] | None],
        progress: Progress,
    ) -> list[bytes | None]:
        """Returns the texts; see `Coding.decode`."""
        return [
            found and self._run(Decoder(found[0]), found[1], None, progress)
            for found in payloads
        ]

    def _run(
        self,
        channel: Channel,
        length: int,
        text: bytes | None,
        progress: Progress,
    ) -> bytes:
        """Takes a text to its end, a byte of each of its parts at a time."""
        streams = _streams(length)
        steps = -(-length // streams)
        whole = np.zeros(streams * steps, np.uint8)
        if text is not None:
            whole[:length] = np.frombuffer(text, np.uint8)
        parts = whole.reshape(streams, steps)
        model = Contexts(streams, _slots(length), self._predictor(streams))
        code = functools.partial(_code, model, channel)
        for step in range(steps):
            # The last parts may be shorter.
            rows = -(-(length - step) // steps)
            given = None if text is None else parts[:rows, step]
            high = code(rows, None if given is None else given >> 4)
            low = code(rows, None if given is None else given & 15)
            parts[:rows, step] = high << 4 | low
            progress(rows)
        return whole[:length].tobytes()

    def _predictor(self, streams: int) -> Predictor | None:
        if self._program is None:
            return None
        return PortablePredictor(self._program, streams, ())


def _code(
    model: Contexts, channel: Channel, rows: int, given: np.ndarray | None
) -> np.ndarray:
    """Returns the next half of a byte of each of the first streams."""
    weights = model.weights().astype(np.float64)
    symbols = np.zeros(model.streams, np.int32)
    for row in range(rows):
        symbol = None if given is None else int(given[row])
        symbols[row] = channel.code(weights[row], symbol)
    model.feed(symbols)
    return symbols[:rows]


def _streams(length: int) -> int:
    """Returns how many parts of a text are coded side by side."""
    parts = max(1, min(length // _BYTES_A_STREAM, _MOST_STREAMS))
    return 1 << parts.bit_length() - 1


def _slots(length: int) -> int:
    least, most = _BITS
    return max(least, min(length.bit_length() + 1, most))
