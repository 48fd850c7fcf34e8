"""What a bundle says of itself, for programs."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from tflm import files
from tflm.bundle.manifest_file import FORMAT_VERSION, TAG, TAGGER_VERSION
from tflm.bundle.tagging import Tagging
from tflm.text.cache_settings import CacheSettings
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol, check_hidden
from tflm.text.rules import TYPED, TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import inspect
from tflm.tflite.interpreter import SIGNATURE, Step
from tflm.tflite.tag_interpreter import load_tag_steps


@dataclasses.dataclass(frozen=True)
class About:
    """What a manifest says of a model beside what its file shows.

    Attributes:
        name: for people.
        recipe: methods and format, as text.
        corpus: name of the training text.
        corpus_sha256: of its files.
        rules: how text becomes words.
        display: lower-cased words to the way they are written (`i` to `I`).
        metrics: quality by name, of the file.
        provenance: command, versions, commit, hardware.
        licence: of the corpus, as far as it binds the model.
        protocol: how the model is used; None for what its words say.
        cache: of recent words, beside the model; None for none.
        tagging: how a tagger is used; None for a language model.
        curation: by which rules its words were chosen; empty for the commonest.
    """

    name: str = "language model"
    recipe: str = ""
    corpus: str = ""
    corpus_sha256: str = ""
    rules: TextRules = TYPED
    display: Mapping[str, str] = dataclasses.field(default_factory=dict)
    metrics: Mapping[str, float] = dataclasses.field(default_factory=dict)
    provenance: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    licence: str = ""
    protocol: Protocol | None = None
    cache: CacheSettings | None = None
    tagging: Tagging | None = None
    curation: str = ""


def protocol_of(about: About, words: Vocabulary) -> Protocol:
    """Returns how a model is used, by what is said or else by its words."""
    return about.protocol or words.protocol


def name_of(path: files.Path, origin: Origin, file_format: str) -> str:
    """Returns what to call a file of a model: "mine, Prune(), int8".

    Args:
        path: of the model that it was made of, which has the name.
        origin: of that model; its methods tell files of one name apart.
        file_format: of the file.
    """
    _, _, methods = origin.recipe.partition(", ")
    parts = (pathlib.Path(path).resolve().stem, methods, file_format)
    return ", ".join(filter(None, parts))


def about(
    origin: Origin,
    file_format: str,
    name: str = "",
    metrics: Mapping[str, float] | None = None,
    provenance: Mapping[str, Any] | None = None,
    tagging: Tagging | None = None,
) -> About:
    """Returns what there is to say of a file.

    Args:
        origin: of the model that it was made of.
        file_format: of the file, as in "int8 for 2.16".
        name: for people; made of the other two if it is not given.
        metrics: quality by name, of the file.
        provenance: what made it.
        tagging: how a tagger is used.
    """
    return About(
        name=name or f"{origin.recipe} {file_format}",
        recipe=f"{origin.recipe}, {file_format}",
        corpus=origin.corpus,
        corpus_sha256=origin.corpus_sha256,
        rules=origin.rules,
        display=origin.display,
        metrics=metrics or {},
        provenance=provenance or {},
        licence=origin.licence,
        protocol=origin.protocol,
        tagging=tagging,
        curation=origin.curation,
    )


def make(
    step: Step, model: bytes, words: Vocabulary, about: About
) -> dict[str, Any]:
    """Returns the manifest of a file, but for the hashes of the files.

    Args:
        step: the file, opened.
        model: its bytes.
        words: its vocabulary.
        about: what the file does not show.

    Raises:
        ValueError: the file is damaged.
    """
    return {
        "format_version": FORMAT_VERSION,
        "name": about.name,
        "recipe": about.recipe,
        "signature": _signature(1, step.state_size, step.vocabulary_size),
        "vocabulary_size": len(words),
        "state_size": step.state_size,
        "special_ids": words.roles.fields(),
        "protocol": protocol_of(about, words).fields(),
        **_cache(step, about),
        "text": {
            **about.rules.fields(),
            "display": dict(about.display),
        },
        **_file(model),
        **_made(about),
    }


def make_tagger(model: bytes, about: About, tagging: Tagging) -> dict[str, Any]:
    """Returns the same of a tagger.

    Raises:
        ValueError: the file is damaged, or none of such a tagger.
    """
    tagging.decoder(model)  # Refuses another's file.
    step = load_tag_steps(model)[0]
    lexicon = tagging.lexicon
    return {
        "format_version": TAGGER_VERSION,
        "task": TAG,
        "name": about.name,
        "recipe": about.recipe,
        "signature": _signature(
            step.tokens, step.state_size, len(lexicon.labels)
        ),
        "vocabulary_size": len(lexicon.words),
        "state_size": step.state_size,
        "special_ids": lexicon.words.roles.fields(),
        "tagging": tagging.fields(),
        "text": {**about.rules.fields(), "display": {}},
        **_file(model),
        **_made(about),
    }


def _file(model: bytes) -> dict[str, Any]:
    """Returns what the file says of itself."""
    found = inspect.inspect(model)
    return {
        "minimum_runtime": found.runtime,
        "operations": {op.name: op.version for op in found.operations},
    }


def _made(about: About) -> dict[str, Any]:
    """Returns what it was made of and what it is worth."""
    return {
        "corpus": {
            "name": about.corpus,
            "sha256": about.corpus_sha256,
            "licence": about.licence,
            **({"curation": about.curation} if about.curation else {}),
        },
        "metrics": dict(about.metrics),
        "provenance": dict(about.provenance),
    }


def _cache(step: Step, about: About) -> dict[str, Any]:
    """Returns what phones read of a cache, nothing where there is none.

    Raises:
        ValueError: the file does not give what its softmax reads, or reads
            pieces of words.
    """
    if about.cache is None:
        return {}
    check_cache(about.rules)
    check_hidden(step)
    return {"cache": about.cache.fields()}


def check_cache(rules: TextRules) -> None:
    """Raises ValueError where readers of a bundle would use a cache otherwise.

    A search for words of pieces asks it at each piece in Python, and at the
    first alone on phones.
    """
    if rules.by_piece:
        raise ValueError(
            "a cache beside a bundle remembers whole words, and this model "
            "reads pieces of words: leave --cache out"
        )


def _signature(tokens: int, state_size: int, logits: int) -> dict[str, Any]:
    state = {"dtype": "float32", "shape": [1, state_size]}
    return {
        "name": SIGNATURE,
        "inputs": {
            "token": {"dtype": "int32", "shape": [tokens]},
            "state": state,
        },
        "outputs": {
            "logits": {"dtype": "float32", "shape": [1, logits]},
            "state": state,
        },
    }
