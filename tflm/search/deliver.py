"""What a search leaves for its user: model, bundle, log and report."""

import pathlib
from collections.abc import Sequence

from tflm import files
from tflm.bundle import manifest
from tflm.bundle.bundle import write_bundle
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.report import html
from tflm.report.rows import save_rows
from tflm.search import pipeline
from tflm.search.budget import Budget
from tflm.search.pipeline import Found
from tflm.text.dataset import Text
from tflm.tflite.formats import Format
from tflm.training.config import TrainingConfig


def deliver(
    trained: Trained,
    text: Text,
    budget: Budget,
    tuning: TrainingConfig | None,
    output: files.Path,
    command: str,
    formats: Sequence[Format] = pipeline.FORMATS,
) -> Found:
    """Runs `pipeline.run` and writes all that it found to `output`.

    Beside the model of the best file lie its `bundle`, the `decision_log.md`
    of how it was chosen, and `rows.json` and `report.html` of what was tried.

    Args:
        trained: the model; it is left as it was.
        text: to train and to measure on.
        budget: what the file may take.
        tuning: how to train after each method, None for not at all.
        output: where all goes; the same search goes on from there.
        command: what asked for it, for the provenance of the rows.
        formats: to try.

    Raises:
        ValueError: no file of this model meets the budget, or `output` is of
            another search.
    """
    output = pathlib.Path(output)
    found = pipeline.run(
        trained, text, budget, tuning, output / "search", command, formats
    )
    about = manifest.about(
        found.trained.origin,
        found.candidate.format,
        metrics={f"valid_{k}": v for k, v in found.row.quality.items()},
        provenance=found.row.provenance,
    )
    place, words = output / "bundle", found.trained.vocabulary
    write_bundle(place, found.content, words, about, overwrite=True)
    save_rows(found.rows, output / "rows.json")
    html.write(found.rows, output / "report.html", "What was tried")
    files.write(output / "decision_log.md", found.decision_log)
    # Last, as its presence says that the others are whole.
    workspace.save(found.trained, output)
    return found
