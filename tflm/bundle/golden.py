"""What a bundle's file must answer to given words."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from tflm import json_files
from tflm.json_files import Id
from tflm.text.candidates import Candidates
from tflm.text.rules import TYPED, TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.interpreter import Step, load_step

# Ours, so that a bundle quotes no corpus.
_TEXTS = (
    "see you",
    "how are you doing today ?",
    "i am on my way home",
    "thank you so much for",
    "what do you want to",
    "the weather is nice , is it not",
)
_PREFIXES = ("", "t", "wh")
_COUNT = 3  # Suggestions for each.
# Of a logit. Kernels of other processors round otherwise; int8 ones more so.
_TOLERANCE = 0.2


def make(
    step: Step,
    words: Vocabulary,
    rules: TextRules = TYPED,
    start: Sequence[int] = (),
) -> dict[str, Any]:
    """Returns what `step` answers to the golden texts.

    Each is read from a state of zeros, after what the protocol says. After
    every word: the likeliest words, for each prefix, and the logits of those
    of the first.

    Args:
        step: the file, opened.
        words: its vocabulary.
        rules: how the texts become words.
        start: ids that are read before a text.
    """
    sequences = []
    for number, text in enumerate(_TEXTS):
        known = [word in words.ids for word in rules.words(text)]
        if not any(known):
            text = _text_of(Candidates(words), rules, number)
        tokens = [*start, *words.encode(rules.words(text))]
        steps = _answers(step, words, tokens)
        sequences.append({"text": text, "tokens": tokens, "steps": steps})
    return {"tolerance": _TOLERANCE, "sequences": sequences}


def check(golden: Mapping[str, Any], step: Step, words: Vocabulary) -> None:
    """Proves that `step` answers as a golden file says.

    Raises:
        ValueError: it does not; says where.
    """
    told = json_files.convert(golden, "golden.json", _Golden)
    for expected in told.sequences:
        ours = _answers(step, words, expected.tokens)
        if len(ours) != len(expected.steps):
            raise ValueError(
                f"golden.json has {len(expected.steps)} answers to "
                f"{len(ours)} words of {expected.text!r}"
            )
        steps = zip(expected.steps, ours, strict=True)
        for place, (a, b) in enumerate(steps, 1):
            close = len(a.logits) == len(b["logits"]) and np.allclose(
                a.logits, b["logits"], atol=told.tolerance
            )
            if not close:
                raise ValueError(
                    f"after {place} words of {expected.text!r} the file's "
                    f"logits are {b['logits']}, not {a.logits}"
                )


class _Answer(msgspec.Struct):
    logits: list[float]


class _Sequence(msgspec.Struct):
    text: str
    tokens: list[Id]
    steps: list[_Answer]


class _Golden(msgspec.Struct):
    """What is read of a golden file."""

    tolerance: float
    sequences: list[_Sequence]


def as_on_a_phone(model: bytes) -> Step:
    """Returns the step of a file with the sums of TensorFlow Lite 2.16.

    It gives no int8 weights to XNNPACK, whose sums differ in the second decimal
    of a logit: enough to change the order of words that are as likely.

    Raises:
        ValueError: the file is damaged, is not a step, or needs operations
            that the runtime does not have.
    """
    return load_step(model, xnnpack=False)


def _text_of(candidates: Candidates, rules: TextRules, number: int) -> str:
    """Returns a text in words of another language, which are its own."""
    places = range(number, number + len(_TEXTS))
    words = candidates.words
    return rules.join([words[7919 * n % len(words)] for n in places])


def _answers(
    step: Step, words: Vocabulary, tokens: list[int]
) -> list[dict[str, Any]]:
    candidates, state, answers = Candidates(words), step.initial_state(), []
    for token in tokens:
        logits, state = step(token, state)
        best = candidates.best(logits, count=_COUNT)
        answers.append(
            {
                "top": best,
                "logits": [round(float(logits[i]), 5) for i in best],
                "suggestions": {
                    prefix: candidates.suggest(logits, prefix, _COUNT)
                    for prefix in _PREFIXES
                },
            }
        )
    return answers
