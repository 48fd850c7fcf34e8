"""A bundle's facts for people."""

from collections.abc import Mapping
from typing import Any

from tflm.text import chat

_LANGUAGE_MODEL = (
    "Predicts the next word of typed text, one word at a time, on the device.",
    "it repeats what is common in its training text, with that text's biases, "
    "and knows no word outside its vocabulary.",
)
_TAGGER = (
    "Labels the words of a sentence, one word at a time, on the device.",
    "it labels what looks like its training text; of other text, also of "
    "another way to split words, its labels are worth less than measured here. "
    "Words outside its vocabulary are known by their suffixes alone.",
)


def model_card(manifest: Mapping[str, Any]) -> str:
    """Returns a manifest, as `manifest.make` makes it, in Markdown."""
    corpus = manifest["corpus"]
    command = manifest["provenance"].get("command", "")
    licence = f" (licence {corpus['licence']})" if corpus["licence"] else ""
    is_tagger = manifest.get("task") == "tag"
    about, limits = _TAGGER if is_tagger else _LANGUAGE_MODEL
    return "\n".join(
        [
            f"# {manifest['name']}",
            "",
            f"{about} `manifest.json` has the same facts for programs.",
            "",
            f"- Recipe: `{manifest['recipe']}`",
            f"- Words: {manifest['vocabulary_size']}",
            *_of_tagger(manifest.get("tagging")),
            f"- Needs TensorFlow Lite {manifest['minimum_runtime']} or newer",
            f"- Trained on: {corpus['name']}{licence}",
            f"- Made by: `{command}`" if command else "",
            "",
            *_texts(corpus["name"]),
            *_chosen(corpus.get("curation", "")),
            *_measured(manifest["metrics"]),
            "",
            f"Limits: {limits}{_unfiltered(manifest)}",
            "",
        ]
    )


def _texts(corpus: str) -> list[str]:
    """Returns where the texts are from, nothing of texts of one's own."""
    found = chat.sources_of(corpus)
    lines = [f"| {' | '.join(text)} |" for text in found]
    head = ["| text | from | licence |", "|---|---|---|"]
    return [*head, *lines, ""] if lines else []


def _chosen(curation: str) -> list[str]:
    """Returns how its words were chosen, nothing where it is the commonest."""
    return [f"Its words: {curation}.", ""] if curation else []


def _unfiltered(manifest: Mapping[str, Any]) -> str:
    """Returns what a keyboard with it still needs."""
    if manifest.get("task") == "tag" or manifest["corpus"].get("curation"):
        return ""
    return " It has no filter for offensive words; a keyboard should have one."


def _of_tagger(tagging: Mapping[str, Any] | None) -> list[str]:
    """Returns how a tagger reads, nothing of a language model."""
    if tagging is None:
        return []
    directions = " and ".join(tagging["directions"])
    return [
        f"- Labels: {tagging['labels']}",
        f"- Reads {directions}, {tagging['window']} words on each side and "
        f"the {tagging['previous']} labels before",
    ]


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
