"""The bundle: all that a phone needs of a model, in one directory.

    model.tflite      reads one word (`tflm.tflite.step`)
    vocabulary.txt    UTF-8, one word a line, the line number is the id
    manifest.json     what it is, and the SHA-256 of each other file
    golden.json       what the file must answer to given words
    MODEL_CARD.md     the same for people
    recipe.toml       how to make it again, where that is known
    tokenizer.*       of the library that splits text, where one does
    pieces.json       what that makes of text, for a phone without the library
    labels.txt        of a tagger, one a line, the line number is the id
    suffixes.txt      of a tagger that reads them, likewise

Python and Java check the same golden file.
"""

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from tflm import directories, files, json_files
from tflm.bundle import golden, manifest, manifest_file, tagging
from tflm.bundle.manifest import About
from tflm.bundle.model_card import model_card
from tflm.bundle.tagging import Tagging
from tflm.text.cache_settings import CacheSettings
from tflm.text.piece_table import table
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles
from tflm.text.rules import TextRules
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.interpreter import Step, load_step

_RECIPE = "recipe.toml"


@dataclasses.dataclass(frozen=True)
class Bundle:
    """A bundle that was read and whose hashes are right.

    Attributes:
        model: the .tflite file.
        vocabulary: its words.
        manifest: what `manifest.make` says, and the SHA-256 of each file.
        golden: what `golden.make` says of the file.
        recipe: how to make it again, for `tflm run`; empty if that is unknown.
        tokenizer: the file of the library that splits text, if one does.
        tagging: how a tagger is used; None for a language model.

    Examples:
        >>> bundle = tflm.Bundle.load("bundle")
        >>> bundle.check()
        >>> bundle.manifest["vocabulary_size"]
        20
    """

    model: bytes
    vocabulary: Vocabulary
    manifest: Mapping[str, Any]
    golden: Mapping[str, Any]
    recipe: str = ""
    tokenizer: bytes = b""
    tagging: Tagging | None = None

    @staticmethod
    def load(directory: files.Path) -> "Bundle":
        """Reads a bundle.

        Raises:
            ValueError: it is no bundle, is of another format version, lacks a
                file, or a file is not the one that the manifest names.
        """
        directory = pathlib.Path(directory)
        found = manifest_file.read(directory)
        with json_files.within(directory / "manifest.json"):
            roles = Roles.of(found["special_ids"])
            tokenizer = TextRules.file_of(found["text"])
            manifest_file.protocol(found)
            manifest_file.cache(found)
        for name, expected in found["files"].items():
            manifest_file.check_file(directory / name, expected["sha256"])
        recipe = directory / _RECIPE
        return Bundle(
            files.read(directory / "model.tflite"),
            Vocabulary.load(directory / "vocabulary.txt", roles),
            found,
            json_files.read(directory / "golden.json", dict[str, Any]),
            files.read_text(recipe) if _RECIPE in found["files"] else "",
            files.read(directory / tokenizer) if tokenizer else b"",
            manifest_file.tagging(found, directory),
        )

    @property
    def rules(self) -> TextRules:
        """How text becomes words."""
        return TextRules.of(self.manifest["text"], self.tokenizer)

    @property
    def protocol(self) -> Protocol:
        """How the model is used."""
        return manifest_file.protocol(self.manifest)

    @property
    def cache(self) -> CacheSettings | None:
        """The settings of its cache of recent words, None if it has none."""
        return manifest_file.cache(self.manifest)

    def check(self) -> None:
        """Proves that the file answers as the golden file says.

        Raises:
            ValueError: it does not; says where.
        """
        if self.tagging:
            tagging.check(self.golden, self.tagging, self.model)
            return
        step = golden.as_on_a_phone(self.model)
        _check_size(step, self.vocabulary)
        golden.check(self.golden, step, self.vocabulary)


def write_bundle(
    directory: files.Path,
    model: bytes,
    words: Vocabulary | Tagging,
    about: About | None = None,
    overwrite: bool = False,
    recipe: str = "",
) -> None:
    """Writes a bundle: all of it, or nothing.

    Args:
        directory: where it shall be; what is there is replaced.
        model: the .tflite file, as `tflm.tflite.convert` returns it.
        words: the vocabulary that it was trained with; of a tagger how it is
            used, which has that.
        about: what its manifest says beside what the file shows.
        overwrite: whether `directory` may exist.
        recipe: how to make it again, as `tflm run` reads it.

    Raises:
        ValueError: the file is damaged, is not a step, or has not as many
            logits as there are words.
        FileExistsError: the directory exists and `overwrite` is not set.

    Examples:
        >>> tflm.write_bundle("bundle", content, words)
    """
    with directories.writing(directory, overwrite) as temporary:
        if recipe:
            (temporary / _RECIPE).write_text(recipe, "utf-8")
        if isinstance(words, Tagging):
            about = about or About("tagger", rules=words.lexicon.rules)
            about = dataclasses.replace(about, tagging=words)
            words = words.lexicon.words
        _fill(temporary, model, words, about or About())


def in_memory(
    model: bytes, words: Vocabulary, about: About | None = None
) -> Bundle:
    """Returns the bundle that `write_bundle` would write.

    It takes the same; its manifest names the one file that there is.

    Raises:
        ValueError: as `write_bundle`.
    """
    facts, answers = _facts(model, words, about or About())
    digest = hashlib.sha256(model).hexdigest()
    facts["files"] = {"model.tflite": {"bytes": len(model), "sha256": digest}}
    about = about or About()
    return Bundle(
        *(model, words, facts, answers),
        tokenizer=about.rules.content,
        tagging=about.tagging,
    )


def _check_size(step: Step, words: Vocabulary) -> None:
    if step.vocabulary_size != len(words):
        raise ValueError(
            f"the model has {step.vocabulary_size} words and the vocabulary "
            f"{len(words)}: give the one that it was trained with"
        )


def _facts(
    model: bytes, words: Vocabulary, about: About
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the manifest, but for its files, and the golden answers."""
    if about.tagging:
        facts = manifest.make_tagger(model, about, about.tagging)
        return facts, tagging.golden(about.tagging, model, about.rules)
    step = load_step(model)
    _check_size(step, words)
    protocol = manifest.protocol_of(about, words)
    phone = golden.as_on_a_phone(model)
    answers = golden.make(phone, words, about.rules, protocol.start)
    return manifest.make(step, model, words, about), answers


def _fill(
    directory: pathlib.Path, model: bytes, words: Vocabulary, about: About
) -> None:
    facts, answers = _facts(model, words, about)
    (directory / "model.tflite").write_bytes(model)
    if about.tagging:
        about.tagging.lexicon.save(directory)
    else:
        words.save(directory / "vocabulary.txt")
    _write_json(directory / "golden.json", answers)
    if about.rules.file:
        (directory / about.rules.file).write_bytes(about.rules.content)
    if about.rules.by_piece:
        pieces = table.of(words, about.rules)
        table.warn_of_refusal(pieces)
        _write_json(directory / table.FILE, pieces)
    (directory / "MODEL_CARD.md").write_text(model_card(facts), "utf-8")
    facts["files"] = {
        path.name: {
            "bytes": path.stat().st_size,
            "sha256": files.sha256(path),
        }
        for path in sorted(directory.iterdir())
    }
    _write_json(directory / "manifest.json", facts)


def _write_json(path: pathlib.Path, value: Any) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")
