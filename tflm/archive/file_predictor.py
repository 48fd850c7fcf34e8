"""The very file of a bundle as a predictor, run by the runtime.

The runtime's sums are of floats, so another processor, delegate or version
may round otherwise: what it says is only the same where all of these are.
"""

import decimal
import functools
import hashlib
import importlib.metadata
import platform
from typing import Any

import numpy as np

from tflm.bundle.bundle import Bundle
from tflm.tflite.interpreter import load_step

_PER_NAT = 32
_LOWEST = -16 * _PER_NAT
_TOP = 1 << 30
_PROBE_WORDS = 64


class FilePredictor:
    """Predicts by a bundle's .tflite file, one state for each stream."""

    def __init__(self, bundle: Bundle, streams: int = 1):
        """Opens the file.

        Raises:
            ValueError: it is damaged or no step.
        """
        self.streams = streams
        self._model = bundle.model
        self._step = load_step(bundle.model)
        self._protocol = bundle.protocol
        self.vocabulary_size = self._step.vocabulary_size
        size = (streams, self.vocabulary_size)
        self._logits = np.zeros(size, np.float32)
        self.start()

    def start(self) -> None:
        logits, state = self._protocol.begin(self._step)
        self._logits[:] = 0 if logits is None else logits
        self._states = [state] * self.streams

    def weights(self) -> np.ndarray:
        return whole_weights(self._logits)

    def feed(self, tokens: np.ndarray) -> None:
        # One after another: a batch of rows is not faster than this.
        for row, token in enumerate(tokens.tolist()):
            self._logits[row], self._states[row] = self._step(
                token, self._states[row]
            )

    def fingerprint(self) -> dict[str, Any]:
        return {
            "model": hashlib.sha256(self._model).hexdigest()[:16],
            "runtime": importlib.metadata.version("ai-edge-litert"),
            "delegate": "xnnpack",
            "machine": f"{platform.machine()} {_instructions()}".strip(),
            "probe": self._probe,
        }

    @functools.cached_property
    def _probe(self) -> str:
        """Returns the digest of the logits of 64 words, always the same."""
        digest = hashlib.sha256()
        state = self._step.initial_state()
        for n in range(_PROBE_WORDS):
            token = (n * 7919 + 1) % self.vocabulary_size
            logits, state = self._step(token, state)
            digest.update(np.ascontiguousarray(logits, "<f4").tobytes())
        return digest.hexdigest()[:16]


def whole_weights(logits: np.ndarray) -> np.ndarray:
    """Returns softmax weights of logits [N, V] as int64, in steps of 1/32 nat.

    q = round(32 (z - max z)), at least -512;   w = round(2^30 exp(q / 32))
    """
    steps = logits - logits.max(-1, keepdims=True)
    steps *= _PER_NAT
    np.rint(steps, out=steps)
    np.maximum(steps, _LOWEST, out=steps)
    return _table().take(steps.astype(np.int64), mode="wrap")


@functools.cache
def _table() -> np.ndarray:
    """Returns the weight of q at place q, and of -q at -q from the end.

    By decimals, which are rounded alike everywhere, as `exp` of C is not.
    """
    context = decimal.Context(prec=30)
    whole = [
        int(_TOP * context.exp(decimal.Decimal(q) / _PER_NAT) + 0) or 1
        for q in range(_LOWEST, 1)
    ]
    return np.array([whole[-1], *whole[:-1]], np.int64)


def _instructions() -> str:
    """Returns what the processor can that changes how sums are rounded."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return platform.processor()
    line = next((x for x in text.splitlines() if x.startswith("flags")), "")
    have = set(line.split())
    order = ("avx512_vnni", "avx512f", "avx_vnni", "avx2", "avx", "sse4_1")
    return next((name for name in order if name in have), "")
