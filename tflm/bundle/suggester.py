"""Suggestions for a line of typed text, as a keyboard would show them."""

import functools
from collections.abc import Iterable
from typing import TextIO

import numpy as np

from tflm.bundle.bundle import Bundle
from tflm.evaluation.cache import Cached
from tflm.text import scripts
from tflm.text.candidates import Candidates
from tflm.text.protocol import Step
from tflm.text.word_search import WordSearch
from tflm.tflite.interpreter import load_step


class Suggester:
    """Suggests words for what was typed so far, with a bundle's model."""

    def __init__(self, bundle: Bundle):
        """Opens a bundle, where model, words and casing come from.

        Raises:
            ValueError: its file is damaged or is not a step.
        """
        self._step = _step(bundle)
        self._words = bundle.vocabulary
        self._candidates = Candidates(bundle.vocabulary)
        self._rules = bundle.rules
        self._protocol = bundle.protocol
        self._display = bundle.manifest["text"]["display"]

    def suggest(self, typed: str, count: int = 3) -> list[str]:
        """Returns next words after a space, else completions of the last word.

        A completion keeps the capital of what was typed.

        Args:
            typed: the line up to the cursor.
            count: how many words at most.

        Raises:
            ValueError: `count` is below 1.
        """
        if self._rules.by_piece:
            return self._by_piece(typed, count)
        rules = self._rules
        words, prefix = rules.words(typed), ""
        if words and rules.is_open(typed):
            words.pop()
            prefix = rules.split(typed)[-1]
        logits, _ = self._read(words)
        found = self._candidates.suggest(logits, rules.lower(prefix), count)
        return self._shown(found, prefix)

    def _shown(self, words: list[str], prefix: str) -> list[str]:
        """Returns words as they are written, with a capital that was typed."""
        shown = [self._display.get(word, word) for word in words]
        if prefix[:1].isupper():
            return [self._rules.capitalize(word) for word in shown]
        return shown

    def _by_piece(self, typed: str, count: int) -> list[str]:
        """Returns the same of a model of pieces, which are joined to words."""
        rules, before, prefix = self._rules, typed, ""
        is_open = typed and not typed[-1].isspace()
        if is_open and not scripts.ends_spaceless(typed):
            prefix = typed.split()[-1]
            before = typed.removesuffix(prefix)
        words = rules.words(before.rstrip())
        logits, state = self._read(words)
        known = rules.join(rules.words(prefix)).strip()  # In the model's case.
        search = self._search
        found = search.words_after(logits, state, known, count, not words)
        return self._shown(found, prefix)

    @functools.cached_property
    def _search(self) -> WordSearch:
        return WordSearch(self._step, self._words, self._rules)

    def _read(self, words: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Returns logits float32 [V] of the word after `words`, and state."""
        logits, state = self._protocol.begin(self._step)
        for token in self._words.encode(words):
            logits, state = self._step(token, state)
        if logits is None:  # Nothing is likelier: the first words are shown.
            logits = np.zeros(len(self._words), np.float32)
        return logits, state


def _step(bundle: Bundle) -> Step:
    """Returns the model, with its cache if it has one."""
    step = load_step(bundle.model)
    if bundle.cache is None:
        return step
    return Cached(step, bundle.cache, bundle.protocol.padding)


def run(bundle: Bundle, lines: Iterable[str], output: TextIO) -> None:
    """Answers each line of text with suggestions, until there is none.

    A space at the end of a line asks for the next word.
    """
    suggester = Suggester(bundle)
    for line in lines:
        typed = line.rstrip("\n")
        output.write(f"{' | '.join(suggester.suggest(typed))}\n")
        output.flush()
