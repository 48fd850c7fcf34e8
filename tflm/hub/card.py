"""A bundle's card as the hub wants it: metadata in YAML before the text."""

from collections.abc import Mapping
from typing import Any

from tflm.hub import client

LIBRARY = "tflm"
# By task: what the hub calls it, and what else a bundle is found by.
_TASKS = {
    "predict": ("text-generation", "next-word-prediction"),
    "tag": ("token-classification", "sequence-tagging"),
}
_TAGS = ["tflite", "litert", "on-device"]

# Corpora that this toolkit knows: their language, and their names on the hub.
_LANGUAGES = {"chitchat": "en", "ptb": "en", "wikitext2": "en"}
_DATASETS = {
    "ptb": "ptb-text-only/ptb_text_only",
    "wikitext2": "Salesforce/wikitext",
}
_LICENCES = {
    "apache-2.0",
    "bsd-3-clause",
    "cc-by-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "gpl-3.0",
    "mit",
}
_COUNTS = {"tokens"}  # Of what was read to measure; they say nothing of it.


def card(
    manifest: Mapping[str, Any],
    text: str,
    language: str | None = None,
    licence: str | None = None,
) -> str:
    """Returns the README.md of a bundle on the hub.

    Args:
        manifest: of the bundle.
        text: its MODEL_CARD.md.
        language: of the text it was trained on, as in "en"; that of a corpus
            which is known, if it is not given.
        licence: as the hub spells it; that of the corpus if it is not given.

    Raises:
        ValueError: the hub's own classes cannot read it.
        RuntimeError: the hub's client is not installed.
    """
    hub = client.package()
    corpus = manifest["corpus"]
    kind = corpus["name"].partition(":")[0]
    task, tag = _TASKS[manifest.get("task", "predict")]
    data = hub.ModelCardData(
        language=language
        or manifest["text"].get("locale")
        or _LANGUAGES.get(kind),
        library_name=LIBRARY,
        pipeline_tag=task,
        tags=[*_TAGS, tag],
        datasets=_DATASETS.get(kind),
        model_name=manifest["name"],
        eval_results=_results(hub, manifest, kind),
        **_licence(licence or corpus["licence"]),
    )
    return hub.ModelCard(f"---\n{data.to_yaml()}\n---\n\n{text}").content


def _licence(name: str) -> dict[str, str]:
    known = name.lower().replace(" ", "-")
    if known in _LICENCES:
        return {"license": known}
    if not name:
        return {"license": "unknown"}
    return {"license": "other", "license_name": known}


def _results(
    hub: Any, manifest: Mapping[str, Any], kind: str
) -> list[Any] | None:
    corpus = manifest["corpus"]["name"] or "unknown"
    task, name_of_task = _TASKS[manifest.get("task", "predict")]
    found = [
        hub.EvalResult(
            task_type=task,
            task_name=name_of_task.replace("-", " ").capitalize(),
            dataset_type=_DATASETS.get(kind, kind or "unknown"),
            dataset_name=corpus,
            dataset_split="test",
            metric_type=name,
            metric_name=name.replace("_", " "),
            metric_value=round(value, 6),
        )
        for name, value in manifest["metrics"].items()
        if name not in _COUNTS
    ]
    return found or None
