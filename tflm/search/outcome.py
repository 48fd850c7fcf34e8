"""What a search leaves for its user: model, bundle, log and report."""

import pathlib

from tflm import files
from tflm.bundle import manifest
from tflm.bundle.bundle import write_bundle
from tflm.experiment import recipe as recipes
from tflm.experiment.opening import tagging_of
from tflm.experiment.recipe import Recipe
from tflm.model import workspace
from tflm.report import html
from tflm.report.rows import save_rows
from tflm.search.pipeline import Found

# Beside a model, what it was made by, and the rows.
WRITTEN = ("bundle", "decision_log.md", "report.html", "search")


def save(
    found: Found, output: files.Path, recipe: Recipe | None = None
) -> None:
    """Writes the best file's model, its bundle and how it was chosen.

    Beside the model lie `bundle`, `decision_log.md`, and `rows.json` and
    `report.html` of the model as it was and of every file that was tried.

    Args:
        found: what the search found.
        output: a directory.
        recipe: of the best file, which makes it again without a search.
    """
    output = pathlib.Path(output)
    about = manifest.about(
        found.trained.origin,
        found.candidate.format,
        manifest.name_of(output, found.trained.origin, found.candidate.format),
        metrics={f"valid_{k}": v for k, v in found.row.quality.items()},
        provenance=found.row.provenance,
        tagging=tagging_of(found.trained),
    )
    place, words = output / "bundle", found.trained.vocabulary
    text = recipes.text(recipe) if recipe else ""
    write_bundle(place, found.content, words, about, True, text)
    if recipe:
        recipes.save(recipe, output)
    save_rows(found.rows, output / "rows.json")
    html.write(found.rows, output / "report.html", "What was tried")
    files.write(output / "decision_log.md", found.decision_log)
    # Last, as its presence says that the others are whole.
    workspace.save(found.trained, output)
