"""Whole words from a model of pieces, by a beam search to their ends."""

import dataclasses
import functools

import numpy as np

from tflm.text.protocol import Step
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary

_BEAM = 8  # Beginnings of words that are followed.
_MOST_PIECES = 16


@dataclasses.dataclass(frozen=True)
class _Start:
    """The beginning of a word: how likely it is, and what comes after it."""

    text: str
    score: float  # log P(its pieces | the text before).
    scores: np.ndarray  # log P(each piece | the same and it), float32 [V].
    state: np.ndarray


@dataclasses.dataclass(frozen=True)
class WordSearch:
    """Finds the likeliest next words of a model that reads pieces.

    A word ends where the next piece would begin another one, or is
    punctuation: its probability is that of its pieces times that of its end.

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
        first = self._begins | at_start
        beam = [_Start("", 0.0, _log_softmax(logits), state)]
        found: dict[str, float] = {}
        for place in range(_MOST_PIECES):
            allowed = first if place == 0 else ~self._begins
            beam = self._longer(beam, allowed & self._shown, prefix)
            for each in beam:
                if each.text.startswith(prefix) and each.text:
                    score = each.score + self._end(each.scores)
                    found[each.text] = max(score, found.get(each.text, score))
            best = sorted(found.values())[-count:]
            if not beam or (len(best) == count and best[0] > beam[0].score):
                break  # No longer word can be likelier.
        return sorted(found, key=lambda text: -found[text])[:count]

    def _longer(
        self, beam: list[_Start], allowed: np.ndarray, prefix: str
    ) -> list[_Start]:
        """Returns the likeliest starts with one piece more, best first."""
        options = []
        for each in beam:
            fits = allowed & self._fits(prefix[len(each.text) :])
            scores = np.where(fits, each.scores, -np.inf)
            for piece in np.argsort(-scores, kind="stable")[:_BEAM].tolist():
                if np.isfinite(scores[piece]):
                    options.append((each.score + scores[piece], each, piece))
        options.sort(key=lambda option: -option[0])
        return [self._read(*option) for option in options[:_BEAM]]

    def _read(self, score: float, start: _Start, piece: int) -> _Start:
        logits, state = self.step(piece, start.state)
        text = start.text + self._texts[piece]
        return _Start(text, float(score), _log_softmax(logits), state)

    def _end(self, scores: np.ndarray) -> float:
        """Returns log P(the word ends) by what may come next."""
        ends = self._begins | ~self._is_word
        return float(np.log(np.exp(scores[ends]).sum() + 1e-30))

    def _fits(self, rest: str) -> np.ndarray:
        """Returns which pieces agree with letters that were typed."""
        if not rest:
            return np.ones(len(self.words), bool)
        return np.array(
            [t.startswith(rest) or rest.startswith(t) for t in self._texts]
        )

    @functools.cached_property
    def _marked(self) -> list[str]:
        """Each piece as it is written after another word."""
        join, words = self.rules.join, self.words.words
        before = next(word for word in words if join([word]).strip().isalpha())
        size = len(join([before]))
        return [join([before, word])[size:] for word in words]

    @functools.cached_property
    def _texts(self) -> list[str]:
        return [text.strip() for text in self._marked]

    @functools.cached_property
    def _begins(self) -> np.ndarray:
        return np.array([text[:1].isspace() for text in self._marked])

    @functools.cached_property
    def _is_word(self) -> np.ndarray:
        return np.array([any(map(str.isalnum, text)) for text in self._texts])

    @functools.cached_property
    def _shown(self) -> np.ndarray:
        """Which pieces a suggestion may have: words, and what begins one."""
        shown = self._is_word | (
            self._begins & np.array([not text for text in self._texts])
        )
        shown[[*self.words.special_ids]] = False
        return shown


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max()
    return shifted - np.log(np.exp(shifted).sum())
