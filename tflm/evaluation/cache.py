"""A model with a continuous cache: words that were said are said again.

Grave, Joulin and Usunier 2017 (arXiv 1612.04426), in the form of Yan et al.
2020 (arXiv 2005.07877), who won the MicroNet challenge with it. It needs no
weights and no training, but what the softmax reads.
"""

import dataclasses

import numpy as np

from tflm.evaluation.memory import Memory
from tflm.text.cache_settings import CacheSettings
from tflm.text.likelihood import log_total
from tflm.text.protocol import HiddenStep, check_hidden


@dataclasses.dataclass(frozen=True)
class CachedState:
    """What a model and its cache remember of a text.

    Attributes:
        model: state of the model, float32 [1, S].
        memory: the pairs of the words before the last.
        hidden: what the softmax read last, whose word is not known yet; None
            before the first word.
    """

    model: np.ndarray
    memory: Memory
    hidden: np.ndarray | None = None


class Cached:
    """A model with a cache, itself a `Step`.

        s_j = theta h_t . h_j            for the last n pairs (h_j, w_{j+1})
        p_cache(w) = sum of softmax(s)_j over the pairs whose word is w
        p = lambda p_cache + (1 - lambda) p_model

    All pairs are of words before the one that is predicted. Nothing is
    remembered of another text: the cache is part of the state. While it is
    empty the model alone predicts.

    Attributes:
        settings: n, theta and lambda.
    """

    def __init__(
        self,
        step: HiddenStep,
        settings: CacheSettings,
        padding: int | None = None,
    ):
        """Puts a cache before a model.

        Args:
            step: the model.
            settings: n, theta and lambda.
            padding: id that fills up windows, which is never remembered.

        Raises:
            ValueError: the step does not give what its softmax reads.
        """
        check_hidden(step)
        self.settings = settings
        self._step = step
        self._padding = padding

    def initial_state(self) -> CachedState:
        """Returns what is remembered before the first word: nothing."""
        memory = Memory.empty(self.settings.window, self._step.hidden_size)
        return CachedState(self._step.initial_state(), memory)

    def __call__(
        self, token: int, state: CachedState
    ) -> tuple[np.ndarray, CachedState]:
        """Returns logits float32 [V] of the word after `token`, new state.

        Raises:
            ValueError: as the step does.
        """
        logits, model, hidden = self._step.read(token, state.model)
        memory = state.memory
        if state.hidden is not None and token != self._padding:
            memory = memory.with_pair(state.hidden, token)
        logits = self._mixed(logits, hidden, memory)
        return logits, CachedState(model, memory, hidden)

    def _mixed(
        self, logits: np.ndarray, hidden: np.ndarray, memory: Memory
    ) -> np.ndarray:
        """Returns log p up to the constant of `logits`."""
        share = self.settings.share
        if not len(memory.words) or not share:
            return logits
        cached = cache_probabilities(
            memory, hidden, self.settings.theta, len(logits)
        )
        words = np.flatnonzero(cached)
        # All over 1 - lambda, which leaves the words that were not said.
        odds = share / (1 - share) * cached[words]
        mixed = logits.copy()
        mixed[words] = np.logaddexp(
            logits[words], np.log(odds) + log_total(logits)
        )
        return mixed


class Messages(Cached):
    """The same where each message begins anew, after what was said before.

    So does a keyboard: its model forgets a message that was sent, and its cache
    does not.
    """

    def __init__(self, step: HiddenStep, settings: CacheSettings, end: int):
        """Puts a cache before a model.

        Args:
            step: the model.
            settings: n, theta and lambda.
            end: id after which a message begins, with this id.

        Raises:
            ValueError: the step does not give what its softmax reads.
        """
        super().__init__(step, settings)
        self._end = end

    def __call__(
        self, token: int, state: CachedState
    ) -> tuple[np.ndarray, CachedState]:
        """Returns the same, of a new message after the end of one."""
        if token == self._end:
            anew = self.initial_state()
            state = dataclasses.replace(anew, memory=state.memory)
        return super().__call__(token, state)


def cache_probabilities(
    memory: Memory, hidden: np.ndarray, theta: float, size: int
) -> np.ndarray:
    """Returns p_cache of each word, float64 [size]; zeros for words not seen.

    Args:
        memory: the pairs, one at least.
        hidden: what the softmax reads now, float32 [W].
        theta: sharpness.
        size: how many words there are.
    """
    scores = theta * (memory.vectors @ hidden)
    weights = np.exp(scores - scores.max())
    found = np.bincount(memory.words, weights, minlength=size)
    return found / weights.sum(dtype=np.float64)
