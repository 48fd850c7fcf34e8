"""N-gram models of the same text, to stand beside the files."""

import pathlib
from collections.abc import Iterator

from absl import logging

from tflm.evaluation.ngram import kneser_ney, model, prune
from tflm.evaluation.ngram.model import NGram
from tflm.text.dataset import Text

# The order of each; at equal bytes, five words scored best.
ORDERS = {"unigram": 1, "Kneser-Ney": 5}


def train(path: pathlib.Path, text: Text, order: int, budget: int) -> NGram:
    """Returns the model of `order` words that is at `path`, or is put there.

    It takes at most `budget` bytes, but for one of single words.
    """
    if not path.exists():
        logging.info("training: %d-gram", order)
        size = len(text.vocabulary)
        found = kneser_ney.train(_sentences(text), size, order)
        if order > 1:
            found = prune.prune(found, budget)
        path.parent.mkdir(parents=True, exist_ok=True)
        model.save(found, path)
    return model.load(path)


def _sentences(text: Text) -> Iterator[list[int]]:
    """Yields the ids of each sentence of the training text."""
    sentence: list[int] = []
    for word_id in text.train.tolist():
        if word_id != text.vocabulary.eos:
            sentence.append(word_id)
        else:
            yield sentence
            sentence = []
