"""What a file is worth on a text, whatever its words are."""

import dataclasses
import itertools
from collections.abc import Iterable, Sequence

from tflm.evaluation import pieces
from tflm.evaluation.quality import evaluate
from tflm.text.protocol import Protocol, Step
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary


def score(
    step: Step,
    words: Vocabulary,
    sentences: Iterable[Sequence[str]],
    limit: int | None = None,
    carry: bool | None = None,
    protocol: Protocol | None = None,
    rules: TextRules | None = None,
) -> dict[str, float]:
    """Returns the fields of `Quality` of a file, on `limit` sentences.

    With rules that read pieces of words, it is those of `PieceQuality`.
    """
    few = itertools.islice(sentences, limit)
    if rules and rules.by_piece:
        found = pieces.evaluate(step, words, few, rules, carry, protocol)
        return dataclasses.asdict(found)
    return dataclasses.asdict(evaluate(step, words, few, carry, protocol))
