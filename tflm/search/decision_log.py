"""What a search decided and why, in words."""

import math
from collections.abc import Iterator, Sequence

from tflm.model.language_model import LanguageModel
from tflm.report.rows import Row
from tflm.report.text_table import markdown
from tflm.search import size
from tflm.search.budget import Budget
from tflm.search.candidates import ROUNDING, Candidate
from tflm.search.sensitivity import Sensitivity


def write(
    model: LanguageModel,
    budget: Budget,
    costs: Sensitivity,
    plans: Sequence[Candidate],
    rows: Sequence[Row],
) -> str:
    """Returns an account of a search, as Markdown.

    Args:
        model: what was compressed.
        budget: what the file may take.
        costs: what was measured of single changes.
        plans: the best candidate of each format that fits.
        rows: of the files that were made of them, in the same order.
    """
    limit = f"{budget.bytes:,} bytes"
    if budget.ms is not None:
        limit += f" and {budget.ms:g} ms a word"
    parts = [
        "# How this file was chosen",
        f"The model has {model.parameters:,} weights and a perplexity of "
        f"{math.exp(costs.base):.2f} on validation text. Its file may take "
        f"{limit}.",
        "## What each change costs",
        "In perplexity on validation text, alone and before any training.",
        _costs(model, costs),
        "## What was decided",
        *(_decisions(plan) for plan in plans),
        "## What was tried",
        "Scored on validation text, as files, after training.",
        markdown(rows).rstrip(),
        _verdict(rows),
    ]
    return "\n\n".join(parts) + "\n"


def _costs(model: LanguageModel, costs: Sensitivity) -> str:
    base = math.exp(costs.base)
    lines = ["| change | perplexity |", "| --- | ---: |"]
    for name in model.maps:
        for rank, loss in costs.of_ranks(name).items():
            found = base * math.exp(loss)
            lines.append(f"| {name} at rank {rank} | {found:.2f} |")
    for key in costs.known:
        if "(" in key:
            found = base * math.exp(costs.of_method(key))
            lines.append(f"| {key} | {found:.2f} |")
    return "\n".join(lines)


def _decisions(plan: Candidate) -> str:
    expected = f"{100 * math.expm1(plan.loss):+.1f} %"
    lines = [f"**{plan.format}**, expected to cost {expected} untrained:", ""]
    return "\n".join([*lines, *(f"- {line}" for line in _reasons(plan))])


def _reasons(plan: Candidate) -> Iterator[str]:
    tables = {n: m for n, m in plan.changes.items() if n in size.TABLES}
    others = {n: m for n, m in plan.changes.items() if n not in size.TABLES}
    for what, changes in (("Output layer", tables), ("Recurrent", others)):
        if changes:
            listed = "; ".join(f"{n} by {m}" for n, m in changes.items())
            yield f"{what}: {listed}, where the bytes saved cost least."
        else:
            yield f"{what}: left as it is, as the budget holds it."
    if plan.share:
        yield (
            f"Pruning: {plan.share:.0%} of the hidden units go, which costs "
            f"less than lower ranks for the same bytes."
        )
    else:
        yield (
            "Pruning: none. Removing units costs more than lower ranks for "
            "the same bytes, and single zeros leave a file its size."
        )
    if plan.rounding > ROUNDING:
        yield (
            f"Bits: rounding to {plan.format} alone costs "
            f"{100 * math.expm1(plan.rounding):.1f} %, so the model is trained "
            f"with it."
        )
    else:
        yield f"Bits: {plan.format} costs next to nothing: no training."


def _verdict(rows: Sequence[Row]) -> str:
    best = min(rows, key=lambda row: row.quality["perplexity"])
    return (
        f"The file is **{best.name}**: of those within the budget it has the "
        f"lowest perplexity, {best.quality['perplexity']:.2f}, in "
        f"{best.bytes:,} bytes and {best.latency['p50_ms']:.3f} ms a word."
    )
