"""What a bundle says of itself, for programs."""

import dataclasses
import json
import pathlib
import re
from collections.abc import Mapping
from typing import Any

from tflm import files
from tflm.text.cache_settings import CacheSettings
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol, check_hidden
from tflm.text.rules import TYPED, TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.tflite import inspect
from tflm.tflite.interpreter import SIGNATURE, Step

FORMAT_VERSION = 2  # A reader of 1 would begin every text after `<eos>`.
_READ = (1, FORMAT_VERSION)


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
) -> About:
    """Returns what there is to say of a file.

    Args:
        origin: of the model that it was made of.
        file_format: of the file, as in "int8 for 2.16".
        name: for people; made of the other two if it is not given.
        metrics: quality by name, of the file.
        provenance: what made it.
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
    found = inspect.inspect(model)
    return {
        "format_version": FORMAT_VERSION,
        "name": about.name,
        "recipe": about.recipe,
        "signature": _signature(step),
        "vocabulary_size": len(words),
        "state_size": step.state_size,
        "special_ids": words.roles.fields(),
        "protocol": protocol_of(about, words).fields(),
        **_cache(step, about),
        "text": {
            **about.rules.fields(),
            "display": dict(about.display),
        },
        "minimum_runtime": found.runtime,
        "operations": {op.name: op.version for op in found.operations},
        "corpus": {
            "name": about.corpus,
            "sha256": about.corpus_sha256,
            "licence": about.licence,
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


def cache(manifest: Mapping[str, Any]) -> CacheSettings | None:
    """Returns the settings of a bundle's cache, None if it has none.

    Raises:
        ValueError: there is no such cache.
    """
    fields = manifest.get("cache")
    return CacheSettings.of(fields) if fields else None


def _signature(step: Step) -> dict[str, Any]:
    state = {"dtype": "float32", "shape": [1, step.state_size]}
    logits = {"dtype": "float32", "shape": [1, step.vocabulary_size]}
    return {
        "name": SIGNATURE,
        "inputs": {"token": {"dtype": "int32", "shape": [1]}, "state": state},
        "outputs": {"logits": logits, "state": state},
    }


def read(directory: pathlib.Path) -> dict[str, Any]:
    """Returns the manifest of a bundle.

    Raises:
        ValueError: there is none, it is of another format version, or it names
            a file that is not beside it.
    """
    path = directory / "manifest.json"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        version = manifest["format_version"]
        hashes = {k: v["sha256"] for k, v in manifest["files"].items()}
        hashes["model.tflite"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{directory} is not a bundle (no readable manifest.json): "
            f"make one with tflm export"
        ) from None
    if version not in _READ:
        raise ValueError(
            f"{directory} is a bundle of format {version}, this toolkit reads "
            f"1 to {FORMAT_VERSION}: export the model again"
        )
    for name in hashes:
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise ValueError(
                f"{directory} names the file {name!r}, which no bundle has: "
                f"do not trust it"
            )
    return manifest


def protocol(manifest: Mapping[str, Any]) -> Protocol:
    """Returns how a bundle's model is used: in format 1, after `<eos>`."""
    if manifest["format_version"] == 1:
        return Protocol.after(manifest["special_ids"]["eos"])
    return Protocol.of(manifest["protocol"])


def check_file(path: pathlib.Path, expected: str) -> None:
    """Proves that a file of a bundle is the one that was written.

    Args:
        path: of the file.
        expected: its SHA-256, in hexadecimal.

    Raises:
        ValueError: it is missing or another one.
    """
    if not path.is_file():
        raise ValueError(f"{path} is missing: copy the whole bundle again")
    found = files.sha256(path)
    if found != expected:
        raise ValueError(
            f"{path} was changed: its SHA-256 is {found[:12]}..., the "
            f"manifest says {expected[:12]}...; copy the bundle again"
        )
