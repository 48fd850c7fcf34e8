"""What a language model is worth, measured on whatever reads one word.

The same code scores a .tflite file, a Keras model and an n-gram model: each
is a `Step`.
"""

import dataclasses
import functools
from collections.abc import Iterable, Sequence

import numpy as np

from tflm.text import likelihood
from tflm.text.candidates import Candidates
from tflm.text.protocol import Protocol, Step
from tflm.text.roles import is_special
from tflm.text.vocabulary import Vocabulary

SLOTS = 3  # Words that a keyboard's suggestion bar shows.


@dataclasses.dataclass(frozen=True)
class Quality:
    """How well a model predicts a text.

    Attributes:
        tokens: words and `<eos>` marks that were predicted.
        perplexity: exp of the mean negative log probability of every token,
            `<eos>` and `<unk>` included. Words that are skipped, as there is
            no `<unk>`, and a first word before which nothing is read, are not
            among them.
        recall_at_1: share of typed words that were the one suggested before
            their first letter. Special words are never suggested; a word
            outside the vocabulary is a miss; `<eos>` is not typed.
        recall_at_3: the same with three suggestions.
        keystroke_savings_3: 1 - keystrokes with / keystrokes without three
            suggestions. Without, a word takes its letters and a space. With
            them, an ideal user takes the word by one keystroke, space
            included, as soon as it is among the likeliest with the letters
            typed so far.
            Special words and those without a letter or digit (punctuation,
            emoji) are left out.
        keystroke_savings_1: the same with one suggestion.
        known_share: share of typed words that the vocabulary has. The others
            are read and predicted as `<unk>`, or skipped: the fewer words a
            model knows, the lower is its perplexity, so compare at equal
            shares only.
        word_recall_at_1: recall@1 of words apart from punctuation, emoji and
            special words, which have keys of their own.
        word_recall_at_3: the same with three suggestions.
        bar_recall_at_1: the same of a bar that shows words alone, as the
            keyboard's does.
        bar_recall_at_3: the same with three suggestions.
    """

    tokens: int
    perplexity: float
    recall_at_1: float
    recall_at_3: float
    keystroke_savings_3: float
    keystroke_savings_1: float
    known_share: float
    word_recall_at_1: float
    word_recall_at_3: float
    bar_recall_at_1: float
    bar_recall_at_3: float


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How near a file's predictions are to another's.

    Attributes:
        top1_agreement: share of words after which both suggest the same.
        top3_overlap: mean share of the reference's three suggestions that
            the file makes too.
        max_logit_difference: largest difference of two logits.
    """

    top1_agreement: float
    top3_overlap: float
    max_logit_difference: float


def evaluate(
    step: Step,
    vocabulary: Vocabulary,
    sentences: Iterable[Sequence[str]],
    carry: bool | None = None,
    protocol: Protocol | None = None,
) -> Quality:
    """Returns the quality of `step` on a text.

    Args:
        step: what is scored.
        vocabulary: its words.
        sentences: words of each sentence, without `<eos>`.
        carry: whether the state goes on from sentence to sentence, as language
            models are compared; otherwise each begins as the protocol says,
            as a keyboard's text field does. None for what the model was used
            to: one that reads padding first has seen each text alone.
        protocol: how the model is used; None for a text that begins after
            `<eos>`, if there is one.

    Raises:
        ValueError: there is no sentence, or the model has other words.

    Examples:
        >>> quality = tflm.evaluate(step, words, corpus.sentences("test"))
        >>> quality.perplexity < len(words)
        True
    """
    protocol = protocol or vocabulary.protocol
    if carry is None:
        carry = protocol.carries
    tally, eos = _Tally(vocabulary), vocabulary.eos
    logits, state = first = protocol.begin(step)
    for sentence in sentences:
        for word in sentence:
            word_id = vocabulary.id_of(word)
            tally.count_word(word, word_id, logits)
            if word_id is not None:
                logits, state = step(word_id, state)
        if eos is not None:
            tally.count(eos, logits)
        if not carry:
            logits, state = first
        elif eos is not None:
            logits, state = step(eos, state)
    return tally.quality()


def compare(
    step: Step, reference: Step, vocabulary: Vocabulary, ids: Iterable[int]
) -> Agreement:
    """Returns how near `step` is to `reference` when both read `ids`.

    Each carries its own state, so that differences may build up. Both must
    have the words of `vocabulary`: a step only tells how many it has.

    Raises:
        ValueError: there is no id, or a model has more or fewer words.
    """
    candidates = Candidates(vocabulary)
    state, other_state = step.initial_state(), reference.initial_state()
    same, overlap, largest = [], [], 0.0
    for word_id in ids:
        logits, state = step(word_id, state)
        other, other_state = reference(word_id, other_state)
        _check_size(logits, vocabulary)
        _check_size(other, vocabulary)
        ours = candidates.best(logits, count=SLOTS)
        theirs = candidates.best(other, count=SLOTS)
        same.append(ours[0] == theirs[0])
        overlap.append(len({*ours} & {*theirs}) / len(theirs))
        largest = max(largest, float(np.abs(logits - other).max()))
    if not same:
        raise ValueError("there are no words to compare on; give a text")
    return Agreement(float(np.mean(same)), float(np.mean(overlap)), largest)


def _check_size(logits: np.ndarray, vocabulary: Vocabulary) -> None:
    if logits.shape != (len(vocabulary),):
        raise ValueError(
            f"the model gives logits {list(logits.shape)} and the vocabulary "
            f"has {len(vocabulary)} words; give the one it was trained with"
        )


class _Tally:
    """Sums over a text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.candidates = Candidates(vocabulary)
        self.places = {
            word_id: place
            for place, word_id in enumerate(self.candidates.ids.tolist())
        }
        self.tokens = self.words = self.known = self.letter_words = 0
        self.loss = 0.0
        self.hits = {1: 0, SLOTS: 0}
        self.letter_hits = {1: 0, SLOTS: 0}
        self.bar_hits = {1: 0, SLOTS: 0}
        self.keys = {1: 0, SLOTS: 0}
        self.keys_without = 0
        self.spans = functools.cache(self._spans)
        # Where nothing was read, the first words of the vocabulary are shown.
        self.nothing = np.zeros(len(vocabulary), np.float32)

    def count(self, word_id: int, logits: np.ndarray | None) -> None:
        """Counts any token that was predicted."""
        if logits is None:  # Nothing was read before it.
            return
        _check_size(logits, self.vocabulary)
        self.tokens += 1
        self.loss += likelihood.loss(logits, word_id)

    def count_word(
        self, word: str, word_id: int | None, logits: np.ndarray | None
    ) -> None:
        """Counts a typed word, and what typing it would take."""
        if word_id is not None:
            self.count(word_id, logits)
        self.words += 1
        self.known += self.vocabulary.knows(word)
        place = self.places.get(-1 if word_id is None else word_id)
        shown = {1: len(word), SLOTS: len(word)}  # Letters typed before.
        if place is not None:
            if logits is None:
                logits = self.nothing
            scores = logits[self.candidates.ids]
            if is_typed(word):
                self._count_in_bar(scores, place)
            for letters, (start, end) in enumerate(self.spans(word)):
                if not start <= place < end:  # It is spelled another way.
                    break
                rank = self._rank(scores, start, end, place)
                for slots in shown:
                    if rank < slots:
                        shown[slots] = min(shown[slots], letters)
                if shown[1] <= letters:
                    break
            for slots in shown:
                self.hits[slots] += shown[slots] == 0
        if is_typed(word):
            self.letter_words += 1
            self.keys_without += len(word) + 1
            for slots in shown:
                self.letter_hits[slots] += shown[slots] == 0
                self.keys[slots] += shown[slots] + 1

    def quality(self) -> Quality:
        """Returns what the sums come to."""
        if not self.tokens:
            raise ValueError("there is no text to evaluate on; give a text")
        words, keys = max(self.words, 1), max(self.keys_without, 1)
        letter_words = max(self.letter_words, 1)
        return Quality(
            tokens=self.tokens,
            perplexity=likelihood.perplexity(self.loss / self.tokens),
            recall_at_1=self.hits[1] / words,
            recall_at_3=self.hits[SLOTS] / words,
            keystroke_savings_3=(self.keys_without - self.keys[SLOTS]) / keys,
            keystroke_savings_1=(self.keys_without - self.keys[1]) / keys,
            known_share=self.known / words,
            word_recall_at_1=self.letter_hits[1] / letter_words,
            word_recall_at_3=self.letter_hits[SLOTS] / letter_words,
            bar_recall_at_1=self.bar_hits[1] / letter_words,
            bar_recall_at_3=self.bar_hits[SLOTS] / letter_words,
        )

    def _count_in_bar(self, scores: np.ndarray, place: int) -> None:
        """Counts a word that a bar of words alone shows before any letter."""
        are_words = self.candidates.are_words
        ahead = (scores > scores[place]) & are_words
        tied = (scores == scores[place]) & are_words
        tied &= self.candidates.ids < self.candidates.ids[place]
        rank = int(np.count_nonzero(ahead | tied))
        for slots in self.bar_hits:
            self.bar_hits[slots] += are_words[place] and rank < slots

    def _spans(self, word: str) -> list[tuple[int, int]]:
        return [self.candidates.span(word[:n]) for n in range(len(word))]

    def _rank(
        self, scores: np.ndarray, start: int, end: int, place: int
    ) -> int:
        """Returns how many candidates of a slice come before one of them."""
        own = scores[place]
        rivals = scores[start:end]
        before = int(np.count_nonzero(rivals > own))
        if np.count_nonzero(rivals == own) > 1:  # The lower id comes first.
            ids = self.candidates.ids
            ties = ids[start:end][rivals == own]
            before += int(np.count_nonzero(ties < ids[place]))
        return before


def is_typed(word: str) -> bool:
    """Tells words that are typed letter by letter from marks and emoji."""
    return not is_special(word) and any(c.isalnum() for c in word)
