"""What a bundle's file must answer to given words."""

from typing import Any

from tflm.text.candidates import Candidates
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.interpreter import Step, load_step

# Ours, so that a bundle quotes no corpus.
GOLDEN_TEXTS = (
    "see you",
    "how are you doing today ?",
    "i am on my way home",
    "thank you so much for",
    "what do you want to",
    "the weather is nice , is it not",
)


_GOLDEN_COUNT = 3


_GOLDEN_PREFIXES = ("", "t", "wh")


def golden(step: Step, words: Vocabulary) -> dict[str, Any]:
    """Returns what `step` answers to the golden texts.

    Each begins with a state of zeros and `<eos>`. After every word: the
    likeliest words, for each prefix, and the logits of those of the first.
    """
    candidates = Candidates(words)
    sequences = []
    for text in GOLDEN_TEXTS:
        state, steps = step.initial_state(), []
        tokens = [words.eos, *words.encode(text.split())]
        for token in tokens:
            logits, state = step(token, state)
            best = candidates.best(logits, count=_GOLDEN_COUNT)
            steps.append(
                {
                    "top": best,
                    "logits": [
                        round(float(logits[word_id]), 5) for word_id in best
                    ],
                    "suggestions": {
                        prefix: candidates.suggest(
                            logits, prefix, _GOLDEN_COUNT
                        )
                        for prefix in _GOLDEN_PREFIXES
                    },
                }
            )
        sequences.append({"text": text, "tokens": tokens, "steps": steps})
    # Kernels of other processors round otherwise; int8 activations more so.
    return {"tolerance": 0.2, "sequences": sequences}


def as_on_a_phone(model: bytes) -> Step:
    """Returns the step of a file with the sums of TensorFlow Lite 2.16.

    It gives no int8 weights to XNNPACK, whose sums differ in the second decimal
    of a logit: enough to change the order of words that are as likely.
    """
    return load_step(model, xnnpack=False)
