"""What a model of pieces is worth: by piece, by word and by byte.

A model with shorter pieces predicts each of them better, and has more of them
to predict. So only the last two compare models whose pieces differ.
"""

import dataclasses
import math
from collections.abc import Iterable, Sequence

import numpy as np

from tflm.text.protocol import Protocol, Step
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class PieceQuality:
    """How well a model of pieces predicts a text.

    The end of a sentence counts as a piece, a word and a byte, where the
    vocabulary has one.

    Attributes:
        tokens: pieces and ends that were predicted.
        perplexity: exp of the mean negative log probability of a piece.
        word_perplexity: exp of the sum over the words between white space.
        byte_perplexity: exp of the sum over the bytes of the text in UTF-8.
        known_share: share of the pieces that the vocabulary has.
    """

    tokens: int
    perplexity: float
    word_perplexity: float
    byte_perplexity: float
    known_share: float


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
    loss, tokens, words, size, pieces, known = 0.0, 0, 0, 0, 0, 0
    logits, state = first = protocol.begin(step)
    for sentence in sentences:
        text = rules.join(sentence)
        words += len(text.split()) + len(end)
        size += len(text.encode()) + len(end)
        pieces += len(sentence)
        known += sum(piece in vocabulary.ids for piece in sentence)
        for word_id in [*vocabulary.encode(sentence), *end]:
            if logits is not None:
                loss, tokens = loss + _loss(logits, word_id), tokens + 1
            logits, state = step(word_id, state)
        if not carry:
            logits, state = first
    if not tokens:
        raise ValueError("there is no text to evaluate on; give a text")
    return PieceQuality(
        tokens,
        _exp(loss / tokens),
        _exp(loss / max(words, 1)),
        _exp(loss / max(size, 1)),
        known / max(pieces, 1),
    )


def _loss(logits: np.ndarray, word_id: int) -> float:
    top = logits.max()
    total = np.exp(logits - top, dtype=np.float32).sum(dtype=np.float64)
    return math.log(total) + float(top - logits[word_id])


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))
