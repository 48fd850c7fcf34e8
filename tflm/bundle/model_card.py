"""A bundle's facts for people."""

from collections.abc import Mapping
from typing import Any


def model_card(manifest: Mapping[str, Any]) -> str:
    """Returns a manifest, as `manifest.make` makes it, in Markdown."""
    corpus = manifest["corpus"]
    command = manifest["provenance"].get("command", "")
    licence = f" (licence {corpus['licence']})" if corpus["licence"] else ""
    return "\n".join(
        [
            f"# {manifest['name']}",
            "",
            "Predicts the next word of typed text, one word at a time, on the "
            "device. `manifest.json` has the same facts for programs.",
            "",
            f"- Recipe: `{manifest['recipe']}`",
            f"- Words: {manifest['vocabulary_size']}",
            f"- Needs TensorFlow Lite {manifest['minimum_runtime']} or newer",
            f"- Trained on: {corpus['name']}{licence}",
            f"- Made by: `{command}`" if command else "",
            "",
            *_measured(manifest["metrics"]),
            "",
            "Limits: it repeats what is common in its training text, with that "
            "text's biases, and knows no word outside its vocabulary. It has "
            "no filter for offensive words; a keyboard should have one.",
            "",
        ]
    )


def _measured(metrics: Mapping[str, float]) -> list[str]:
    """Returns a table of the file's scores, or how to get them."""
    if not metrics:
        return [
            "Not scored: no text was at hand when it was made. "
            "`tflm evaluate BUNDLE --corpus=TEXT` scores it on one."
        ]
    lines = [
        f"| {name.replace('_', ' ')} | {_short(value)} |"
        for name, value in metrics.items()
    ]
    return ["| measured on the file | |", "|---|---|", *lines]


def _short(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
