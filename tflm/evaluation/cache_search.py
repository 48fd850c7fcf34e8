"""Theta and lambda of a cache, found on a text.

The model reads the text once; what it says is kept, and each theta and lambda
that is tried is arithmetic on that.
"""

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from absl import logging

from tflm.text import likelihood
from tflm.text.cache_settings import CacheSettings, check_window
from tflm.text.protocol import HiddenStep, Protocol, check_hidden

_MOST_ROUNDS = 200
_LEAST = 1e-4  # Share of a cache that is worth its time.
_ROWS = 256  # Words whose scores are in memory at a time.
_FIRST, _FASTER, _SLOWER, _LAST = 1 / 20, 1.2, 0.5, 0.005  # Of a step.


@dataclasses.dataclass(frozen=True)
class Reading:
    """What a model says of a text, a row for each word that it predicts.

    Attributes:
        hidden: what its softmax read before the word, float32 [T, W].
        words: the word that came, int32 [T].
        log_model: log of its probability by the model, float64 [T].
        starts: number of the first row of the same text, int64 [T].
    """

    hidden: np.ndarray
    words: np.ndarray
    log_model: np.ndarray
    starts: np.ndarray

    @property
    def perplexity(self) -> float:
        """Of the model alone."""
        return perplexity(self.log_model, self.log_model, 0.0)

    def as_one_text(self) -> "Reading":
        """Returns the same with a cache that goes on from text to text."""
        return dataclasses.replace(self, starts=np.zeros_like(self.starts))


def read(
    step: HiddenStep,
    texts: Iterable[Sequence[int]],
    protocol: Protocol,
    carry: bool = True,
) -> Reading:
    """Returns what `step` says of texts.

    Args:
        step: the model.
        texts: ids of each text, with its `<eos>`.
        protocol: how the model is used.
        carry: whether all are one text; otherwise each begins anew.

    Raises:
        ValueError: the step does not give what its softmax reads, or there is
            nothing to predict.
    """
    check_hidden(step)
    first = now = _begin(step, protocol)
    rows, words, losses, starts, start = [], [], [], [], 0
    for text in texts:
        for word in text:
            logits, state, hidden = now
            if hidden is not None:
                rows.append(hidden)
                words.append(word)
                losses.append(-likelihood.loss(logits, word))
                starts.append(start)
            now = step.read(word, state)
        if not carry:
            now, start = first, len(rows)
    if not rows:
        raise ValueError("there is no text to search on; give a text")
    return Reading(
        np.stack(rows), np.array(words), np.array(losses), np.array(starts)
    )


def _begin(step: HiddenStep, protocol: Protocol) -> tuple[Any, Any, Any]:
    """Returns logits, state and hidden vector where a text begins."""
    logits, state, hidden = None, step.initial_state(), None
    for token in protocol.start:
        logits, state, hidden = step.read(token, state)
    return logits, state, hidden


def log_cache(
    reading: Reading, window: int, thetas: Sequence[float]
) -> np.ndarray:
    """Returns log p_cache of each word of a text, by each of `thetas`.

    Returns:
        float64 [thetas, T]; -inf for a word that is not in the cache, and NaN
        where the cache is empty.
    """
    check_window(window)
    total = len(reading.words)
    found = np.full([len(thetas), total], np.nan)
    for start in range(0, total, _ROWS):
        end = min(start + _ROWS, total)
        rows = np.arange(start, end)
        first = max(int(reading.starts[start]), start - window, 0)
        scores = reading.hidden[start:end] @ reading.hidden[first:end].T
        oldest = np.maximum(reading.starts[rows], rows - window)
        columns = np.arange(first, end)
        known = (columns < rows[:, None]) & (columns >= oldest[:, None])
        scores[~known] = -np.inf
        top = scores.max(1, keepdims=True)
        filled = np.flatnonzero(known.any(1))
        scores = scores[filled] - top[filled]  # The best is 0.
        same = reading.words[columns] == reading.words[rows[filled], None]
        at, pair = np.nonzero(same & known[filled])  # Few of all pairs.
        for place, theta in enumerate(thetas):
            weights = np.exp(np.float32(theta) * scores)
            said = np.bincount(at, weights[at, pair], minlength=len(filled))
            with np.errstate(divide="ignore"):
                found[place, rows[filled]] = np.log(said) - np.log(
                    weights.sum(1, dtype=np.float64)
                )
    return found


def perplexity(
    log_model: np.ndarray, cached: np.ndarray, share: float
) -> float:
    """Returns exp of the mean of -log(lambda p_cache + (1 - lambda) p_model).

    Args:
        log_model: as `Reading` has it, [T].
        cached: as `log_cache` returns it for one theta, [T].
        share: lambda.
    """
    if not share:
        return math.exp(-log_model.mean())
    is_empty = np.isnan(cached)
    mixed = np.logaddexp(
        log_model + math.log1p(-share),
        np.where(is_empty, 0, cached) + math.log(share),
    )
    # An empty cache leaves the model alone.
    log_p = np.where(is_empty, log_model, mixed)
    return likelihood.perplexity(-log_p.mean())


def search(
    reading: Reading, settings: CacheSettings
) -> tuple[CacheSettings, float]:
    """Returns the theta and lambda of least perplexity, and that.

    Coordinate descent, as Yan et al. search: lambda and theta in turn go a
    step up and a step down, to the better of both if it gains. Steps begin at
    a twentieth of the value, grow by a fifth after a gain, are halved without,
    and below half a percent of their value the search is over. Lambda is 0
    where the model alone is better, or where it falls below 1e-4.

    Args:
        reading: of validation text.
        settings: the window, and where the search begins: where a value is 0,
            as a search before may have left it, or a lambda below 1e-4, with
            the usual one.
    """
    window, usual = settings.window, CacheSettings()
    # No step, which is a share of the value, leads away from 0.
    theta, share = settings.theta or usual.theta, settings.share
    share = usual.share if share < _LEAST else share
    cached = log_cache(reading, window, [theta])[0]
    best = perplexity(reading.log_model, cached, share)
    share_step, theta_step = share * _FIRST, theta * _FIRST
    for _ in range(_MOST_ROUNDS):
        is_found = share_step < _LAST * share and theta_step < _LAST * theta
        if is_found or share < _LEAST:
            break
        shares = _within(0, share, share_step, 1)
        reached = [perplexity(reading.log_model, cached, s) for s in shares]
        gains = min(reached) < best
        if gains:
            best, share = min(zip(reached, shares, strict=True))
        share_step *= _FASTER if gains else _SLOWER

        thetas = _within(0, theta, theta_step, math.inf)
        others = log_cache(reading, window, thetas)
        reached = [perplexity(reading.log_model, o, share) for o in others]
        gains = min(reached) < best
        if gains:
            best, theta = min(zip(reached, thetas, strict=True))
            cached = others[thetas.index(theta)]
        theta_step *= _FASTER if gains else _SLOWER
        logging.info(
            "cache: perplexity %.2f, lambda %.4g, theta %.4g",
            *(best, share, theta),
        )
    if share < _LEAST or reading.perplexity <= best:
        return CacheSettings(window, theta, 0.0), reading.perplexity
    return CacheSettings(window, theta, share), best


def _within(low: float, value: float, step: float, high: float) -> list[float]:
    """Returns a value a step up and a step down, without what is outside."""
    return [v for v in (value + step, value - step) if low < v < high]
