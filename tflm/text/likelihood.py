"""What logits say of a word, in nats, and what nats a word come to."""

import math

import numpy as np

_MOST = 700.0  # Nats a word; exp of more is no float.


def loss(logits: np.ndarray, word_id: int) -> float:
    """Returns -log p(word) by the softmax of logits, float32 [V]."""
    top = logits.max()
    return math.log(_total(logits, top)) + float(top - logits[word_id])


def log_total(logits: np.ndarray) -> float:
    """Returns the logarithm of the sum of exp(logits)."""
    top = logits.max()
    return float(top) + math.log(_total(logits, top))


def exact_log_total(logits: np.ndarray) -> float:
    """Returns the same in double precision, as Java has it; -inf of none."""
    if not logits.size:
        return -math.inf
    top = float(logits.max())
    return top + math.log(np.exp(logits.astype(np.float64) - top).sum())


def perplexity(nats: float) -> float:
    """Returns exp of the mean loss of a word, which may be infinite."""
    return math.exp(min(nats, _MOST))


def _total(logits: np.ndarray, top: np.floating) -> float:
    """Returns the sum of exp(logits), over exp(top)."""
    return np.exp(logits - top, dtype=np.float32).sum(dtype=np.float64)
