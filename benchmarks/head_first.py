r"""Whether three suggestions come sooner if rare words are left out.

python -m benchmarks.head_first --model=build/ptb/adaptive-200/models/full \
    --text=ptb --output=results/head_first.json

One int8 file of a trained model with a hierarchical softmax is read in two
ways, one after the other for each word of a validation text: all logits and
then the best three of them, or by early exit: the head, and a tail only where
it may hold one of the three. Both give the same words, or the program ends with
an error.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from absl import app, flags

from benchmarks import program
from tflm.model import workspace
from tflm.report import provenance
from tflm.text import dataset
from tflm.tflite import convert
from tflm.tflite.early_exit import EarlyExitStep, best_of
from tflm.tflite.interpreter import Step, load_step

_MODEL = flags.DEFINE_string("model", None, "Directory of the trained model.")
_TEXT = flags.DEFINE_string("text", "ptb", "Where ptb.valid.txt is.")
_WORDS = flags.DEFINE_integer("words", 5000, "How many to read.")
flags.mark_flag_as_required("model")

_WARM_UP = 100
_SUGGESTIONS = 3


def main(argv: Sequence[str]) -> None:
    program.begin(argv)
    try:
        result = measure(_MODEL.value, f"ptb:{_TEXT.value}", _WORDS.value)
    except ValueError as error:
        print(f"benchmarks.head_first: {error}", file=sys.stderr)
        sys.exit(2)
    program.save(result)
    print(json.dumps(result, indent=1))


def measure(model: str, corpus: str, words: int) -> dict[str, Any]:
    """Returns the times of both ways, and how often tails were read.

    Raises:
        ValueError: the model has no hierarchical softmax, or the words differ.
    """
    trained = workspace.load(model)
    text = dataset.prepare(corpus, f"{model}/text", words=trained.vocabulary)
    content = convert.convert(trained.model, "int8", early_exit=True)
    whole, parts = load_step(content), EarlyExitStep(content)
    tokens = text.valid[: words + _WARM_UP].tolist()
    seconds = np.array([*_both_ways(whole, parts, tokens)])[_WARM_UP:]
    whole_ms, parts_ms = np.median(seconds, axis=0) * 1e3
    table = trained.model.maps[trained.model.config.softmax_table]
    return {
        "cutoffs": list(table.cutoffs),
        "words": words,
        "all_logits_p50_ms": round(float(whole_ms), 4),
        "head_first_p50_ms": round(float(parts_ms), 4),
        "head_first_p95_ms": round(
            float(np.percentile(seconds[:, 1], 95)) * 1e3, 4
        ),
        "speed_ratio": round(float(whole_ms / parts_ms), 3),
        "tails_read_share": [
            round(count / parts.words_read, 4) for count in parts.tails_read
        ],
        "provenance": provenance.provenance(
            program.command("head_first"),
            corpus,
            text.origin.corpus_sha256,
        ),
    }


def _both_ways(
    whole: Step, parts: EarlyExitStep, tokens: Sequence[int]
) -> Iterator[tuple[float, float]]:
    """Yields the seconds that each way takes for a word."""
    words = np.arange(parts.vocabulary_size)
    state, other = whole.initial_state(), parts.initial_state()
    for token in tokens:
        start = time.perf_counter()
        logits, state = whole(token, state)
        own, best = best_of(words, logits, _SUGGESTIONS)
        middle = time.perf_counter()
        ids, _, other = parts.best(token, other, _SUGGESTIONS)
        end = time.perf_counter()
        if not np.array_equal(logits[ids], best):
            raise ValueError(f"the best after {token} differ: {ids} and {own}")
        yield middle - start, end - middle


if __name__ == "__main__":
    app.run(main)
