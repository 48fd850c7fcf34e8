"""A text for n-gram models to learn, and what they say after its words."""

import functools
import itertools

import numpy as np

from tflm.evaluation.ngram import kneser_ney
from tflm.evaluation.ngram.model import NGram

SIZE = 30
EOS = 0


def make_sentences(count: int, seed: int = 0) -> list[list[int]]:
    """Returns sentences in which each word depends on the two before it."""
    random = np.random.default_rng(seed)
    skewed = 1 / np.arange(1, SIZE)
    sentences = []
    for _ in range(count):
        words = [1, 1]
        while len(words) < 10 and random.random() < 0.9:
            step = random.choice(SIZE - 1, p=skewed / skewed.sum())
            words.append(1 + (words[-1] + 3 * words[-2] + step) % (SIZE - 1))
        sentences.append(words[2:])
    return sentences


SENTENCES = make_sentences(300)


@functools.cache
def trained(order: int = 3) -> NGram:
    """Returns the model of these sentences."""
    return kneser_ney.train(SENTENCES, SIZE, order)


def read(model, words):
    """Returns the probabilities after `words`, float64[V], and the state."""
    state = model.initial_state()
    for word in words:
        logits, state = model(word, state)
    return np.exp(logits.astype(np.float64)), state


def perplexity(model, sentences) -> float:
    loss, count = 0.0, 0
    for sentence in sentences:
        logits, state = model(EOS, model.initial_state())
        for word in [*sentence, EOS]:
            loss, count = loss - logits[word], count + 1
            logits, state = model(word, state)
    return float(np.exp(loss / count))


def contexts(length: int) -> list[tuple[int, ...]]:
    """Returns some that occur, some that do not, and some across `EOS`."""
    text = [EOS, *itertools.chain(*([*s, EOS] for s in SENTENCES[:20]))]
    seen = zip(*(text[i:] for i in range(length)), strict=False)
    random = np.random.default_rng(1).integers(0, SIZE, (30, length))
    return [*seen, *map(tuple, random.tolist())]
