r"""Compresses a trained model to a budget, and accounts for each decision.

python -m export.pipeline --model=build/keyboard/models/full \
    --budget_bytes=1MB --output=build/pipeline

It does what `tflm compress MODEL --budget_bytes` does, with the settings of
training as constants, so that a row of the results is one command.
"""

import os
import pathlib
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from absl import app, flags, logging  # noqa: E402

from tflm.model import workspace
from tflm.report.rows import save_rows
from tflm.search import deliver  # noqa: E402
from tflm.search.budget import Budget, parse_bytes  # noqa: E402
from tflm.text import dataset  # noqa: E402
from tflm.training.config import TrainingConfig  # noqa: E402

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
        text = dataset.prepare(
            _CORPUS.value or trained.origin.corpus,
            output / "text",
            words=trained.vocabulary,
        )
        found = deliver.deliver(
            trained,
            text,
            budget,
            _tuning() if _EPOCHS.value else None,
            output,
            "python -m export.pipeline " + " ".join(sys.argv[1:]),
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
        shutil.copy(output / "account.md", results.with_suffix(".md"))
    print(found.account)


def _tuning():
    return TrainingConfig(
        epochs=_EPOCHS.value,
        learning_rate=0.001,
        schedule="cosine",
        loss="sampled",
        exact=0.1,
    )


if __name__ == "__main__":
    app.run(main)
