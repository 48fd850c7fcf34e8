"""A file to make, as a table of a recipe."""

from collections.abc import Mapping
from typing import Any

from tflm import compression
from tflm.experiment import training_table
from tflm.experiment.config import ExperimentConfig, Variant
from tflm.experiment.fields import checked, replaced
from tflm.tflite import formats


def read(
    config: ExperimentConfig, table: Mapping[str, Any], where: str
) -> Variant:
    """Returns the file that a table asks for; int8 if it does not say.

    Args:
        config: of the run; a table `tuning` says what differs from its own.
        table: of the file.
        where: the table, for errors, as `[[files]] 2`.

    Raises:
        ValueError: a name or a value is wrong.
    """
    found = {"format": "int8", **checked(table, dict, where)}
    for name in ("methods", "runtime", "format"):
        checked(found.get(name, ""), str, f"{where} {name}")
    try:
        formats.known(found["format"])
        if "methods" in found:
            methods = compression.parse_all(found["methods"])
            found["methods"] = tuple(methods)
    except ValueError as error:
        raise ValueError(f"{where} {error}") from None
    if "tuning" in found:
        base, tuning = config.tuning, f"{where} tuning"
        found["tuning"] = training_table.read(base, found["tuning"], tuning)
    return replaced(Variant("float32"), found, where)


def write(config: ExperimentConfig, variant: Variant) -> dict[str, Any]:
    """Returns what `read` reads as `variant`; defaults are left out."""
    table: dict[str, Any] = {"format": variant.format}
    if variant.methods:
        table["methods"] = compression.text(variant.methods)
    if variant.runtime:
        table["runtime"] = variant.runtime
    if not variant.tuned:
        table["tuned"] = False
    if variant.tuning:
        table["tuning"] = training_table.write(variant.tuning, config.tuning)
    return table
