"""A model that fits a budget of bytes, without what it misses least."""

import dataclasses

import numpy as np

from tflm.evaluation.ngram.level import Level
from tflm.evaluation.ngram.model import NGram


def prune(model: NGram, budget_bytes: int) -> NGram:
    """Returns `model` without the n-grams that it misses least.

    The cost of dropping one is the relative entropy to the model without it,
    weighted by how often its context occurs (Stolcke, 1998, "Entropy-based
    pruning of backoff language models"). Its count goes to its suffix (Kneser,
    1996, "Statistical language modeling using a variable context length"), so
    that what is backed off to stays the right distribution for that.

    Raises:
        ValueError: the unigrams alone take more than `budget_bytes`.
    """
    if model.bytes <= budget_bytes:
        return model
    ranked = np.argsort(-_costs(model), kind="stable")
    best, fits, exceeds = _keep(model, ranked[:0]), 0, len(ranked)
    if best.bytes > budget_bytes:
        raise ValueError(
            f"budget is {budget_bytes} bytes, but the unigrams alone take "
            f"{best.bytes}; give at least that"
        )
    # Each size takes a compression to know, so a thousandth is close enough.
    while exceeds - fits > 1 + len(ranked) // 1000:
        middle = (fits + exceeds) // 2
        smaller = _keep(model, ranked[:middle])
        if smaller.bytes <= budget_bytes:
            best, fits = smaller, middle
        else:
            exceeds = middle
    return best


def _costs(model: NGram) -> np.ndarray:
    """Returns what dropping each n-gram of two words or more costs, in nats.

    Its context then backs off with `back_off + gain`. The cost is the term
    p log(p / q) - p + q of the relative entropy, over p now and q then, of
    that word alone: the others' terms are of second order.
    """
    found, uses, costs = model.probabilities(), _uses(model), [np.empty(0)]
    for n in range(1, model.order):
        level, now = model.levels[n], found[n]
        weight = level.back_off[level.prefix] + level.gain
        then = weight * found[n - 1][level.suffix]
        change = now * np.log(now / then) - now + then
        costs.append(uses[n - 1][level.prefix] * change)
    return np.concatenate(costs)


def _uses(model: NGram) -> list[np.ndarray]:
    """Returns how often each n-gram occurs, which a Kneser-Ney count hides.

    It is what was seen to follow it, unless it mostly ends sentences.
    """
    uses = [level.count for level in model.levels]
    for n in range(model.order - 1, 0, -1):
        level = model.levels[n]
        followed = np.bincount(level.prefix, uses[n], len(level.dropped))
        uses[n - 1] = np.maximum(uses[n - 1], followed + level.dropped)
    return uses


def _keep(model: NGram, wanted: np.ndarray) -> NGram:
    """Returns the model of some n-grams and of those inside them.

    Args:
        wanted: indices into the n-grams of two words or more, all in a row.
    """
    kept = _close(model, wanted)
    count = [level.count for level in model.levels]
    dropped = [level.dropped for level in model.levels]
    for n in range(model.order - 1, 0, -1):
        level, gone = model.levels[n], ~kept[n]
        moved = count[n][gone]
        dropped[n] = _add(dropped[n], level.prefix[gone], moved)
        # Less one: its suffix has counted it already, as one kind of n-gram.
        count[n - 1] = _add(count[n - 1], level.suffix[gone], moved - 1)
    levels, contexts = [], np.array([True])
    for n, level in enumerate(model.levels):
        old = dataclasses.replace(level, count=count[n], dropped=dropped[n])
        levels.append(_select(old, contexts, kept[n]))
        contexts = kept[n]
    return dataclasses.replace(model, levels=tuple(levels))


def _close(model: NGram, wanted: np.ndarray) -> list[np.ndarray]:
    """Returns which n-grams stay, bool[N] a level, if `wanted` do."""
    sizes = np.array([len(level.count) for level in model.levels])
    flat = np.arange(sizes.sum()) < sizes[0]  # The unigrams stay.
    flat[sizes[0] + wanted] = True
    kept = np.split(flat, np.cumsum(sizes)[:-1])
    for n in range(model.order - 1, 0, -1):
        kept[n - 1][model.levels[n].prefix[kept[n]]] = True
        kept[n - 1][model.levels[n].suffix[kept[n]]] = True
    return kept


def _add(values: np.ndarray, at: np.ndarray, more: np.ndarray) -> np.ndarray:
    return values + np.bincount(at, more, len(values)).astype(np.int64)


def _select(level: Level, contexts: np.ndarray, kept: np.ndarray) -> Level:
    index = np.cumsum(contexts) - 1
    prefix, suffix = index[level.prefix[kept]], index[level.suffix[kept]]
    dropped = level.dropped[contexts]
    dropped[np.bincount(prefix, minlength=len(dropped)) == 0] = 0
    word, count = level.word[kept], level.count[kept]
    return Level(prefix, word, suffix, count, dropped, level.discounts)
