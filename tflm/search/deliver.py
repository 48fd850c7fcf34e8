"""What a search leaves for its user: model, bundle, account and report."""

import pathlib
from collections.abc import Sequence

from tflm import files
from tflm.bundle.bundle import write_bundle
from tflm.bundle.manifest import About
from tflm.model import workspace
from tflm.model.workspace import Trained
from tflm.report import html
from tflm.report.rows import save_rows
from tflm.search import pipeline
from tflm.search.budget import Budget
from tflm.search.pipeline import Found
from tflm.text.dataset import Text
from tflm.training.config import TrainingConfig


def deliver(
    trained: Trained,
    text: Text,
    budget: Budget,
    tuning: TrainingConfig | None,
    output: files.Path,
    command: str,
    formats: Sequence[str] = pipeline.FORMATS,
) -> Found:
    """Runs `pipeline.run` and writes all that it found to `output`.

    Beside the model of the best file lie its `bundle`, the `account.md` of
    how it was chosen, and `rows.json` and `report.html` of what was tried.
    """
    output = pathlib.Path(output)
    found = pipeline.run(
        trained.model,
        text,
        budget,
        tuning,
        output / "search",
        command,
        formats,
    )
    methods = ", ".join(found.candidate.methods)
    best = trained.after(found.model, methods)
    _write_bundle(found, best, output / "bundle")
    save_rows(found.rows, output / "rows.json")
    html.write(found.rows, output / "report.html", "What was tried")
    files.write(output / "account.md", found.account)
    # Last, as its presence says that the others are whole.
    workspace.save(best, output)
    return found


def _write_bundle(found: Found, best: Trained, place: pathlib.Path) -> None:
    row = next(r for r in found.rows if r.name == found.candidate.name)
    origin = best.origin
    about = About(
        name=f"{origin.recipe}, {found.candidate.format}",
        recipe=f"{origin.recipe}, {found.candidate.format}",
        corpus=origin.corpus,
        corpus_sha256=origin.corpus_sha256,
        typed=origin.typed,
        display=origin.display,
        metrics={f"valid_{key}": v for key, v in row.quality.items()},
        provenance=row.provenance,
    )
    write_bundle(place, found.content, best.vocabulary, about, overwrite=True)
