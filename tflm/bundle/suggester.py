"""Suggestions for a line of typed text, as a keyboard would show them."""

import functools
from collections.abc import Iterable, Sequence
from typing import TextIO

import numpy as np

from tflm.bundle.bundle import Bundle
from tflm.evaluation.cache import Cached
from tflm.text import scripts
from tflm.text.candidates import Candidates
from tflm.text.protocol import Step
from tflm.text.slips import keyboard
from tflm.text.slips.channel import Channel
from tflm.text.slips.corrector import Corrector
from tflm.text.word_search import WordSearch
from tflm.tflite.interpreter import load_step

ENDS = frozenset(
    ".?!\u061f\u0964\u3002\uff01\uff1f"
)  # Of sentences, as in `Context` of the core.


class Suggester:
    """Suggests words for what was typed so far, with a bundle's model."""

    def __init__(self, bundle: Bundle, punctuation: bool = False):
        """Opens a bundle, where model, words and casing come from.

        Args:
            bundle: to open.
            punctuation: whether next words may be marks and emoji, too.

        Raises:
            ValueError: its file is damaged or is not a step.
        """
        self._step = _step(bundle)
        self._words = bundle.vocabulary
        self._candidates = Candidates(bundle.vocabulary, punctuation)
        self._rules = bundle.rules
        self._language = bundle.manifest.get("language") or bundle.rules.locale
        self._protocol = bundle.protocol
        self._display = bundle.manifest["text"].get("display", {})

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
        words, prefix = self._split(typed)
        logits, _ = self._read(words)
        known = self._rules.lower(prefix)
        found = self._candidates.suggest(logits, known, count)
        return self._shown(found, prefix)

    def meant(self, typed: str, count: int = 3) -> list[str]:
        """Returns the same, and words that begin nearly as was typed.

        `tflm.text.slips` says which, and in what order. Models of pieces of
        words forgive no slips.

        Raises:
            ValueError: `count` is below 1.
        """
        if self._rules.by_piece:
            return self._by_piece(typed, count)
        words, prefix = self._split(typed)
        logits, _ = self._read(words)
        known = self._rules.lower(prefix)
        found = self._corrector.suggest(logits, known, count)
        return [self._written(ids, prefix) for ids in found]

    def correct(self, typed: str) -> str | None:
        """Returns what to write for the last word of a line, if not itself.

        That is for a keyboard that corrects a word when it is finished. Words
        with a capital that does not begin a sentence are left alone: they are
        names.

        Args:
            typed: the line up to the end of the word.
        """
        if self._rules.by_piece:
            return None
        words, prefix = self._split(typed)
        begins = not words or words[-1] in ENDS
        if not prefix or any(map(str.isupper, prefix[begins:])):
            return None
        logits, _ = self._read(words)
        found = self._corrector.correct(logits, self._rules.lower(prefix))
        return None if found is None else self._written(found, prefix)

    def mended(self, typed: str) -> str | None:
        """Returns the word that a space came into at the end of a line.

        A keyboard offers `the` for `th e`, in place of both parts.
        """
        words, prefix = self._split(typed)
        if self._rules.by_piece or not words or not prefix:
            return None
        before = typed.removesuffix(prefix)
        last = before[:-1][-len(words[-1]) :]
        if not before.endswith(" ") or self._rules.lower(last) != words[-1]:
            return None
        found = self._corrector.joined(words[-1], self._rules.lower(prefix))
        return None if found is None else self._written([found], last)

    def _split(self, typed: str) -> tuple[list[str], str]:
        """Returns the words before the last, and the last as it was typed."""
        words, prefix = self._rules.words(typed), ""
        if words and self._rules.is_open(typed):
            words.pop()
            prefix = self._rules.split(typed)[-1]
        return words, prefix

    @functools.cached_property
    def _corrector(self) -> Corrector:
        channel = Channel(keyboard=keyboard.of(self._language))
        return Corrector(self._candidates, channel)

    def _written(self, ids: Sequence[int], prefix: str) -> str:
        """Returns words that were typed as one, as they are written."""
        first, *others = [self._words.words[i] for i in ids]
        return " ".join(self._shown([first], prefix) + self._shown(others, ""))

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


def run(
    bundle: Bundle,
    lines: Iterable[str],
    output: TextIO,
    punctuation: bool = False,
) -> None:
    """Answers each line of text with suggestions, until there is none.

    A space at the end of a line asks for the next word.
    """
    suggester = Suggester(bundle, punctuation)
    for line in lines:
        typed = line.rstrip("\n")
        output.write(f"{' | '.join(suggester.meant(typed))}\n")
        output.flush()
