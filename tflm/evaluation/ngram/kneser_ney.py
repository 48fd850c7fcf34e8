"""Counts of a text's n-grams, and their discounts, after Kneser and Ney."""

import dataclasses
import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from tflm.evaluation.ngram.level import Level, unigrams
from tflm.evaluation.ngram.model import NGram


def train(
    sentences: Iterable[Sequence[int]],
    vocabulary_size: int,
    order: int = 3,
    eos: int = 0,
) -> NGram:
    """Returns the model of the n-grams, up to length `order`, of `sentences`.

    Args:
        sentences: ids of each sentence's words, without the end mark.
        vocabulary_size: how many ids there are; each gets a probability.
        order: how many words the longest n-grams have.
        eos: id of the end mark, predicted after the last word of a sentence
            and read before the first. No context reaches beyond it.

    Raises:
        ValueError: there is no sentence, `order` is below 1, or an id is not
            in the vocabulary.
    """
    ids = _stream(sentences, eos)
    if ids.min() < 0 or ids.max() >= vocabulary_size:
        raise ValueError(
            f"ids go from {ids.min()} to {ids.max()}, and the vocabulary from "
            f"0 to {vocabulary_size - 1}; give sentences encoded with it"
        )
    levels = count(ids, vocabulary_size, order, eos)
    return of_levels(levels, vocabulary_size, eos)


def of_levels(
    levels: Sequence[Level], vocabulary_size: int, eos: int = 0
) -> NGram:
    """Returns the model of n-grams that were counted, as `count` does."""
    return NGram(vocabulary_size, eos, tuple(_kneser_ney(levels)))


def _stream(sentences: Iterable[Sequence[int]], eos: int) -> np.ndarray:
    words = itertools.chain.from_iterable((*s, eos) for s in sentences)
    ids = np.fromiter(itertools.chain([eos], words), np.int64)
    if len(ids) < 2:
        raise ValueError("there are no sentences to train on; give some")
    return ids


def count(
    ids: np.ndarray, vocabulary_size: int, order: int, eos: int
) -> list[Level]:
    """Returns how often each n-gram occurs; there are no discounts yet.

    Args:
        ids: of a text that begins and ends with the end mark, int64 [n].
        vocabulary_size: how many ids there are.
        order: how many words the longest n-grams have.
        eos: id of the end mark.

    Raises:
        ValueError: `order` is below 1.
    """
    if order < 1:
        raise ValueError(f"order is {order}; it must be at least 1")
    places = np.arange(len(ids))
    last_eos = np.maximum.accumulate(np.where(ids == eos, places, 0))
    known = np.append(0, places[1:] - last_eos[:-1])  # Words of context.
    nodes = ids  # Index of the n-gram that ends at each place.
    none = np.zeros(3)
    levels = [unigrams(np.bincount(ids[1:], minlength=vocabulary_size), none)]
    for length in range(1, order):
        ends = np.flatnonzero(known >= length)
        keys, first, inverse, times = np.unique(
            nodes[ends - 1] * vocabulary_size + ids[ends],
            return_index=True,
            return_inverse=True,
            return_counts=True,
        )
        prefix, word = np.divmod(keys, vocabulary_size)
        dropped = np.zeros_like(levels[-1].count)
        suffix = nodes[ends[first]]
        levels.append(Level(prefix, word, suffix, times, dropped, none))
        nodes = np.full(len(ids), -1)
        nodes[ends] = inverse
    return levels


def _kneser_ney(levels: Sequence[Level]) -> list[Level]:
    """Returns `levels` with discounts, and with counts to back off to.

    A short n-gram counts the different words that come before it. One that
    starts a sentence has none, and keeps its own count.
    """
    found = []
    for level, longer in itertools.zip_longest(levels, levels[1:]):
        count = level.count
        if longer is not None:
            before = np.bincount(longer.suffix, minlength=len(count))
            count = np.where(before > 0, before, count)
        discounts = _discounts(count)
        found += [dataclasses.replace(level, count=count, discounts=discounts)]
    return found


def _discounts(count: np.ndarray) -> np.ndarray:
    """Returns D1, D2 and D3+ of Chen and Goodman, from counts of counts.

    A small corpus may lack n-grams of a count that the estimate divides by;
    the discounts are then 0.5, 1 and 1.5. None is below the first, which is
    positive: else words that were never seen could have no probability.
    """
    n = np.bincount(np.minimum(count, 5), minlength=6)[1:5]
    if not n.all():
        return np.array([0.5, 1.0, 1.5])
    k, y = np.arange(1, 4), n[0] / (n[0] + 2 * n[1])
    estimate = k - (k + 1) * y * n[1:] / n[:-1]
    return np.clip(estimate, estimate[0], k)
