"""What was meant by what was typed, by model and slips together."""

import dataclasses
import functools
import math
from collections.abc import Iterator

import numpy as np

from tflm.text import likelihood
from tflm.text.candidates import Candidates
from tflm.text.slips import spaces
from tflm.text.slips.channel import SILENT, UNITS, Channel, nats
from tflm.text.slips.search import NEVER, SlipSearch

MOST_LETTERS = 100  # Words, of which some are one letter.
EULER = 0.5772156649  # Of the harmonic numbers, for Zipf's law.


@dataclasses.dataclass(frozen=True, order=True)
class Reading:
    """Words that may have been meant; of two, the less is the likelier.

    Attributes:
        loss: -log P(words and typed | text before), in 1/64 nat.
        logit: negative score that the model gave the first word.
        ids: of one word or two.
    """

    loss: int
    logit: float
    ids: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Margins:
    """How much likelier than the typed word another has to be, in 1/64 nat.

    Attributes:
        known: where the vocabulary has the typed word.
        unknown: where it has not; its loss is then that of `<unk>`.
        letter: what each of its letters adds to that.
    """

    known: int = nats(4.0)
    unknown: int = nats(0.0)
    letter: int = nats(1.5)


class Corrector:
    """Finds words for typed letters, some of which may be slips."""

    def __init__(
        self,
        candidates: Candidates,
        channel: Channel | None = None,
        margins: Margins | None = None,
    ):
        self._candidates = candidates
        self._channel = channel or Channel()
        self._margins = margins or Margins()

    @functools.cached_property
    def _search(self) -> SlipSearch:
        return SlipSearch(self._candidates.words, self._channel)

    def suggest(
        self, logits: np.ndarray, typed: str, count: int = 3
    ) -> list[tuple[int, ...]]:
        """Returns what was or will be meant, the likeliest first.

        Args:
            logits: float32 [vocabulary].
            typed: letters of the word so far, in the model's case.
            count: how many at most.

        Words that begin as typed are in the order of their logits.
        """
        losses = _losses(logits)
        begun = self._candidates.best(logits, typed, count)
        found = [Reading(losses[i], -logits[i], (i,)) for i in begun]
        if _is_spelled(typed):
            costs = self._search.costs(typed)
            cost = np.minimum(
                costs.whole, costs.begun + self._channel.unfinished
            )
            cost[slice(*self._candidates.span(typed))] = NEVER
            found += self._best(logits, losses, cost, count)
            found += self._two_words(logits, losses, typed)
        return [reading.ids for reading in sorted(found)[:count]]

    def correct(self, logits: np.ndarray, typed: str) -> tuple[int, ...] | None:
        """Returns what to write for a word that is finished; None for itself.

        Args:
            logits: float32 [vocabulary].
            typed: the word, in the model's case.
        """
        if not _is_spelled(typed):
            return None
        losses = _losses(logits)
        cost = self._search.costs(typed).whole
        found = self._best(logits, losses, cost, 1)
        found += self._two_words(logits, losses, typed)
        best = min(found, default=None)
        if best is None:
            return None
        allowed = self._own_loss(losses, typed)
        return best.ids if best.loss < allowed else None

    def joined(self, first: str, second: str) -> int | None:
        """Returns the id of the word that a space came into, None for none.

        The two, as in `th e`, make one that is likelier than each of them by
        its rank.
        """
        ids, whole = self._candidates.vocabulary.ids, first + second
        if not _is_spelled(whole) or whole not in ids:
            return None
        rank = min(ids.get(part, len(ids)) for part in (first, second))
        return ids[whole] if ids[whole] < rank else None

    def _own_loss(self, losses: np.ndarray, typed: str) -> int:
        """Returns the loss of the typed word less the margin."""
        vocabulary, margins = self._candidates.vocabulary, self._margins
        if typed in vocabulary.ids:
            return losses[vocabulary.ids[typed]] - margins.known
        unknown = 0 if vocabulary.unk is None else losses[vocabulary.unk]
        return unknown + len(typed) * margins.letter - margins.unknown

    def _best(
        self,
        logits: np.ndarray,
        losses: np.ndarray,
        cost: np.ndarray,
        count: int,
    ) -> list[Reading]:
        """Returns the likeliest of the candidates with these costs [n]."""
        places = np.flatnonzero(cost < NEVER)
        ids = self._candidates.ids[places]
        total = losses[ids] + cost[places]
        order = np.lexsort((ids, -logits[ids], total))[:count]
        return [
            Reading(int(total[i]), -float(logits[ids[i]]), (int(ids[i]),))
            for i in order
        ]

    def _two_words(
        self, logits: np.ndarray, losses: np.ndarray, typed: str
    ) -> Iterator[Reading]:
        """Yields two words each between which the space was missed.

        How likely the second is after the first would take a step of the
        model; its rank says it without (Zipf).
        """
        words = self._candidates.vocabulary
        for first, second, cost in spaces.missed(typed, self._channel):
            if self._stands(first) and self._stands(second):
                one, two = words.ids[first], words.ids[second]
                loss = int(losses[one]) + self._zipf(two) + cost
                yield Reading(loss, -float(logits[one]), (one, two))

    def _stands(self, word: str) -> bool:
        """Tells what may stand alone: of letters, common words as a and I."""
        ids = self._candidates.vocabulary.ids
        return word in ids and (len(word) > 1 or ids[word] < MOST_LETTERS)

    def _zipf(self, word_id: int) -> int:
        """Returns the loss of a word by its rank, whatever stands before."""
        size = len(self._candidates.vocabulary)
        return nats(math.log((word_id + 1) * (math.log(size) + EULER)))


def _is_spelled(typed: str) -> bool:
    return typed.isalpha() or any(mark in typed for mark in SILENT)


def _losses(logits: np.ndarray) -> np.ndarray:
    """Returns -log P of each word, int64 [vocabulary], in 1/64 nat."""
    normalizer = round(likelihood.exact_log_total(logits) * UNITS)
    scaled = np.rint(logits.astype(np.float64) * UNITS)
    return normalizer - scaled.astype(np.int64)
