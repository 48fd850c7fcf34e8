"""Whole words from a model of pieces, likeliest beginnings first."""

import dataclasses
import functools
import heapq
import unicodedata
from collections.abc import Sequence

import numpy as np

from tflm.text import scripts
from tflm.text.likelihood import exact_log_total
from tflm.text.protocol import Step
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

STEPS = 64  # Of the model for one search, at most.
_PART = "\ufffd"  # Stands for some bytes of a letter.
_WIDTH = 16  # Pieces that a beginning may go on with.

# Before its last piece is read: the loss, -log P(its pieces | the text before),
# its turn among equals, its text, the last piece, and the state before that.
_Start = tuple[float, int, str, int, np.ndarray]


@dataclasses.dataclass(frozen=True)
class WordSearch:
    """Finds the likeliest next words of a model that reads pieces.

    A word ends where the next piece would begin another one, or is
    punctuation: its probability is that of its pieces times that of its end.
    The likeliest beginning is always the next to be read, so a search ends when
    no other word can be likelier than those that were found, or after `STEPS`.

    Attributes:
        step: the model.
        words: its pieces.
        rules: how they are joined.
    """

    step: Step
    words: Vocabulary
    rules: TextRules

    def words_after(
        self,
        logits: np.ndarray,
        state: np.ndarray,
        prefix: str,
        count: int,
        at_start: bool,
    ) -> list[str]:
        """Returns the likeliest next words, best first.

        Args:
            logits: float32 [V], of the next piece.
            state: float32 [1, S], of the text so far.
            prefix: letters already typed of the word.
            count: how many words at most.
            at_start: whether there is no text before the word, where a piece
                needs no mark that it begins one.
        """
        found: dict[str, float] = {}  # Words, and -log P of each.
        queue: list[_Start] = []
        first = self.begins | (self._has_text & at_start)
        options = self._options(logits, first, "", prefix)
        self._add(queue, options, 0.0, "", state)
        for turn in range(1, STEPS + 1):
            if not queue or _is_settled(found, count, queue[0][0]):
                break
            loss, _, text, piece, state = heapq.heappop(queue)
            logits, state = self.step(piece, state)
            if text and text.startswith(prefix):
                whole = loss + self._end(logits)
                found[text] = min(whole, found.get(text, whole))
            later = self._has_text & ~self.begins
            options = self._options(logits, later, text, prefix)
            self._add(queue, options, loss, text, state, turn * _WIDTH)
        return sorted(found, key=lambda word: found[word])[:count]

    def _add(
        self,
        queue: list[_Start],
        options: Sequence[tuple[int, float]],
        loss: float,
        text: str,
        state: np.ndarray,
        order: int = 0,
    ) -> None:
        for place, (piece, more) in enumerate(options, order):
            longer = text + self.written[piece]
            heapq.heappush(queue, (loss + more, place, longer, piece, state))

    def _options(
        self, logits: np.ndarray, allowed: np.ndarray, text: str, prefix: str
    ) -> list[tuple[int, float]]:
        """Returns the likeliest pieces to go on with, and -log P of each."""
        fits = allowed & self._shown_after(text, prefix[len(text) :])
        ids = np.flatnonzero(fits)
        if len(ids) > _WIDTH:  # So that few are sorted.
            least = np.partition(logits[ids], -_WIDTH)[-_WIDTH]
            ids = ids[logits[ids] >= least]
        best = ids[np.argsort(-logits[ids], kind="stable")][:_WIDTH]
        total = exact_log_total(logits)
        return [(int(i), total - float(logits[i])) for i in best]

    def _end(self, logits: np.ndarray) -> float:
        """Returns -log P(the word ends) by what may come next."""
        return exact_log_total(logits) - exact_log_total(logits[self._ends])

    def _shown_after(self, text: str, rest: str) -> np.ndarray:
        """Returns which pieces may follow, as letters were typed or not.

        What was typed may have any piece, and what is suggested words alone.
        """
        if not rest:
            return self._is_word if text else self._is_word | self._is_mark
        return np.array(
            [
                rest.startswith(text) or (text.startswith(rest) and is_word)
                for text, is_word in zip(
                    self.written, self._is_word, strict=True
                )
            ]
        )

    @functools.cached_property
    def texts(self) -> list[str]:
        """Each piece as `texts` has it."""
        return texts(self.words, self.rules)

    @functools.cached_property
    def written(self) -> list[str]:
        """Each piece without the space that begins it."""
        return [text.removeprefix(" ") for text in self.texts]

    @functools.cached_property
    def begins(self) -> np.ndarray:
        """Which pieces begin another word, bool [V].

        In a script without spaces that is each.
        """
        return np.array(
            [
                text.startswith(" ") or scripts.is_spaceless(text)
                for text in self.texts
            ]
        )

    @functools.cached_property
    def _has_text(self) -> np.ndarray:
        return np.array([text != "" for text in self.written])

    @functools.cached_property
    def _is_mark(self) -> np.ndarray:
        """Which pieces are nothing but the mark that begins a word."""
        return self.begins & ~self._has_text

    @functools.cached_property
    def _is_word(self) -> np.ndarray:
        """Which pieces are letters, and whole ones."""
        return np.array(
            [has_letter(text) and _PART not in text for text in self.written]
        )

    @functools.cached_property
    def _ends(self) -> np.ndarray:
        """Which pieces end the word before them."""
        parts = np.array([_PART in text for text in self.written])
        return self.begins | ~(self._is_word | parts)


def texts(words: Vocabulary, rules: TextRules) -> list[str]:
    """Returns each piece as it is written after another word.

    It is " the" for one that begins a word, "ing" for one that goes on, and
    empty for a special one, which is never suggested.
    """
    join, special = rules.join, {*words.special_ids}
    before = next(
        word for word in words.words if join([word]).strip().isalpha()
    )
    size = len(join([before]))
    found = []
    for place, word in enumerate(words.words):
        text = "" if place in special else join([before, word])[size:]
        mark = " " if text[:1].isspace() else ""
        found.append(mark + text.strip())
    return found


def has_letter(text: str) -> bool:
    """Tells text of a word, which has a letter, digit or vowel sign."""
    return any(
        unicodedata.category(character)[0] in "LMN" for character in text
    )


def _is_settled(found: dict[str, float], count: int, least: float) -> bool:
    """Tells whether no word can still be among the likeliest."""
    losses = sorted(found.values())[:count]
    return len(losses) == count and losses[-1] <= least
