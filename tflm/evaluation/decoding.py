"""From the steps of a tagger to the labels of a sentence."""

import dataclasses
from collections.abc import Sequence
from typing import Protocol as Interface

import numpy as np

from tflm.text import likelihood
from tflm.text.tagged.reading import Reading
from tflm.text.tagged.windows import turn, windows


class TagStep(Interface):
    """A tagger that labels one word, in one direction."""

    def initial_state(self) -> np.ndarray:
        """Returns the state before the first word: zeros, float32 [1, S]."""

    def __call__(
        self, tokens: np.ndarray, state: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [L] of the word's labels, and new state.

        The likeliest label is the last number of the state, plus one, where
        labels are fed back.
        """


@dataclasses.dataclass(frozen=True)
class Decoder:
    """Labels sentences by a tagger's steps.

    Attributes:
        steps: one for each direction.
        reading: how they read a sentence.
    """

    steps: Sequence[TagStep]
    reading: Reading

    def scores(self, ids: np.ndarray, beam: int = 1) -> np.ndarray:
        """Returns how likely each label of each word is, float32 [n, L].

        Each direction reads its own labels; where there are two, what they
        say is added: the logarithm of the geometric mean of the probabilities
        (Dupont et al. 2017), up to a constant.

        Args:
            ids: of a sentence, int32 [n, columns], as `Lexicon.encode` gives.
            beam: how many sequences of labels are kept, the likeliest; 1 for
                the likeliest label of each word as it comes.
        """
        total: np.ndarray | float = 0.0
        how = self.reading
        for step, direction in zip(self.steps, how.directions, strict=True):
            order = turn(direction)
            tokens = windows(ids[order], how.window)
            search = _beam if beam > 1 and how.previous else _greedy
            total = total + search(step, tokens, beam)[order]
        return np.asarray(total)

    def label(self, ids: np.ndarray, beam: int = 1) -> list[int]:
        """Returns the likeliest label of each word of a sentence."""
        return self.scores(ids, beam).argmax(1).tolist()


def _greedy(step: TagStep, tokens: np.ndarray, _: int) -> np.ndarray:
    state, found = step.initial_state(), []
    for token in tokens:
        logits, state = step(token, state)
        found.append(_log_softmax(logits))
    return np.stack(found)


@dataclasses.dataclass(frozen=True)
class _Path:
    """A sequence of labels that a beam keeps."""

    score: float
    state: np.ndarray
    found: tuple[np.ndarray, ...] = ()
    chosen: tuple[int, ...] = ()


def _beam(step: TagStep, tokens: np.ndarray, width: int) -> np.ndarray:
    """Returns the scores of the likeliest sequence's labels.

    Each word's are such that the sequence's own label is the likeliest.
    """
    paths = [_Path(0.0, step.initial_state())]
    for token in tokens:
        longer = []
        for path in paths:
            logits, state = step(token, path.state)
            each = _log_softmax(logits)
            for label in np.argsort(-each)[:width].tolist():
                forced = state.copy()
                forced[0, -1] = label + 1
                longer.append(
                    _Path(
                        path.score + float(each[label]),
                        forced,
                        (*path.found, each),
                        (*path.chosen, label),
                    )
                )
        longer.sort(key=lambda path: -path.score)
        paths = longer[:width]
    best = paths[0]
    scores = np.stack(best.found)
    places = np.arange(len(scores))
    scores[places, [*best.chosen]] = scores.max(1)
    # So that it is above, and not as likely as, the word's own likeliest.
    scores[places, [*best.chosen]] += 1e-3
    return scores


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - likelihood.log_total(logits)
