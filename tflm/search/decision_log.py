"""What a search decided and why, in words."""

import math
from collections.abc import Iterator, Mapping, Sequence

from tflm import compression
from tflm.compression import Method
from tflm.experiment.tasks import task_of
from tflm.model.config import TABLES
from tflm.model.network import Network
from tflm.report import pareto
from tflm.report.measures import measure_of
from tflm.report.rows import Row
from tflm.report.text_table import markdown
from tflm.search.budget import Budget
from tflm.search.candidates import ROUNDING, Candidate, shares
from tflm.search.sensitivity import Sensitivity


def write(
    model: Network,
    budget: Budget,
    costs: Sensitivity,
    candidates: Sequence[Candidate],
    rows: Sequence[Row],
    tuned: bool,
) -> str:
    """Returns the decision log of a search, as Markdown.

    Args:
        model: what was compressed.
        budget: what the file may take.
        costs: what was measured of single changes.
        candidates: the best of each format that fits.
        rows: of the files that were made of them, in the same order.
        tuned: whether they were trained after each method.
    """
    limit = f"{budget.bytes:,} bytes"
    if budget.ms is not None:
        limit += f" and {budget.ms:g} ms a word"
    what = task_of(model.config).lost
    parts = [
        "# How this file was chosen",
        f"The model has {model.parameters:,} weights and a {what} of "
        f"{math.exp(costs.base):.2f} on validation text. Its file may take "
        f"{limit}.",
        "## What each change costs",
        f"In {what} on validation text, alone and before any training.",
        _costs(model, costs, what),
        "## What was decided",
        *(_decisions(each, shares(costs), tuned) for each in candidates),
        "## What was tried",
        "Scored on validation text, as files, "
        + ("after training." if tuned else "without training."),
        markdown(rows).rstrip(),
        _verdict(rows),
    ]
    return "\n\n".join(parts) + "\n"


def _costs(model: Network, costs: Sensitivity, what: str) -> str:
    base = math.exp(costs.base)
    lines = [f"| change | {what} |", "| --- | ---: |"]
    for name in model.maps:
        for rank, loss in costs.of_ranks(name).items():
            found = base * math.exp(loss)
            lines.append(f"| {name} at rank {rank} | {found:.2f} |")
    for method, loss in costs.of_methods().items():
        lines.append(f"| {method} | {base * math.exp(loss):.2f} |")
    return "\n".join(lines)


def _decisions(
    candidate: Candidate, compared: Sequence[float], tuned: bool
) -> str:
    expected = f"{100 * math.expm1(candidate.loss):+.1f} %"
    reasons = [
        *_reasons_of_maps(candidate.changes),
        f"Pruning: {_reason_of_units(candidate.share, compared)}",
        f"Bits: {_reason_of_bits(candidate, tuned)}",
    ]
    head = f"**{candidate.format}**, expected to cost {expected} untrained:"
    return "\n".join([head, "", *(f"- {reason}" for reason in reasons)])


def _reasons_of_maps(changes: Mapping[str, Method]) -> Iterator[str]:
    tables = {n: m for n, m in changes.items() if n in TABLES}
    others = {n: m for n, m in changes.items() if n not in TABLES}
    for what, chosen in (("Output layer", tables), ("Recurrent", others)):
        if chosen:
            listed = "; ".join(
                f"{name} by {compression.text([method])}"
                for name, method in chosen.items()
            )
            yield f"{what}: {listed}, where the bytes saved cost least."
        else:
            yield f"{what}: left as it is, as the budget holds it."


def _reason_of_units(share: float, compared: Sequence[float]) -> str:
    """Returns why a share of the hidden units goes, of those compared."""
    what = f"{share:.0%} of the hidden units go" if share else "none"
    if len(compared) == 1:
        return f"{what}, as no layer of this model can lose hidden units."
    listed = ", ".join(f"{each:.0%}" for each in compared)
    return (
        f"{what}. Of the shares of hidden units that were compared, {listed}, "
        f"this is expected to cost least within the budget."
    )


def _reason_of_bits(candidate: Candidate, tuned: bool) -> str:
    name: str = candidate.format
    if candidate.bits:
        name += " (" + ", ".join(
            f"{bits} bits for {map_name}"
            for map_name, bits in candidate.bits.items()
        )
        name += ")"
    if candidate.rounding <= ROUNDING:
        return f"{name} costs next to nothing: no training for it."
    cost = f"rounding to {name} alone costs "
    cost += f"{100 * math.expm1(candidate.rounding):.1f} %"
    if not tuned:
        return f"{cost}, and nothing was trained."
    return f"{cost}, so the model is trained with it."


def _verdict(rows: Sequence[Row]) -> str:
    best = min(rows, key=lambda row: pareto.point(row)[1])
    measure = measure_of([best.quality])
    return (
        f"The file is **{best.name}**: of those within the budget it has the "
        f"lowest {measure.name}, {measure.of(best.quality):.2f}, in "
        f"{best.bytes:,} bytes and {best.latency['p50_ms']:.3f} ms a word."
    )
