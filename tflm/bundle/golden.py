"""What a bundle's file must answer to given words."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tflm.text.candidates import Candidates
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


def make(step: Step, words: Vocabulary) -> dict[str, Any]:
    """Returns what `step` answers to the golden texts.

    Each begins with a state of zeros and `<eos>`. After every word: the
    likeliest words, for each prefix, and the logits of those of the first.
    """
    sequences = []
    for text in _TEXTS:
        tokens = [words.eos, *words.encode(text.split())]
        steps = _answers(step, words, tokens)
        sequences.append({"text": text, "tokens": tokens, "steps": steps})
    return {"tolerance": _TOLERANCE, "sequences": sequences}


def check(golden: Mapping[str, Any], step: Step, words: Vocabulary) -> None:
    """Proves that `step` answers as a golden file says.

    Raises:
        ValueError: it does not; says where.
    """
    found = make(step, words)["sequences"]
    for expected, ours in zip(golden["sequences"], found, strict=True):
        steps = zip(expected["steps"], ours["steps"], strict=True)
        for place, (a, b) in enumerate(steps, 1):
            if not np.allclose(
                a["logits"], b["logits"], atol=golden["tolerance"]
            ):
                raise ValueError(
                    f"after {place} words of {expected['text']!r} the file's "
                    f"logits are {b['logits']}, not {a['logits']}"
                )


def as_on_a_phone(model: bytes) -> Step:
    """Returns the step of a file with the sums of TensorFlow Lite 2.16.

    It gives no int8 weights to XNNPACK, whose sums differ in the second decimal
    of a logit: enough to change the order of words that are as likely.

    Raises:
        ValueError: the file is damaged, is not a step, or needs operations
            that the runtime does not have.
    """
    return load_step(model, xnnpack=False)


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
