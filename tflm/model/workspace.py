"""A directory with a model, its words, and where both come from."""

import dataclasses
import json
import pathlib
from typing import Any

from tflm import files
from tflm.model import from_keras, location, storage
from tflm.model.language_model import LanguageModel
from tflm.text import corpus
from tflm.text.dataset import Origin
from tflm.text.protocol import Protocol
from tflm.text.roles import Roles
from tflm.text.rules import SPLIT, TYPED, TextRules
from tflm.text.vocabularies import word_file
from tflm.text.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Trained:
    """A model with its words and origin."""

    model: LanguageModel
    vocabulary: Vocabulary
    origin: Origin

    @property
    def protocol(self) -> Protocol:
        """How the model is used."""
        return self.origin.protocol or self.vocabulary.protocol

    def after(self, model: LanguageModel, methods: str) -> "Trained":
        """Returns what `methods`, as text, made of it."""
        recipe = ", ".join(filter(None, [self.origin.recipe, methods]))
        origin = dataclasses.replace(self.origin, recipe=recipe)
        return Trained(model, self.vocabulary, origin)


def save(trained: Trained, directory: files.Path) -> None:
    """Writes `model.npz`, `vocabulary.txt` and `origin.json`."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    trained.vocabulary.save(directory / "vocabulary.txt")
    rules = trained.origin.rules
    if rules.file:
        files.write(directory / rules.file, rules.content)
    origin = json.dumps(_fields(trained), indent=1)
    files.write(directory / "origin.json", origin)
    # Last, as its presence says that the others are whole.
    storage.save(trained.model, directory / "model.npz")


def save_model(
    model: LanguageModel,
    vocabulary: Vocabulary,
    directory: files.Path,
    origin: Origin | None = None,
) -> None:
    """Writes a model with its words to a directory, for `tflm.load`.

    The command takes such a directory too: `tflm export DIRECTORY`.

    Args:
        model: what to write.
        vocabulary: its words.
        directory: where to; it is made.
        origin: what both were made from, which bundles and reports tell.

    Examples:
        >>> tflm.save(model, words, "mine")
    """
    save(Trained(model, vocabulary, origin or Origin()), directory)


def load(path: files.Path, words: files.Path | None = None) -> Trained:
    """Reads what `save` wrote, or a user's own Keras model.

    Args:
        path: a directory, or a `.keras` or `.h5` file of tf_keras.
        words: the vocabulary file that a Keras model was trained with.

    Raises:
        ValueError: there is none, it is damaged or unsupported, or it has
            another number of words than the vocabulary.

    Examples:
        >>> trained = tflm.load("mine")
        >>> trained.vocabulary == words, trained.model.parameters
        (True, 3844)
    """
    path = pathlib.Path(path)
    location.check(path, words)
    if words is not None and path.suffix in location.KERAS:
        recipe = f"from_keras({path.name!r})"
        model = from_keras.load(path)
        vocabulary, rules = word_file.of(words).read(
            model.config.vocabulary_size
        )
        vocabulary, protocol = agreed(vocabulary, None)
        origin = Origin(
            corpus.OWN, rules=rules, recipe=recipe, protocol=protocol
        )
        found = Trained(model, vocabulary, origin)
    else:
        fields = json.loads((path / "origin.json").read_text("utf-8"))
        special = fields.pop("special_ids", None)
        found = Trained(
            storage.load(path / "model.npz"),
            Vocabulary.load(
                path / "vocabulary.txt", Roles.of(special) if special else None
            ),
            _origin(fields, path),
        )
    size = found.model.config.vocabulary_size
    if size != len(found.vocabulary):
        raise ValueError(
            f"{path} has {size} words and its vocabulary "
            f"{len(found.vocabulary)}: give the one it was trained with"
        )
    return found


def agreed(
    vocabulary: Vocabulary, protocol: Protocol | None
) -> tuple[Vocabulary, Protocol]:
    """Returns both with the one id that fills windows.

    Args:
        vocabulary: what its file, or a flag, says of that id counts.
        protocol: what the model says, None if it says nothing.
    """
    if protocol is None:
        return vocabulary, vocabulary.protocol
    padding = vocabulary.roles.padding
    if padding is None:
        return vocabulary.padded_with(protocol.padding), protocol
    return vocabulary, dataclasses.replace(protocol, padding=padding)


def _fields(trained: Trained) -> dict[str, Any]:
    origin = trained.origin
    return dataclasses.asdict(origin) | {
        "rules": origin.rules.fields(),
        "protocol": origin.protocol and origin.protocol.fields(),
        "special_ids": trained.vocabulary.roles.fields(),
    }


def _origin(fields: dict[str, Any], directory: pathlib.Path) -> Origin:
    if "typed" in fields:  # As it was before there were other rules.
        fields["rules"] = (TYPED if fields.pop("typed") else SPLIT).fields()
    file = fields["rules"].get("options", {}).get("file")
    content = (directory / file).read_bytes() if file else b""
    fields["rules"] = TextRules.of(fields["rules"], content)
    if protocol := fields.get("protocol"):
        fields["protocol"] = Protocol.of(protocol)
    return Origin(**fields)
