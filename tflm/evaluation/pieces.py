"""What a model of pieces is worth: by piece, by word and by byte.

A model with shorter pieces predicts each of them better, and has more of them
to predict. So only the last two compare models whose pieces differ.
"""

import dataclasses
import math
from collections.abc import Iterable, Sequence

import numpy as np

from tflm.evaluation.quality import SLOTS, is_typed
from tflm.text import likelihood
from tflm.text.protocol import Protocol, Step
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.text.word_search import WordSearch, has_letter

SEARCHED_WORDS = 1000  # Each takes some steps, as a key press does.


@dataclasses.dataclass(frozen=True)
class PieceQuality:
    """How well a model of pieces predicts a text.

    The end of a sentence counts as a piece, a word and a byte, where the
    vocabulary has one. Words are suggested as `WordSearch` joins them, before
    their first letter, and compared without the marks around them.

    Attributes:
        tokens: pieces and ends that were predicted.
        perplexity: exp of the mean negative log probability of a piece.
        word_perplexity: exp of the sum over the words between white space.
        byte_perplexity: exp of the sum over the bytes of the text in UTF-8.
        known_share: share of the pieces that the vocabulary has.
        recall_at_1: share of words between white space that were the one
            suggested. A mark alone is a miss.
        recall_at_3: the same with three suggestions.
        word_recall_at_1: recall@1 of those with a letter or digit.
        word_recall_at_3: the same with three suggestions.
        searched_words: words that recall was measured on, spread evenly over
            the text: `SEARCHED_WORDS`, or all of fewer.
    """

    tokens: int
    perplexity: float
    word_perplexity: float
    byte_perplexity: float
    known_share: float
    recall_at_1: float
    recall_at_3: float
    word_recall_at_1: float
    word_recall_at_3: float
    searched_words: int


def evaluate(
    step: Step,
    vocabulary: Vocabulary,
    sentences: Iterable[Sequence[str]],
    rules: TextRules,
    carry: bool | None = None,
    protocol: Protocol | None = None,
) -> PieceQuality:
    """Returns the quality of `step` on a text, as `quality.evaluate` takes it.

    Args:
        step: what is scored.
        vocabulary: its pieces.
        sentences: pieces of each sentence.
        rules: how they are joined to text.
        carry: whether the state goes on from sentence to sentence.
        protocol: how the model is used; None for what the words say.

    Raises:
        ValueError: there is no text.
    """
    protocol = protocol or vocabulary.protocol
    if carry is None:
        carry = protocol.carries
    end = [] if vocabulary.eos is None else [vocabulary.eos]
    lines = [[*sentence] for sentence in sentences]
    recall = _Recall(WordSearch(step, vocabulary, rules), lines)
    loss, tokens = 0.0, 0
    logits, state = first = protocol.begin(step)
    for sentence in lines:
        words = recall.words(sentence)
        ids = [*map(vocabulary.id_of, sentence), *end]
        for place, word_id in enumerate(ids):
            if place in words:
                recall.count(words[place], logits, state, place == 0)
            if word_id is None:
                continue
            if logits is not None:
                tokens += 1
                loss += likelihood.loss(logits, word_id)
            logits, state = step(word_id, state)
        if not carry:
            logits, state = first
    if not tokens:
        raise ValueError("there is no text to evaluate on; give a text")
    texts = [rules.join(sentence) for sentence in lines]
    ends = len(lines) * len(end)
    pieces = [piece for sentence in lines for piece in sentence]
    known = sum(piece in vocabulary.ids for piece in pieces)
    return PieceQuality(
        tokens,
        likelihood.perplexity(loss / tokens),
        likelihood.perplexity(
            loss / max(sum(len(t.split()) for t in texts) + ends, 1)
        ),
        likelihood.perplexity(
            loss / max(sum(len(t.encode()) for t in texts) + ends, 1)
        ),
        known / max(len(pieces), 1),
        *recall.shares(),
    )


class _Recall:
    """Counts words that a search suggests, of a share of a text."""

    def __init__(
        self, search: WordSearch, sentences: Iterable[Sequence[str]]
    ) -> None:
        self.search = search
        total = sum(len(self.words(sentence)) for sentence in sentences)
        self.share = min(1.0, SEARCHED_WORDS / max(total, 1))
        self.passed = self.searched = self.letter_words = 0
        self.hits = {1: 0, SLOTS: 0}

    def words(self, sentence: Sequence[str]) -> dict[int, str]:
        """Returns each word by the place of its first piece."""
        found: dict[int, str] = {}
        search, start = self.search, 0
        for place, piece in enumerate(sentence):
            word_id = search.words.ids.get(piece)
            if word_id is None:
                text, begins = piece, False
            else:
                text = search.written[word_id]
                begins = bool(search.begins[word_id])
            if begins or place == 0:
                start = place
                found[start] = ""
            found[start] += text
        return found

    def count(
        self,
        word: str,
        logits: np.ndarray | None,
        state: np.ndarray,
        at_start: bool,
    ) -> None:
        """Searches a word, if it is one of the share."""
        self.passed += 1
        turn = math.floor(self.passed * self.share + 1e-9)
        if turn == self.searched or logits is None:
            return
        self.searched += 1
        if not is_typed(word):
            return
        self.letter_words += 1
        shown = self.search.words_after(logits, state, "", SLOTS, at_start)
        for slots in self.hits:
            self.hits[slots] += _letters(word) in shown[:slots]

    def shares(self) -> tuple[float, float, float, float, int]:
        """Returns the last fields of `PieceQuality`."""
        all_words, words = max(self.searched, 1), max(self.letter_words, 1)
        one, few = self.hits.values()
        return (
            one / all_words,
            few / all_words,
            one / words,
            few / words,
            self.searched,
        )


def _letters(word: str) -> str:
    """Returns a word without the marks around it."""
    places = [i for i, letter in enumerate(word) if has_letter(letter)]
    return word[places[0] : places[-1] + 1]
