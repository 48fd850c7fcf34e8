r"""Compresses a trained model to a budget, and logs each decision.

python -m export.pipeline --model=build/keyboard/models/full \
    --budget_bytes=1MB --output=build/pipeline

It does what `tflm compress MODEL --budget_bytes` does, and copies the rows and
the decision log to the results.
"""

import dataclasses
import pathlib
import shutil
import sys

from absl import app, flags, logging

from tflm import console

if __name__ == "__main__":
    console.own_lines()

from tflm.model import workspace
from tflm.report.rows import save_rows
from tflm.search.budget import Budget, parse_bytes
from tflm.search.compress_to_budget import compress_to_budget
from tflm.training.config import TUNING

_MODEL = flags.DEFINE_string("model", None, "Model directory or .keras file.")
_VOCABULARY = flags.DEFINE_string("vocabulary", None, "Words of a .keras file.")
_CORPUS = flags.DEFINE_string("corpus", None, "Text; the model's own if unset.")
_BYTES = flags.DEFINE_string("budget_bytes", None, "Of the file, as in 1MB.")
_MS = flags.DEFINE_float("budget_ms", None, "Of a word, median, one thread.")
_EPOCHS = flags.DEFINE_float("epochs", 1.0, "Training after each method.")
_OUTPUT = flags.DEFINE_string("output", "build/pipeline", "Where all goes.")
_RESULTS = flags.DEFINE_string("results", None, "A JSON file for the rows.")
flags.mark_flags_as_required(["model", "budget_bytes"])


def main(argv):
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    output = pathlib.Path(_OUTPUT.value)
    try:
        budget = Budget(parse_bytes(_BYTES.value), _MS.value)
        trained = workspace.load(_MODEL.value, _VOCABULARY.value)
        tuning = None
        if _EPOCHS.value:
            tuning = dataclasses.replace(TUNING, epochs=_EPOCHS.value)
        command = "python -m export.pipeline " + " ".join(sys.argv[1:])
        found = compress_to_budget(
            trained, budget, output, _CORPUS.value, tuning, command=command
        )
    except KeyboardInterrupt:
        sys.exit("\nstopped; the same command goes on from here")
    except ValueError as error:
        print(f"export.pipeline: {error}", file=sys.stderr)
        sys.exit(2)
    if _RESULTS.value:
        results = pathlib.Path(_RESULTS.value)
        results.parent.mkdir(parents=True, exist_ok=True)
        save_rows(found.rows, results)
        shutil.copy(output / "decision_log.md", results.with_suffix(".md"))
    print(found.decision_log)


if __name__ == "__main__":
    app.run(main)
